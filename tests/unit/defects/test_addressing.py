"""The same seed gives the same defects, whoever makes which rows."""

from testdata_agent.engine.defects.defect import DefectOptions
from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.engine.request import GenerationRequest, Scenario
from testdata_agent.engine.request_data import from_data, to_data
from tests.unit.defects.asking import ENTITIES, run_of


def test_the_same_seed_gives_the_same_bytes() -> None:
    for entity in ENTITIES:
        assert run_of(entity, count=40).rows(0, 40) == run_of(entity, count=40).rows(0, 40)
    assert run_of("cart", count=40).rows(0, 40) != run_of("cart", count=40, seed=12).rows(0, 40)


def test_any_partition_gives_the_same_rows() -> None:
    whole = run_of("user", count=120).rows(0, 120)
    run = run_of("user", count=120)
    parts = [row for start in range(0, 120, 7) for row in run.rows(start, min(start + 7, 120))]
    assert parts == whole
    assert run_of("user", count=30).rows(0, 30) == whole[:30]


def test_a_call_that_goes_on_gives_the_rows_that_follow() -> None:
    whole = run_of("payment", count=60).rows(0, 60)
    for first in (1, 24, 33):
        assert run_of("payment", count=60 - first, first_row=first).rows(0, 60 - first) == whole[first:]


def test_rows_that_are_scored_are_those_that_are_delivered() -> None:
    run = run_of("order", count=30)
    assert run.json_rows([3, 8, 29]) == [run.rows(0, 30)[at] for at in (3, 8, 29)]


def test_records_of_another_hand_are_given_defects_by_their_rows() -> None:
    valid = run_of("review", count=12, wanted=False).rows(0, 12)
    run = run_of("review", count=12)
    assert run.defective(valid[4:9], 4) == run.defective(valid, 0)[4:9]
    assert run_of("review", count=12, wanted=False).defective(valid, 0) == valid


def test_what_was_done_is_counted() -> None:
    tally = DefectTally()
    run_of("cart", count=80).rows(0, 80, tally)
    assert tally.classes.total() == tally.verdicts.total() == 80
    assert set(tally.classes.values()) == {10}


def test_scenarios_hold_beside_defects() -> None:
    run = run_of("cart", count=20, scenarios=(Scenario(name="many", count=8, overrides={"items.length": "5"}),))
    assert sum('"_scenario":"many"' in row for row in run.rows(0, 20)) == 8


def test_options_are_kept_as_data() -> None:
    request = GenerationRequest(entity="cart", defects=DefectOptions(classes=("time", "unicode")))
    assert from_data(to_data(request)) == request
