"""PatternService over the wire: two gateways that share one database."""

import json
from typing import Any

import grpc

from testdata_agent.v1 import patterns_pb2 as pb
from testdata_agent.v1 import patterns_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as data_pb2
from tests.integration.gateway.running import SERVICE, Gateway, eventually, refusal_of

DESK = json.dumps(
    {"name": "desk", "fields": {"height": {"type": "integer", "min": 60, "max": 130}, "made_of": "string"}}
)


def patterns_of(gateway: Gateway) -> patterns_pb2_grpc.PatternServiceStub:
    return patterns_pb2_grpc.PatternServiceStub(gateway.channel())


def asked(count: int = 10, **fields: Any) -> data_pb2.GenerateRequest:
    return data_pb2.GenerateRequest(**{"entity": "cart", "count": count, "seed": 7, **fields})


def history(gateway: Gateway, count: int = 10, **fields: Any) -> data_pb2.GenerateResponse:
    return gateway.stub().GenerateData(asked(count, learn_from_history=True, **fields))


def learn(gateway: Gateway, records: str, *more: str, **options: Any) -> pb.LearnPatternsResponse:
    messages = [pb.LearnPatternsRequest(options=pb.LearningOptions(**options), records=records)]
    return patterns_of(gateway).LearnPatterns(iter([*messages, *(pb.LearnPatternsRequest(records=m) for m in more)]))


def search(gateway: Gateway, text: str, entity: str = "cart", **fields: Any) -> list[pb.PatternMatch]:
    request = pb.SearchPatternsRequest(entity=entity, text=text, **fields)
    return list(patterns_of(gateway).SearchPatterns(request).matches)


def test_what_one_gateway_learns_the_other_answers_from(here: Gateway, there: Gateway) -> None:
    records = [{"height": 70 + step, "made_of": "oak"} for step in range(0, 60, 3)]
    learned = learn(here, json.dumps(records), schema=DESK, intent="desks that can be raised", name="desk")
    assert (learned.received, learned.refused) == (20, 0)
    assert learned.learned + learned.merged == 20
    assert len(learned.pattern_ids) == learned.learned
    eventually(lambda: search(there, "a desk to be raised", "desk"), "the other gateway knows it")
    answer = history(there, entity="", inline_schema=DESK)
    assert answer.metadata.records_by_path == {"rag": 10}
    assert all(60 <= record["height"] <= 130 for record in json.loads(answer.data))
    again = learn(there, json.dumps(records), schema=DESK)
    assert (again.learned, again.merged) == (0, 20)
    stats = patterns_of(there).GetPatternStats(pb.GetPatternStatsRequest(entity="desk"))
    assert stats.patterns == learned.learned
    assert (stats.index, stats.index_reason) == ("memory", "")
    gone = patterns_of(here).DeletePatterns(pb.DeletePatternsRequest(pattern_ids=[*learned.pattern_ids, "pat-none"]))
    assert gone.deleted == learned.learned
    assert not search(here, "", "desk")
    eventually(lambda: not search(there, "", "desk"), "the other gateway has forgotten it")


def test_records_that_cannot_be_learned_are_told_one_by_one_and_keep_no_other_from_it(here: Gateway) -> None:
    schema = DESK.replace("desk", "stool")
    first = '[{"height": 80, "made_of": "ash"}, 7]'
    learned = learn(here, first, '{"height": 120, "made_of": "ash"}\n{"height": ', schema=schema)
    assert (learned.received, learned.refused) == (4, 2)
    told = {refusal.record: (refusal.field, refusal.reason) for refusal in learned.refusals}
    assert told == {1: ("", "NO_RECORD"), 3: ("", "UNREADABLE_RECORD")}
    assert learned.refused_by_reason == {"NO_RECORD": 1, "UNREADABLE_RECORD": 1}
    assert learned.learned + learned.merged == 2
    lost = learn(here, first, schema=schema, locked_paths=["colour"])
    assert lost.refused_by_reason == {"NO_RECORD": 1, "LOCKED_FIELD": 1}


def test_csv_is_read_by_its_header(here: Gateway) -> None:
    learned = learn(here, "height,made_of\n80,ash\n120,ash\n", schema=DESK.replace("desk", "shelf"))
    assert (learned.received, learned.refused) == (2, 0)
    assert {match.pattern.entity for match in search(here, "", "shelf")} == {"shelf"}


def test_nothing_that_tells_of_a_person_is_kept(here: Gateway) -> None:
    canary = "wanda.canary@corp.example.io"
    users = here.stub().GenerateData(data_pb2.GenerateRequest(entity="user", count=3, seed=1)).data
    records = [{**record, "email": canary} for record in json.loads(users)]
    learned = learn(here, json.dumps(records), entity="user", kind=pb.PATTERN_KIND_SAMPLE)
    assert learned.received == 3
    assert learned.scrubbed["email"] == 3
    found = patterns_of(here).SearchPatterns(
        pb.SearchPatternsRequest(entity="user", kinds=[pb.PATTERN_KIND_SAMPLE], limit=100)
    )
    assert found.matches
    assert canary.encode() not in found.SerializeToString()
    answer = here.stub().GenerateData(asked(20, entity="user", production_like=True))
    assert answer.metadata.generation_path == "rag"
    assert canary not in answer.data


