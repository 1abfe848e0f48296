"""What rules derive keeps to all that the schema says of the field, or is refused."""

from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import UnsatisfiableError

_NUMBER = {"type": "integer", "min": 1, "max": 50}


def _values(field: dict[str, Any], source: dict[str, Any], rule: str) -> set[Any]:
    schema = {"name": "note", "fields": {"a": field, "b": source}, "coherence_rules": [rule]}
    return {record["a"] for record in generate(schema=schema, count=60, seed=7)}


def test_a_derived_number_is_one_of_its_values_and_a_multiple_of_its_step() -> None:
    assert _values({"type": "integer", "values": [2, 4, 6]}, _NUMBER, "a = b * 2") == {2, 4, 6}
    assert {value % 5 for value in _values({"type": "integer", "multiple_of": 5}, _NUMBER, "a = b * 2")} == {0}


def test_a_derived_date_keeps_to_its_bounds() -> None:
    source = {"type": "date", "min": "2024-01-01", "max": "2024-03-31"}
    days = _values({"type": "date", "min": "2024-02-01", "max": "2024-02-29"}, source, "a = b + 3 days")

    assert len(days) > 10
    assert {day[:7] for day in days} == {"2024-02"}


def test_a_derived_number_in_items_keeps_to_its_values() -> None:
    item = {"type": "object", "fields": {"a": {"type": "integer", "values": [2, 4]}, "b": _NUMBER | {"max": 4}}}
    rows = {"type": "array", "min_items": 0, "max_items": 3, "item_schema": item}
    schema = {"name": "note", "fields": {"rows": rows}, "coherence_rules": ["rows.a = rows.b * 2"]}

    assert {row["a"] for record in generate(schema=schema, count=60, seed=7) for row in record["rows"]} == {2, 4}


@pytest.mark.parametrize("limits", [{"values": ["x", "y"]}, {"max_length": 3}, {"regex": "[ab]+"}])
def test_a_derived_text_that_breaks_its_limits_is_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(UnsatisfiableError, match="what the schema says of a by 'a = b'"):
        _values({"type": "string", **limits}, {"type": "string"}, "a = b")


@pytest.mark.parametrize("rules", [[], ['if status = "open" then notes does not exist']])
def test_a_required_field_is_there_also_where_what_it_is_made_of_need_not_be(rules: list[str]) -> None:
    item = {"type": "object", "fields": {"size": "integer"}}
    notes = {"type": "array", "item_schema": item, "min_items": 1, "required": False}
    fields = {"total": "float", "status": {"type": "enum", "values": ["open", "shut"]}, "notes": notes}
    schema = {"name": "note", "fields": fields, "coherence_rules": ["total = sum(notes.size)", *rules]}

    assert all("total" in record for record in generate(schema=schema, count=60, seed=7))
