"""Scenarios: who gets which rows, in what number, and what many of them cost."""

import time
from typing import Any

import pytest

from testdata_agent.engine.defects.defect import DefectOptions
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationRequest, Scenario
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()


def prepared(count: int, scenarios: tuple[Scenario, ...], **fields: Any) -> Run:
    return GENERATOR.prepare_now(GenerationRequest(entity="cart", count=count, seed=7, scenarios=scenarios, **fields))


def names(run: Run, start: int, stop: int) -> list[str]:
    return [record["_scenario"] for record in run.records(start, stop)]


def test_any_slice_over_many_scenarios_is_that_part_of_the_whole() -> None:
    scenarios = tuple(
        Scenario(name=f"s{number}", count=1 + number % 3, overrides={"currency": "EUR"} if number % 2 else {})
        for number in range(20)
    )
    run = prepared(50, scenarios)
    whole = run.rows(0, 50)
    assert [text for start in range(0, 50, 7) for text in run.rows(start, min(50, start + 7))] == whole
    expected = [scenario.name for scenario in scenarios for _ in range(scenario.count)]
    assert names(run, 0, 50) == expected + ["default"] * (50 - len(expected))


def test_a_slice_ends_where_more_plans_than_allowed_would_make_its_rows() -> None:
    scenarios = tuple(Scenario(name=f"s{n}", count=2, overrides={"currency": c}) for n, c in enumerate(("EUR", "GBP")))
    run = prepared(10, scenarios)
    assert [run.slice_end(0, 10, plans=plans) for plans in (1, 2, 3)] == [2, 4, 10]
    assert run.slice_end(1, 4, plans=1) == 2
    assert run.slice_end(4, 10, plans=1) == 10


def test_a_scenario_that_is_called_default_counts_with_the_rest() -> None:
    run = prepared(5, (Scenario(name="default", count=2, overrides={"currency": "EUR"}),))
    assert run.scenario_counts == {"default": 5}
    assert [record["currency"] for record in run.records(0, 5)] == ["EUR", "EUR", "USD", "USD", "USD"]


def test_scenarios_that_claim_every_row_leave_no_default() -> None:
    run = prepared(4, (Scenario(name="one", count=1), Scenario(name="three", count=3)))
    assert run.scenario_counts == {"one": 1, "three": 3}


def test_ten_thousand_scenarios_with_the_same_overrides_are_one_plan() -> None:
    scenarios = tuple(Scenario(name=f"s{number}", count=1, overrides={"currency": "EUR"}) for number in range(10_000))
    began = time.perf_counter()
    run = prepared(10_000, scenarios)
    assert len({id(segment.plan) for segment in run.segments}) == 1
    assert names(run, 9_000, 9_100) == [f"s{number}" for number in range(9_000, 9_100)]
    assert time.perf_counter() - began < 5


def test_more_ways_to_differ_than_plans_can_be_made_for_are_refused() -> None:
    scenarios = tuple(
        Scenario(name=f"s{number}", count=1, overrides={"customer_id": f"C-{number}"}) for number in range(1001)
    )
    with pytest.raises(InvalidRequest, match="at most 1000 ways"):
        prepared(2000, scenarios)


def test_every_scenario_with_a_fault_is_named() -> None:
    scenarios = (
        Scenario(name="a", count=1, overrides={"currency": "EUR", "nothing": "1"}),
        Scenario(name="a", count=0, overrides={"total": "much"}),
    )
    with pytest.raises(InvalidRequest) as refused:
        prepared(1, scenarios, overrides={"items.quantity": "200"})
    assert [violation.field for violation in refused.value.violations] == [
        "scenarios[1].name",
        "scenarios[1].count",
        "overrides[items.quantity]",
        "scenarios[0].overrides[nothing]",
        "scenarios[1].overrides[total]",
    ]


@pytest.mark.parametrize("defects", [None, DefectOptions()])
def test_a_share_that_is_limited_otherwise_than_the_rest_is_not_at_fault(defects: DefectOptions | None) -> None:
    big = Scenario(name="big", count=4, overrides={"total": "500-600", "created_at": "2024-02-29"})
    limits = {"total": "20-50", "created_at": "2025-01-01..2025-06-30"}
    request = GenerationRequest(entity="order", count=12, seed=3, overrides=limits, scenarios=(big,), defects=defects)
    run = Generator().prepare_now(request)

    assert run.score(run.rows(0, 12)).score == 1.0
