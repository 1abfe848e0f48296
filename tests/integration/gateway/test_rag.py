"""The pattern path over the wire: two gateways that share one database."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import grpc

from testdata_agent.v1 import patterns_pb2, patterns_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as data_pb2
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, eventually, refusal_of

DESK = json.dumps(
    {"name": "desk", "fields": {"height": {"type": "integer", "min": 60, "max": 130}, "made_of": "string"}}
)


def asked(count: int = 10, **fields: Any) -> data_pb2.GenerateRequest:
    return data_pb2.GenerateRequest(**{"entity": "cart", "count": count, "seed": 7, **fields})


def history(gateway: Gateway, count: int = 10, **fields: Any) -> data_pb2.GenerateResponse:
    return gateway.stub().GenerateData(asked(count, learn_from_history=True, **fields))


def test_a_request_with_history_is_answered_from_what_is_shipped(here: Gateway) -> None:
    answer = history(here, hints=["similar to expecting parents who furnish a nursery"])
    metadata = answer.metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("rag", "")
    assert (metadata.records_attempted, metadata.records_accepted) == (10 + metadata.records_rejected, 10)
    assert metadata.records_by_path == {"rag": 10}
    assert (metadata.coherence_score, metadata.records_scored) == (1.0, 10)
    assert (metadata.pattern_index, metadata.pattern_index_reason) == ("memory", "")
    ((choice),) = metadata.patterns
    assert choice.scenario == ""
    assert choice.pattern_ids
    records = json.loads(answer.data)
    assert [record["_index"] for record in records] == list(range(10))
    assert len({record["cart_id"] for record in records}) == 10


def test_the_same_seed_and_patterns_are_the_same_bytes_everywhere(here: Gateway, there: Gateway) -> None:
    first = history(here, 40, context="gifts for christmas")
    assert history(there, 40, context="gifts for christmas").data == first.data
    replayed = there.stub().GenerateData(asked(40, patterns=first.metadata.patterns))
    assert replayed.data == first.data
    assert replayed.metadata.pattern_index == ""
    assert list(replayed.metadata.patterns) == list(first.metadata.patterns)
    streamed = here.stub().GenerateDataStream(asked(40, patterns=first.metadata.patterns))
    rows = [record for chunk in streamed if chunk.data for record in json.loads(chunk.data)]
    assert rows == json.loads(first.data)
    page = here.stub().GenerateData(asked(5, first_row=30, patterns=first.metadata.patterns))
    assert json.loads(page.data) == rows[30:35]


def test_every_format_holds_the_same_records(here: Gateway) -> None:
    carts = [record["cart_id"] for record in json.loads(history(here).data)]
    lines = history(here, output_format=data_pb2.NDJSON).data.splitlines()
    assert [json.loads(line)["cart_id"] for line in lines] == carts
    for output_format in (data_pb2.CSV, data_pb2.SQL):
        answer = history(here, output_format=output_format)
        assert answer.metadata.generation_path == "rag"
        assert answer.metadata.coherence_score == 1.0
        assert all(cart in answer.data for cart in carts)


def test_scenarios_take_after_patterns_of_their_own(here: Gateway) -> None:
    scenario = data_pb2.Scenario(name="nursery", count=4, description="Expecting parents stock up for the nursery")
    answer = history(here, 8, scenarios=[scenario])
    chosen = {choice.scenario: set(choice.pattern_ids) for choice in answer.metadata.patterns}
    assert set(chosen) == {"nursery", ""}
    assert chosen["nursery"] != chosen[""]
    assert answer.metadata.scenario_counts == {"nursery": 4, "default": 4}


def test_a_dry_run_says_which_patterns_it_would_be(here: Gateway) -> None:
    answer = history(here, dry_run=True)
    assert (answer.record_count, answer.metadata.generation_path) == (0, "rag")
    assert list(answer.metadata.patterns) == list(history(here).metadata.patterns)


def test_an_entity_without_patterns_is_the_engines_and_said_so(here: Gateway) -> None:
    answer = history(here, entity="", inline_schema=DESK.replace("desk", "chair"))
    metadata = answer.metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("traditional", "rag")
    assert "testdata patterns learn chair" in metadata.fallback_reason
    refused = refusal_of(
        lambda: here.stub().GenerateData(
            asked(entity="", inline_schema=DESK.replace("desk", "chair"), generation_method=data_pb2.RAG)
        )
    )
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "PATH_UNAVAILABLE")
    assert "testdata patterns seed" in refused.text


def test_patterns_that_are_named_wrongly_are_all_named(here: Gateway) -> None:
    (orders,) = history(here, entity="order").metadata.patterns
    order = orders.pattern_ids[0]
    choices = [
        data_pb2.PatternChoice(scenario="nobody", pattern_ids=["pat-1"]),
        data_pb2.PatternChoice(),
    ]
    refused = refusal_of(lambda: here.stub().GenerateData(asked(patterns=choices)))
    assert refused.violations == {
        "patterns[0].scenario": "UNKNOWN_SCENARIO",
        "patterns[1].pattern_ids": "REQUIRED",
    }
    for pattern_id, words in (("pat-1", "no pattern 'pat-1'"), (order, "is of 'order'")):
        request = asked(patterns=[data_pb2.PatternChoice(pattern_ids=[pattern_id])])
        refused = refusal_of(partial(here.stub().GenerateData, request))
        assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_PATTERN")
        assert words in refused.text


def test_the_health_says_what_finds_patterns(here: Gateway) -> None:
    def state() -> str:
        return here.stub().HealthCheck(data_pb2.HealthCheckRequest()).components["patterns"]

    eventually(lambda: state() == "embedded", "the patterns are loaded")
    eventually(lambda: here.metric("testdata_patterns ") > 100, "the gauge counts them")
    assert here.metric("testdata_patterns_degraded ") == 0


def test_without_a_database_there_are_none_and_the_engine_answers(gateway: Gateway) -> None:
    metadata = history(gateway).metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("traditional", "rag")
    assert "DATABASE_URL" in metadata.fallback_reason


def test_a_request_that_comes_before_the_patterns_are_loaded_waits_for_them(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    fresh = start_gateway(DATABASE_URL=url)
    assert history(fresh).metadata.generation_path == "rag"


def test_records_made_of_patterns_are_given_defects_where_they_are_asked_for(here: Gateway) -> None:
    request = asked(12, defect_triggering=True)
    answer = here.stub().GenerateData(request)
    assert answer.metadata.generation_path == "rag"
    assert answer.metadata.coherence_score == 1.0
    records = json.loads(answer.data)
    assert all(record["_defect"]["verdict"] in {"accept", "reject", "unspecified"} for record in records)
    streamed = [json.loads(chunk.data) for chunk in here.stub().GenerateDataStream(request) if chunk.data]
    assert [record for chunk in streamed for record in chunk] == records


def test_stored_defects_are_tried_again(here: Gateway, there: Gateway) -> None:
    options = data_pb2.DefectOptions(classes=["historical"])
    first = here.stub().GenerateData(asked(12, defects=options, generation_method=data_pb2.TRADITIONAL))
    records, report = json.loads(first.data), first.metadata.defects
    assert report.records_by_class == {"historical": 12}
    assert {record["_defect"]["id"].partition("@")[0] for record in records} <= {
        f"historical.{each}" for each in report.pattern_ids
    }
    assert first.metadata.coherence_score == 1.0
    options.pattern_ids.extend(report.pattern_ids)
    again = there.stub().GenerateData(asked(12, defects=options, generation_method=data_pb2.TRADITIONAL))
    assert again.data == first.data


def test_stored_defects_take_their_turn_with_the_classes(here: Gateway) -> None:
    answer = here.stub().GenerateData(asked(45, defect_triggering=True, generation_method=data_pb2.TRADITIONAL))
    assert answer.metadata.defects.records_by_class["historical"] == 5
    chosen = data_pb2.DefectOptions(classes=["time"])
    without = here.stub().GenerateData(asked(5, defects=chosen, generation_method=data_pb2.TRADITIONAL))
    assert not without.metadata.defects.pattern_ids


def test_a_bug_that_was_recorded_comes_up_again_elsewhere(here: Gateway, there: Gateway) -> None:
    bug = patterns_pb2.PatternDefect(
        defect_class="boundary", pointer="/height", rule="height: max 130", verdict="reject"
    )
    recorded = patterns_pb2_grpc.PatternServiceStub(here.channel()).RecordDefect(
        patterns_pb2.RecordDefectRequest(
            entity="desk",
            schema=DESK,
            record=json.dumps({"height": 131, "made_of": "oak"}),
            description="A desk of 131 centimetres was taken for one of 13",
            defect=bug,
        )
    )
    options = data_pb2.DefectOptions(classes=["historical"])
    request = data_pb2.GenerateRequest(entity="desk", inline_schema=DESK, count=3, seed=7, defects=options)

    def answered() -> Any:
        try:
            return there.stub().GenerateData(request)
        except grpc.RpcError:
            return None

    records = json.loads(eventually(answered, "the other gateway knows the defect").data)
    assert [record["height"] for record in records] == [131] * 3
    assert records[0]["_defect"]["id"] == f"historical.{recorded.pattern.pattern_id}@height"
    assert (records[0]["_defect"]["verdict"], records[0]["_defect"]["rule"]) == ("reject", "height: max 130")


def test_defects_that_nobody_stored_are_refused(here: Gateway) -> None:
    options = data_pb2.DefectOptions(pattern_ids=["pat-none"])
    refused = refusal_of(lambda: here.stub().GenerateData(asked(3, defects=options)))
    assert refused.violations == {"defects.pattern_ids": "UNKNOWN_PATTERN"}