def test_a_bug_is_kept_by_the_value_that_triggers_it(here: Gateway) -> None:
    cart = json.loads(history(here, 1).data)[0]
    cart["items"][0]["quantity"] = -7
    stub = patterns_of(here)
    request = pb.RecordDefectRequest(
        entity="cart",
        record=json.dumps(cart),
        description="The total went negative",
        defect=pb.PatternDefect(pointer="/items/0/quantity", verdict="reject"),
    )
    kept = stub.RecordDefect(request).pattern
    assert json.loads(kept.record) == {"items": [{"quantity": -7}]}
    assert (kept.kind, kept.defect.pointer, kept.defect.verdict, kept.defect.defect_class) == (
        pb.PATTERN_KIND_DEFECT,
        "/items/0/quantity",
        "reject",
        "historical",
    )
    assert stub.RecordDefect(request).merged
    request.defect.ClearField("verdict")
    cart["items"][0]["quantity"] = 150
    request.record = json.dumps(cart)
    assert stub.RecordDefect(request).pattern.defect.verdict == "reject"
    request.defect.pointer = "/items/0/name"
    assert stub.RecordDefect(request).pattern.defect.verdict == "unspecified"
    found = search(here, "negative total", kinds=[pb.PATTERN_KIND_DEFECT])
    assert kept.pattern_id in {match.pattern.pattern_id for match in found}
    vague = pb.RecordDefectRequest(entity="cart", record='{"a": ', description=" ")
    refused = refusal_of(lambda: stub.RecordDefect(vague))
    assert refused.violations == {"record": "UNREADABLE_RECORD", "description": "REQUIRED"}


def test_a_pattern_that_somebody_wrote_is_kept_in_its_own_words(here: Gateway) -> None:
    cart = json.loads(history(here, 1, envelope=data_pb2.Envelope.OFF).data)[0]
    draft = pb.PatternDraft(
        entity="cart", name="Written", intent="A cart for a lighthouse keeper", record=json.dumps(cart), tags=["Sea"]
    )
    stub = patterns_of(here)
    learned = stub.LearnPatterns(iter([pb.LearnPatternsRequest(drafts=[draft, pb.PatternDraft(entity="nobody")])]))
    assert (learned.learned, learned.refused) == (1, 1)
    assert learned.refusals[0].record == 1
    found = search(here, "lighthouse", tags=["sea"])[0].pattern
    assert (found.name, json.loads(found.record)) == ("Written", cart)
    stub.DeletePatterns(pb.DeletePatternsRequest(pattern_ids=learned.pattern_ids))


def test_ratings_are_counted_and_seen_by_all(here: Gateway, there: Gateway) -> None:
    pattern = search(here, "nursery for expecting parents")[0].pattern
    request = pb.RatePatternsRequest(pattern_ids=[pattern.pattern_id, "pat-none"], rating=pb.PATTERN_RATING_UNHELPFUL)
    (rated,) = patterns_of(here).RatePatterns(request).patterns
    assert (rated.pattern_id, rated.ratings) == (pattern.pattern_id, pattern.ratings + 1)
    assert rated.quality < pattern.quality

    def seen_there() -> bool:
        found = search(there, "nursery for expecting parents")
        return any(match.pattern.ratings == rated.ratings for match in found if match.pattern.name == rated.name)

    eventually(seen_there, "the other gateway knows of the rating")
    request.rating = pb.PATTERN_RATING_HELPFUL
    (better,) = patterns_of(there).RatePatterns(request).patterns
    assert better.quality > rated.quality


def test_the_distributions_of_stored_records_are_told(here: Gateway) -> None:
    stats = patterns_of(here).GetPatternStats(pb.GetPatternStatsRequest(entity="cart", with_fields=True))
    quantities = stats.fields["items.quantity"]
    assert quantities.present == quantities.records >= 20
    assert quantities.quantiles or quantities.shares
    assert next(one.percent for one in stats.fields["items"].quantiles) == 0
    assert not stats.fields["cart_id"].shares
    assert all(0 < count.quality <= 1 for count in stats.counts)
    assert not patterns_of(here).GetPatternStats(pb.GetPatternStatsRequest(entity="cart")).fields


