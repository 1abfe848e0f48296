"""Bounds and rules that no record can keep to: refused before one is made, and what is searched for has an end."""

import json
import time
from typing import Any

import numpy as np
import pytest

from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, SchemaSource
from testdata_agent.engine.synthesis.plan import MAX_ATTEMPTS_ALONE, Plan
from testdata_agent.generator import Generator

GENERATOR = Generator()
SMALL = {"type": "integer", "min": 0, "max": 5}
SOME = {"type": "array", "min_items": 1, "max_items": 3, "item_schema": {"type": "object", "fields": {"n": SMALL}}}


def own(rules: list[str], **fields: Any) -> SchemaSource:
    schema = {"name": "thing", "fields": fields, "coherence_rules": rules}
    return SchemaSource(kind="inline_schema", text=json.dumps(schema))


def faults(**request: Any) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        GENERATOR.prepare_now(GenerationRequest(**{"count": 5, "seed": 7, **request}))
    assert {violation.reason for violation in refused.value.violations} == {"UNSATISFIABLE"}
    return {violation.field: violation.description for violation in refused.value.violations}


def test_a_bound_on_a_total_that_its_inputs_cannot_meet_is_refused_with_the_rule() -> None:
    limits = {"total": FieldConstraint(max=0.01), "items.price": FieldConstraint(min=5)}
    found = faults(entity="cart", constraints=limits)
    assert found["constraints[total]"].startswith(
        "by 'total = subtotal + tax' total is at least 5 here, and is to be at"
    )

    limits = {
        "subtotal": FieldConstraint(max=14),
        "items.price": FieldConstraint(min=5),
        "items": FieldConstraint(min_length=3),
    }
    assert "at least 15" in faults(entity="cart", constraints=limits)["constraints[subtotal]"]

    limits = {
        "subtotal": FieldConstraint(min=200),
        "items.price": FieldConstraint(max=1),
        "items.quantity": FieldConstraint(max=2),
    }
    assert "at most 20" in faults(entity="cart", constraints=limits)["constraints[subtotal]"]
    assert "overrides[subtotal]" in faults(
        entity="cart", constraints={"items.price": FieldConstraint(min=5)}, overrides={"subtotal": "4.99"}
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("a > 10", "'a > 10' never holds: a is at least 0 and at most 5"),
        ("a = 6", "by 'a = 6' a is at least 6 here, and is to be at most 5"),
        ("a < 0", "a is at least 0"),
        ("a >= b + 6", "its right side is at least 6 and at most 11"),
        ("a + b > 10", "its left side is at least 0 and at most 10"),
        ("a between 7 and 9", "never holds"),
        ("sum(some.n) > 15", "at most 15"),
        ("count(some) > 3", "at most 3"),
        ("some.n > 5", "some.n is at least 0 and at most 5"),
    ],
)
def test_a_rule_that_no_numbers_of_its_fields_meet_is_refused(rule: str, words: str) -> None:
    found = faults(entity="thing", schema_source=own([rule], a=SMALL, b=SMALL, some=SOME))
    assert len(found) == 1
    assert words in "".join(found.values())


def test_a_rule_that_what_is_set_breaks_is_refused() -> None:
    schema = own(["a <= b"], a=SMALL, b=SMALL)
    assert faults(entity="thing", schema_source=schema, overrides={"a": "4", "b": "3"}).keys() == {"overrides[a]"}


@pytest.mark.parametrize(
    "rule",
    [
        "a >= 5",
        "a = b",
        "a != b",
        "a + b >= 10",
        "sum(some.n) >= 10",
        "count(some) = 3",
        "a > 10 if b > 4",
        "rare > 3",
        "sum(none.n) <= 9",
        "few.n > 5",
    ],
)
def test_a_rule_that_records_can_keep_to_is_not_refused(rule: str) -> None:
    few = {**SOME, "min_items": 0}
    fields = {
        "a": SMALL,
        "b": SMALL,
        "some": SOME,
        "none": few,
        "few": few,
        "rare": {**SMALL, "max": 3, "required": False},
    }
    run = GENERATOR.prepare_now(GenerationRequest(entity="thing", count=1, seed=7, schema_source=own([rule], **fields)))
    assert run.score(run.rows(0, 1)).faults == ()


def test_a_long_chain_of_rules_is_reasoned_about_at_once() -> None:
    fields = {"f0": SMALL, **{f"f{number}": {"type": "float"} for number in range(1, 40)}}
    rules = [f"f{number} = f{number - 1} + f{number - 1}" for number in range(1, 40)]
    began = time.perf_counter()
    GENERATOR.prepare_now(GenerationRequest(entity="thing", count=1, seed=7, schema_source=own(rules, **fields)))
    assert time.perf_counter() - began < 2


def test_what_cannot_be_told_beforehand_is_searched_for_in_few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[int] = []
    fill = Plan._fill

    def counted(self: Plan, rows: np.ndarray[Any, np.dtype[np.int64]], *rest: Any) -> Any:
        widths.append(len(rows))
        return fill(self, rows, *rest)

    monkeypatch.setattr(Plan, "_fill", counted)
    wide = {"type": "integer", "min": 0, "max": 100_000}
    schema = own(["a * b = 7919 * 7907", "a >= 0"], a=wide, b=wide)
    run = GENERATOR.prepare_now(GenerationRequest(entity="thing", count=1, seed=7, schema_source=schema))
    with pytest.raises(UnsatisfiableError, match=r"for row 0 that satisfy a \* b = 7919 \* 7907; widen"):
        run.rows(0, 1)
    assert sum(widths) == 1 + MAX_ATTEMPTS_ALONE + 1
    assert len(widths) < 20
    assert max(widths) <= 256


def test_a_hard_row_is_the_same_alone_and_among_others() -> None:
    wide = {"type": "integer", "min": 0, "max": 1000}
    schema = own(["a > b + 800", "c < a - 500"], a=wide, b=wide, c=wide)
    run = GENERATOR.prepare_now(GenerationRequest(entity="thing", count=40, seed=7, schema_source=schema))
    assert run.rows(0, 40) == [text for row in range(40) for text in run.rows(row, row + 1)]
