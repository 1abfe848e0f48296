"""How many decimal digits numbers have, and whether the score sees it as the schema says it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator
from testdata_agent.literals import as_json


def _run(field: dict[str, Any], locale: str = "en_US") -> Run:
    schema = {"name": "line", "fields": {"amount": field}}
    source = SchemaSource(kind="inline_schema", text=as_json(schema))
    return Generator().prepare_now(GenerationRequest(entity="", count=60, seed=7, schema_source=source, locale=locale))


@pytest.mark.parametrize(
    ("field", "locale", "digits"),
    [
        ({"type": "float", "semantic": "money"}, "en_US", 2),
        ({"type": "float", "semantic": "money"}, "ja_JP", 0),
        ({"type": "float", "semantic": "money", "scale": 4, "min": 0.5, "max": 0.6}, "en_US", 4),
        ({"type": "float", "semantic": "money", "scale": 0}, "en_US", 0),
        ({"type": "float", "semantic": "money", "scale": 2}, "ja_JP", 2),
        ({"type": "integer", "semantic": "money"}, "en_US", 0),
        ({"type": "float", "scale": 1, "min": 176, "max": 1e15}, "en_US", 1),
    ],
)
def test_a_number_has_the_digits_that_its_schema_says(field: dict[str, Any], locale: str, digits: int) -> None:
    run = _run(field, locale)
    rows = run.rows(0, run.count)
    written = [json.loads(row, parse_float=Decimal, parse_int=Decimal)["amount"] for row in rows]

    assert {-number.as_tuple().exponent for number in written} == {digits}
    assert run.score(rows).score == 1.0


def test_a_number_that_is_large_and_too_fine_is_a_fault() -> None:
    run = _run({"type": "float", "scale": 1, "min": 176, "max": 1e15})

    assert run.score(['{"amount":64972135977.25}', '{"amount":949721359778715.12}']).faults


def test_a_whole_number_is_held_against_its_bounds_to_the_last_digit() -> None:
    run = _run({"type": "integer", "min": 1, "max": 1000000000000000006})

    assert not run.score(['{"amount":1000000000000000006}']).faults
    assert run.score(['{"amount":1000000000000000007}']).faults