def test_faults_of_calls_about_patterns_are_all_named(here: Gateway) -> None:
    stub = patterns_of(here)
    refused = refusal_of(lambda: stub.RatePatterns(pb.RatePatternsRequest()))
    assert refused.violations == {"pattern_ids": "REQUIRED", "rating": "REQUIRED"}
    refused = refusal_of(lambda: stub.GetPatternStats(pb.GetPatternStatsRequest(with_fields=True)))
    assert refused.violations == {"entity": "REQUIRED"}
    refused = refusal_of(lambda: stub.GetPatternStats(pb.GetPatternStatsRequest(entity="crat", with_fields=True)))
    assert set(refused.violations) == {"entity"}
    refused = refusal_of(lambda: stub.SearchPatterns(pb.SearchPatternsRequest(limit=-1)))
    assert refused.violations == {"entity": "REQUIRED", "limit": "INVALID_LIMIT"}
    refused = refusal_of(lambda: stub.DeletePatterns(pb.DeletePatternsRequest()))
    assert refused.violations == {"pattern_ids": "REQUIRED"}
    refused = refusal_of(lambda: stub.LearnPatterns(iter([pb.LearnPatternsRequest(records="[]")])))
    assert refused.violations == {"options.entity": "REQUIRED"}
    refused = refusal_of(lambda: stub.LearnPatterns(iter([])))
    assert refused.violations == {"records": "REQUIRED"}
    refused = refusal_of(lambda: learn(here, "[]", entity="crat", kind=pb.PATTERN_KIND_DEFECT))
    assert set(refused.violations) == {"options.kind", "entity"}


def test_bytes_that_are_no_message_end_a_stream_as_they_end_a_call(here: Gateway) -> None:
    call: Any = here.channel().stream_unary(f"/{SERVICE.replace('TestDataService', 'PatternService')}/LearnPatterns")
    refused = refusal_of(lambda: call(iter([b"\x0a\xff"])))
    assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNDECODABLE_REQUEST")


def test_without_a_database_there_are_none_and_the_engine_answers(gateway: Gateway) -> None:
    refused = refusal_of(lambda: search(gateway, "x"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "PATTERNS_NOT_AVAILABLE")
    assert "DATABASE_URL" in refused.text
    metadata = history(gateway).metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("traditional", "rag")
    assert "DATABASE_URL" in metadata.fallback_reason


def test_a_kept_bug_is_brought_up_again_by_requests_for_defects(here: Gateway) -> None:
    stub = patterns_of(here)
    kept = stub.RecordDefect(
        pb.RecordDefectRequest(
            entity="review",
            record='{"rating": 99}',
            description="Ninety-nine stars broke the average",
            defect=pb.PatternDefect(pointer="/rating", verdict="reject", rule="a rating is 1 to 5"),
        )
    ).pattern
    request = asked(100, entity="review", defect_triggering=True, hints=["defects:historical"])
    notes = [record["_defect"] for record in json.loads(here.stub().GenerateData(request).data)]
    assert {note["class"] for note in notes} == {"historical"}
    mine = [note for note in notes if kept.pattern_id in note["id"]]
    assert mine
    assert {(note["pointer"], note["verdict"]) for note in mine} == {("/rating", "reject")}


def test_production_is_followed_and_said_how_closely(here: Gateway) -> None:
    schema = json.dumps(
        {
            "name": "lamp",
            "fields": {
                "watts": {"type": "integer", "min": 1, "max": 900},
                "state": {"type": "enum", "values": ["on", "off"]},
            },
        }
    )
    records = [{"watts": 40 + number % 20, "state": "on" if number % 10 else "off"} for number in range(100)]
    learned = learn(here, json.dumps(records), schema=schema, kind=pb.PATTERN_KIND_SAMPLE)
    assert learned.refused == 0
    answer = here.stub().GenerateData(asked(300, entity="", inline_schema=schema, production_like=True))
    assert answer.metadata.generation_path == "rag"
    fits = {fit.field: (fit.measure, fit.distance) for fit in answer.metadata.distribution_fits}
    assert fits["watts"][0] == "ks"
    assert fits["watts"][1] < 0.15
    assert fits["state"][0] == "tv"
    assert fits["state"][1] < 0.1
    assert {record["state"] for record in json.loads(answer.data)} == {"on", "off"}


def test_a_search_says_how_often_a_pattern_was_used_up_to_now(here: Gateway, there: Gateway) -> None:
    text = "expecting parents who furnish a nursery"
    before = {match.pattern.pattern_id: match.pattern.uses for match in search(there, text)}
    request = data_pb2.GenerateRequest(entity="cart", count=10, seed=7, learn_from_history=True, context=text)
    request.generation_method = data_pb2.RAG
    used = [name for choice in here.stub().GenerateData(request).metadata.patterns for name in choice.pattern_ids]
    assert set(used) & set(before)

    def counted() -> bool:
        after = {match.pattern.pattern_id: match.pattern.uses for match in search(there, text)}
        return any(after.get(name, 0) > before[name] for name in used if name in before)

    eventually(counted, "a search that tells of the use")
