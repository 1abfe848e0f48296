"""Jobs of the model path: what comes out, whatever the model gets wrong."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from testdata_agent.engine.request import FieldConstraint, GenerationMethod, GenerationRequest, Scenario
from testdata_agent.generator import default_generator
from testdata_agent.service.prices import Prices
from testdata_agent.stores.cassettes.base import Cassette
from tests.integration.model.jobs import Desk, Outcome, Shelf, claude, local
from tests.standin.faults import Fault
from tests.standin.server import StandIn
from worker.model.making import Rules
from worker.runners import JobBroken

CONTEXT = "Carts of a family that moves into its first house"


def score_of(outcome: Outcome, **request: Any) -> float | None:
    run = default_generator().prepare_now(GenerationRequest(**{"entity": "cart", "count": 1, "seed": 7, **request}))
    return run.score(outcome.rows).score


async def test_records_are_whole_coherent_and_in_order(desk: Desk, standin: StandIn) -> None:
    outcome = await desk.run(count=12, context=CONTEXT)
    assert [record["_index"] for record in outcome.records] == list(range(12))
    assert score_of(outcome) == 1.0
    assert len({record["cart_id"] for record in outcome.records}) == 12
    names = [tuple(sorted(item["name"] for item in record["items"])) for record in outcome.records]
    assert len(set(names)) == 12
    assert outcome.notes["records_by_path"] == {"llm": 12}
    assert outcome.notes["records_written"] == 12
    assert outcome.usage.output_tokens >= sum(standin.written) - 12
    assert outcome.shorts == []


async def test_a_cart_takes_few_tokens(desk: Desk, standin: StandIn) -> None:
    await desk.run(count=60, context=CONTEXT)
    assert sum(standin.written) / 60 <= 120


async def test_the_model_is_told_context_scenario_rules_and_hints(desk: Desk, standin: StandIn) -> None:
    scenario = Scenario(
        name="gift", count=2, description="Presents for a child's birthday", overrides={"items.length": "2"}
    )
    bound = {"total": FieldConstraint(min=20, max=500)}
    await desk.run(count=4, context=CONTEXT, hints=("realistic",), scenarios=(scenario,), constraints=bound)
    shared = standin.calls[0].shared
    for words in (CONTEXT, "realistic", "thematically related", "total", "20 to 500", "kitchen"):
        assert words in shared
    gifts = [call.prompt for call in standin.calls if "Presents for a child's birthday" in call.prompt]
    assert gifts
    assert all("items.length: 2" in prompt for prompt in gifts)
    assert not any(secret in call.shared + call.prompt for call in standin.calls for secret in ("1767225600", "seed"))


async def test_scenarios_and_bounds_hold(desk: Desk) -> None:
    scenario = Scenario(name="pair", count=3, overrides={"items.length": "2"})
    bound = {"total": FieldConstraint(min=20, max=60)}
    outcome = await desk.run(count=5, context=CONTEXT, scenarios=(scenario,), constraints=bound)
    assert [record["_scenario"] for record in outcome.records] == ["pair"] * 3 + ["default"] * 2
    assert all(len(record["items"]) == 2 for record in outcome.records[:3])
    assert all(20 <= record["total"] <= 60 for record in outcome.records)
    assert outcome.notes["scenario_counts"] == {"pair": 3, "default": 2}


@pytest.mark.parametrize("entity", ["order", "product", "review", "user"])
async def test_every_entity_of_the_catalogue_can_be_written(desk: Desk, entity: str) -> None:
    outcome = await desk.run(entity=entity, count=5, context=CONTEXT)
    assert len(outcome.rows) == 5
    assert (score_of(outcome, entity=entity) or 0) >= 0.95
    assert outcome.notes["records_by_path"] == {"llm": 5}


async def test_an_entity_without_anything_to_write_is_made_by_the_engine_and_says_so(
    desk: Desk, standin: StandIn
) -> None:
    outcome = await desk.run(entity="payment", count=3, context=CONTEXT)
    assert outcome.notes["records_by_path"] == {"traditional": 3}
    assert "nothing for a model to write" in outcome.notes["warnings"][0]
    assert standin.calls == []


@pytest.mark.parametrize(
    "fault",
    [Fault.SLOPPY_TOTALS, Fault.WRONG_ENUM, Fault.BAD_NUMBERS, Fault.DUPLICATES, Fault.TRUNCATION, Fault.MALFORMED,
     Fault.REFUSAL, Fault.DROP, Fault.ERROR_EVENT, Fault.NO_CLOSING, Fault.RATE_LIMIT, Fault.SERVER_ERROR,
     Fault.OVERLOADED],
)  # fmt: skip
async def test_one_bad_answer_leaves_no_mark(desk: Desk, standin: StandIn, fault: Fault) -> None:
    standin.fail(fault)
    outcome = await desk.run(entity="order", count=5, context=CONTEXT)
    assert [record["_index"] for record in outcome.records] == list(range(5))
    assert score_of(outcome, entity="order") == 1.0
    for record in outcome.records:
        subtotal = sum(item["quantity"] * Decimal(str(item["price"])) for item in record["items"])
        assert Decimal(str(record["subtotal"])) == subtotal


async def test_a_stream_that_falls_silent_is_left_and_asked_again(standin: StandIn, desk: Desk) -> None:
    desk.providers = [claude(standin, stall_seconds=0.5)]
    standin.fail(Fault.STALL)
    outcome = await desk.run(count=3, context=CONTEXT)
    assert len(outcome.rows) == 3


async def test_a_model_that_only_declines_leaves_a_shortfall_with_its_reason(desk: Desk, standin: StandIn) -> None:
    standin.always = Fault.REFUSAL
    outcome = await desk.run(count=3, context=CONTEXT)
    assert outcome.rows == []
    assert "declined" in outcome.shorts[0]


async def test_a_model_that_repeats_itself_leaves_a_shortfall_that_counts(desk: Desk, standin: StandIn) -> None:
    standin.always = Fault.DUPLICATES
    outcome = await desk.run(count=100, context=CONTEXT)
    assert 0 < len(outcome.rows) < 100
    assert outcome.notes["rejection_reasons"]["repeated"] > 0
    accepted, attempted = outcome.notes["records_accepted"], outcome.notes["records_attempted"]
    assert accepted == len(outcome.rows)
    assert attempted == accepted + outcome.notes["records_rejected"]
    assert "could not be written" in outcome.shorts[0]


async def test_the_second_provider_takes_over(standin: StandIn, desk: Desk) -> None:
    with StandIn() as other:
        other.always = Fault.OVERLOADED
        desk.providers = [claude(other), local(standin)]
        outcome = await desk.run(count=4, context=CONTEXT)
    assert len(outcome.rows) == 4
    assert set(outcome.notes["tokens_by_model"]) == {"local"}


async def test_a_wrong_key_is_tried_once_and_the_other_provider_answers(standin: StandIn, desk: Desk) -> None:
    with StandIn() as other:
        other.always = Fault.UNAUTHORIZED
        desk.providers = [claude(other), local(standin)]
        assert len((await desk.run(count=9, context=CONTEXT)).rows) == 9
        assert other.outcomes.total() <= 5


async def test_where_routing_chose_the_path_the_engine_stands_in_and_says_so(desk: Desk, standin: StandIn) -> None:
    standin.always = Fault.SERVER_ERROR
    outcome = await desk.run(count=5, context=CONTEXT, method=None)
    assert len(outcome.rows) == 5
    assert score_of(outcome) == 1.0
    assert outcome.notes["records_by_path"] == {"traditional": 5}
    assert outcome.notes["fallback_from"] == "llm"
    assert "anthropic" in outcome.notes["fallback_reason"]
    assert CONTEXT not in outcome.notes["fallback_reason"]


async def test_providers_that_die_in_mid_job_leave_the_rest_to_the_engine_counted_by_path(
    desk: Desk, standin: StandIn
) -> None:
    standin.fail(None)
    standin.always = Fault.SERVER_ERROR
    outcome = await desk.run(count=5, context=CONTEXT, method=None)
    assert outcome.notes["records_by_path"].keys() == {"llm", "traditional"}
    assert sum(outcome.notes["records_by_path"].values()) == len(outcome.rows) == 5


async def test_where_the_caller_set_the_method_the_job_fails_and_keeps_what_it_has(
    desk: Desk, standin: StandIn
) -> None:
    standin.always = Fault.SERVER_ERROR
    with pytest.raises(JobBroken) as broken:
        await desk.run(count=3, context=CONTEXT, method=GenerationMethod.LLM)
    assert broken.value.reason == "MODEL_UNAVAILABLE"


async def test_without_any_provider_routed_jobs_are_the_engines() -> None:
    desk = Desk([])
    outcome = await desk.run(count=3, context=CONTEXT, method=None)
    assert outcome.notes["records_by_path"] == {"traditional": 3}
    assert "no model provider" in outcome.notes["fallback_reason"]
    await desk.close()


async def test_a_batch_that_comes_again_asks_only_for_what_is_missing(desk: Desk, standin: StandIn) -> None:
    whole = await desk.run("one", count=3, context=CONTEXT)
    calls = len(standin.calls)
    again = await desk.run("one", count=3, context=CONTEXT)
    assert again.rows == whole.rows
    assert len(standin.calls) == calls
    del desk.streams.rows["one", 1][1:]
    third = await desk.run("one", count=3, context=CONTEXT)
    assert len(third.rows) == 3
    assert third.rows[:2] == whole.rows[:2]
    assert "Write exactly 1 record." in standin.calls[-1].prompt


async def test_attempts_that_run_beside_each_other_count_each_record_once(desk: Desk, standin: StandIn) -> None:
    standin.rate = 600
    for number in range(3):
        outcomes = await asyncio.gather(*[desk.run(f"job-{number}", count=12, context=CONTEXT) for _ in range(2)])
        for outcome in outcomes:
            assert [record["_index"] for record in outcome.records] == list(range(12))
            assert outcome.notes["records_by_path"] == {"llm": 12}


async def test_a_kept_answer_is_played_again_for_nothing(desk: Desk, standin: StandIn) -> None:
    first = await desk.run("first", count=5, context=CONTEXT)
    calls = len(standin.calls)
    again = await desk.run("again", count=5, context=CONTEXT, use_cache=True, seed=8)
    assert len(standin.calls) == calls
    assert again.usage.output_tokens == 0
    assert again.notes["cassette_plays"] == 3
    names = [[item["name"] for item in record["items"]] for record in first.records]
    assert [[item["name"] for item in record["items"]] for record in again.records] == names
    assert again.records[0]["cart_id"] != first.records[0]["cart_id"]


async def test_a_kept_answer_needs_no_provider(desk: Desk) -> None:
    await desk.run("first", count=3, context=CONTEXT)
    offline = Desk([], shelf=desk.shelf)
    outcome = await offline.run("again", count=3, context=CONTEXT, use_cache=True)
    assert outcome.notes["records_by_path"] == {"llm": 3}
    await offline.close()


async def test_an_answer_that_cannot_be_kept_is_used_all_the_same(desk: Desk) -> None:
    class Full(Shelf):
        async def put(self, key: str, cassette: Cassette) -> None:
            raise OSError(28, "No space left on device", key, None, cassette.model)

    desk.shelf = Full()
    outcome = await desk.run(count=3, context=CONTEXT)
    assert outcome.notes["records_by_path"] == {"llm": 3}


async def test_a_token_budget_ends_the_spending(standin: StandIn) -> None:
    desk = Desk.of_claude(standin, request_tokens=6_000)
    outcome = await desk.run(count=100, context=CONTEXT)
    assert 4_000 < outcome.usage.tokens <= 6_000
    assert 0 < len(outcome.rows) < 100
    assert "token budget of a request (LLM_TOKENS_PER_REQUEST) of 6000 is used up" in outcome.shorts[0]
    await desk.close()


async def test_all_jobs_of_a_client_share_its_budget(standin: StandIn) -> None:
    desk = Desk.of_claude(standin, client_tokens=9_000)
    first, second = desk.runner(), desk.runner()
    outcomes = await asyncio.gather(
        desk.run("one", runner=first, count=60, context=CONTEXT),
        desk.run("two", runner=first, count=60, context=CONTEXT),
    )
    spent = sum(outcome.usage.tokens for outcome in outcomes)
    assert 7_000 < spent <= 9_000
    later = await desk.run("three", runner=second, count=20, context=CONTEXT)
    assert later.usage.tokens <= 9_000 - spent
    assert "client's token budget of this month (LLM_TOKENS_PER_CLIENT) of 9000 is used up" in later.shorts[0]
    await desk.close()


async def test_costs_are_told_where_prices_are_known(standin: StandIn) -> None:
    prices = Prices(Decimal(3), Decimal(15), Decimal("0.3"))
    desk = Desk.of_claude(standin, rules=Rules(threshold=0.85, max_tokens=8192, prices=prices))
    usage = (await desk.run(count=3, context=CONTEXT)).usage
    fresh = usage.input_tokens - usage.cached_tokens
    expected = fresh * 3 + usage.cached_tokens * 0.3 + usage.output_tokens * 15
    assert usage.cost_micros == pytest.approx(expected, abs=2)
    await desk.close()


async def test_many_records_are_grown_from_few(desk: Desk, standin: StandIn) -> None:
    outcome = await desk.run(count=1_000, context=CONTEXT)
    assert len(outcome.rows) == 1_000
    assert outcome.notes["records_written"] == 40
    assert outcome.notes["records_varied"] == 960
    assert score_of(outcome) == 1.0
    assert len({record["cart_id"] for record in outcome.records}) == 1_000
    told = {str([(i["name"], i["quantity"], i["price"]) for i in record["items"]]) for record in outcome.records}
    assert len(told) > 600
    written = {str([(i["name"], i["quantity"], i["price"]) for i in r["items"]]) for r in outcome.records[:40]}
    grown = [str([(i["name"], i["quantity"], i["price"]) for i in r["items"]]) for r in outcome.records[40:]]
    assert not written & set(grown)
    assert len(standin.calls) <= 12


async def test_growing_can_be_forbidden(desk: Desk) -> None:
    outcome = await desk.run(count=202, context=CONTEXT, expansion=False)
    assert (len(outcome.rows), outcome.notes["records_written"], outcome.notes["records_varied"]) == (202, 202, 0)


async def test_grown_records_go_on_where_an_attempt_ended_without_paying_again(desk: Desk, standin: StandIn) -> None:
    whole = await desk.run("one", count=600, context=CONTEXT)
    del desk.streams.rows["one", 0][300:]
    calls = len(standin.calls)
    again = await desk.run("one", count=600, context=CONTEXT)
    assert len(standin.calls) == calls
    assert again.rows == whole.rows


async def test_no_more_calls_than_set_run_at_once(standin: StandIn) -> None:
    standin.first_token = 0.05
    desk = Desk.of_claude(standin, most=3)
    await desk.run(count=60, context=CONTEXT)
    assert standin.peak <= 3
    await desk.close()


async def test_written_records_are_given_defects(desk: Desk) -> None:
    outcome = await desk.run(count=8, context=CONTEXT, defect_triggering=True)
    assert [record["_index"] for record in outcome.records] == list(range(8))
    assert {record["_defect"]["class"] for record in outcome.records} >= {"boundary", "time", "injection"}
    assert score_of(outcome, defect_triggering=True) == 1.0
    assert sum(outcome.notes["defects"]["records_by_class"].values()) == 8
    assert outcome.notes["records_by_path"] == {"llm": 8}


async def test_grown_records_are_given_defects_and_grow_from_sound_ones(desk: Desk) -> None:
    outcome = await desk.run(count=260, context=CONTEXT, defect_triggering=True)
    assert len(outcome.rows) == 260
    assert score_of(outcome, defect_triggering=True) == 1.0
    assert outcome.notes["records_varied"] > 0
    assert sum(outcome.notes["defects"]["records_by_class"].values()) == 260
