"""Dates that a request sets or bounds: those before and after them agree, and keep their shape."""

from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.coherence.report import CoherenceReport
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, Scenario
from testdata_agent.generator import default_generator

AS_OF = 1_767_225_600  # 2026-01-01


def test_what_comes_before_a_date_that_is_asked_for_moves_before_it() -> None:
    carts = generate("cart", count=200, seed=7, overrides={"updated_at": "2020-01-01"})
    created = [cart["created_at"] for cart in carts]
    assert max(created) <= "2020-01-01T00:00:00Z"
    assert len(set(created)) == len(created)


def test_what_comes_after_a_date_that_is_asked_for_follows_it() -> None:
    orders = generate("order", count=200, seed=7, overrides={"created_at": "2025-06-01..2025-06-30"})
    assert all("2025-06" in order["created_at"] <= order["updated_at"] for order in orders)


def test_a_range_for_the_later_date_holds_and_the_earlier_one_agrees() -> None:
    carts = generate("cart", count=200, seed=7, overrides={"updated_at": "2025-03-01..2025-03-31"})
    for cart in carts:
        assert cart["created_at"] <= cart["updated_at"]
        assert "2025-03-01" <= cart["updated_at"] <= "2025-03-31T00:00:00Z"


@pytest.mark.parametrize(
    ("entity", "name"), [("review", "created_at"), ("payment", "created_at"), ("payment", "captured_at")]
)
def test_a_date_that_follows_another_row_is_as_it_is_asked_for_all_the_same(entity: str, name: str) -> None:
    records = generate(entity, count=200, seed=7, overrides={name: "2021-01-01..2021-01-31"})
    found = [record[name] for record in records if name in record]

    assert found
    assert all("2021-01-01" <= moment <= "2021-01-31T00:00:00Z" for moment in found)


def judged(**request: Any) -> CoherenceReport:
    run = default_generator().prepare_now(GenerationRequest(count=20, seed=7, as_of=AS_OF, **request))
    return run.score(run.rows(0, 20))


@pytest.mark.parametrize("text", ["2030-01-01", "2030-01-01..2030-02-01"])
@pytest.mark.parametrize(
    ("entity", "name"),
    [("cart", "created_at"), ("cart", "updated_at"), ("user", "created_at"), ("payment", "created_at")],
)
def test_a_future_that_is_asked_for_is_no_fault(entity: str, name: str, text: str) -> None:
    assert not judged(entity=entity, overrides={name: text}).faults
    assert not judged(entity=entity, scenarios=(Scenario(name="later", count=5, overrides={name: text}),)).faults


def test_a_future_that_is_listed_is_no_fault_and_is_found_in_the_list() -> None:
    listed = FieldConstraint(enum_values=("2030-01-01", "2030-01-01T12:00:00+02:00"))
    assert not judged(entity="cart", constraints={"updated_at": listed}).faults


def test_a_future_that_nobody_asked_for_is_a_fault() -> None:
    run = default_generator().prepare_now(GenerationRequest(entity="cart", count=1, seed=7, as_of=AS_OF))
    later = (
        run.rows(0, 1)[0]
        .replace('"created_at":"2025', '"created_at":"2027')
        .replace('"updated_at":"202', '"updated_at":"203')
    )
    assert [fault.field for fault in run.score([later]).faults] == ["created_at", "updated_at"]
