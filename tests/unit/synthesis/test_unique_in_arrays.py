"""Unique values are so in arrays within arrays, too; and what nobody asked to repeat differs from item to item."""

import json
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()
LEAVES: dict[str, dict[str, Any]] = {
    "number": {"type": "integer", "min": 0, "max": 2**50},
    "amount": {"type": "float", "scale": 2, "min": 0, "max": 10**13},
    "code": {"type": "string", "format": "{random:10}"},
    "isbn": {"type": "string"},
    "text": {"type": "string", "regex": "[A-Z]{12}"},
    "email": {"type": "email"},
    "order_id": {"type": "string"},
    "uuid": {"type": "uuid"},
}


def run_of(fields: dict[str, Any], count: int = 40) -> Run:
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": fields}))
    return GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=count, seed=5, envelope=False))


def nested(leaf: dict[str, Any], depth: int, items: int = 4) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "object", "fields": {"leaf": leaf}}
    for _ in range(depth - 1):
        array = {"type": "array", "item_schema": inner, "min_items": 2, "max_items": items}
        inner = {"type": "object", "fields": {"inner": array}}
    return {"all": {"type": "array", "item_schema": inner, "min_items": 2, "max_items": items}}


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("name", LEAVES)
def test_unique_values_are_no_two_alike_however_deep(name: str, depth: int) -> None:
    leaf = {**LEAVES[name], "unique": True}
    if name in {"isbn", "order_id"}:
        leaf["semantic"] = name
    run = run_of(nested(leaf, depth))
    found = leaves(run.records(0, 40))
    assert len(set(found)) == len(found) >= 40 * 2**depth
    report = run.score(run.rows(0, 40))
    assert report.passed == report.applied


def test_unique_values_in_arrays_of_arrays_are_no_two_alike() -> None:
    leaf = {"type": "integer", "min": 0, "max": 2**50, "unique": True}
    row = {"type": "array", "item_schema": leaf, "min_items": 3, "max_items": 5}
    run = run_of({"grid": {"type": "array", "item_schema": row, "min_items": 3, "max_items": 5}})
    found = leaves(run.records(0, 40))
    assert len(set(found)) == len(found)


def test_items_of_the_third_level_differ() -> None:
    found = leaves(run_of(nested({"type": "integer", "min": 0, "max": 2**50}, 4)).records(0, 20))
    assert len(set(found)) == len(found)


def test_too_few_values_for_all_levels_are_refused() -> None:
    leaf = {"type": "integer", "min": 0, "max": 99_999, "unique": True}
    assert run_of(nested(leaf, 1), count=1000).count == 1000
    with pytest.raises(InvalidRequest, match=r"all\.inner\.leaf has 10 distinct values"):
        run_of(nested(leaf, 2), count=40)


def test_arrays_that_are_too_long_for_unique_values_are_refused_by_name() -> None:
    leaf = {**LEAVES["number"], "unique": True}
    for depth in (1, 2):
        with pytest.raises(InvalidRequest, match="at most 100 items: set max_items of the arrays around"):
            run_of(nested(leaf, depth, items=101))


def test_addresses_and_numbers_of_a_list_that_differ_are_made_or_refused() -> None:
    streets = {"type": "array", "item_schema": "address", "unique_items": True, "min_items": 3}
    assert all(len(set(r["a"])) == len(r["a"]) for r in generate(schema=_schema(streets), count=20, seed=7))

    item = {"type": "float", "min": 3, "max": 67, "multiple_of": 5, "values": [1.5, 5, 10, 12, 70]}
    numbers = {"type": "array", "item_schema": item, "min_items": 2, "max_items": 4, "unique_items": True}
    assert {tuple(sorted(r["a"])) for r in generate(schema=_schema(numbers), count=20, seed=7)} == {(5, 10)}

    item["values"] = [1.5, 70]
    with pytest.raises(InvalidRequest, match="within the bounds and steps"):
        generate(schema=_schema(numbers), count=1)


def test_what_stands_in_an_array_is_not_made_of_what_stands_beside_the_array() -> None:
    fields = {"age": "integer", "birth_date": {"type": "array", "item_schema": "date", "min_items": 2}}
    records = generate(schema={"name": "person", "fields": fields}, count=20, seed=7)

    assert all(len(record["birth_date"]) >= 2 for record in records)


def _schema(field: dict[str, Any]) -> dict[str, Any]:
    return {"name": "note", "fields": {"a": field}}
