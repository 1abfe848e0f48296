"""A derived number that is set to one value: its inputs are solved for, to the cent, on every seed."""

import json
import time

import pytest

from testdata_agent.engine.errors import UnsatisfiableError
from testdata_agent.engine.request import FieldConstraint, GenerationRequest
from testdata_agent.generator import Generator

GENERATOR = Generator()


@pytest.mark.parametrize(
    ("entity", "path", "value"),
    [("cart", "total", "50"), ("cart", "subtotal", "30"), ("cart", "total", "999.99"), ("order", "total", "75.01")],
)
def test_a_derived_number_is_met_to_the_cent(entity: str, path: str, value: str) -> None:
    for seed in range(5):
        request = GenerationRequest(entity=entity, count=100, seed=seed, overrides={path: value})
        run = GENERATOR.prepare_now(request)
        rows = run.rows(0, 100)
        assert {json.loads(row)[path] for row in rows} == {float(value)}
        assert run.score(rows).score == 1.0


def test_a_row_is_solved_alike_alone_and_among_others() -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=60, seed=7, overrides={"total": "50"}))
    assert run.rows(0, 60) == [text for row in range(60) for text in run.rows(row, row + 1)]


def test_prices_that_a_request_lists_are_not_scaled_to_meet_a_total() -> None:
    limits = {"total": FieldConstraint(min=40, max=60), "items.price": FieldConstraint(enum_values=("7", "8.5"))}
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=100, seed=7, constraints=limits))
    rows = run.rows(0, 100)
    assert {item["price"] for row in rows for item in json.loads(row)["items"]} == {7, 8.5}
    assert run.score(rows).score == 1.0


def test_a_total_that_no_price_can_meet_is_given_up_soon() -> None:
    limits = {"total": FieldConstraint(min=50.01, max=50.02), "items.price": FieldConstraint(enum_values=("7",))}
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=100, seed=7, constraints=limits))
    began = time.perf_counter()
    with pytest.raises(UnsatisfiableError, match="total"):
        run.rows(0, 100)
    assert time.perf_counter() - began < 2
