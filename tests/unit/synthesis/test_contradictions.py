"""A field that contradicts itself is refused by name; one whose words agree gives records that score 1.0."""

import json
from typing import Any

import pytest

from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()


def run_of(field: dict[str, Any], count: int = 3) -> Run:
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": {"id": "uuid", "f": field}}))
    return GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=count, seed=5, envelope=False))


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"type": "enum", "values": ["A", "b"], "regex": "[A-Z]"}, "the values b do not fit the length or regex"),
        ({"type": "string", "values": ["A", "b"], "regex": "[0-9]"}, "none of A, b fits the length"),
        ({"type": "string", "values": ["A", "bb"], "max_length": 1}, "the values bb do not fit"),
        ({"type": "string", "values": ["A"], "regex": "[A-"}, "not a regular expression"),
        ({"type": "string", "values": []}, "values: an empty list leaves the field no value"),
        ({"type": "date", "values": ["2020-01-01", "2021-01-01"], "min": "2020-06-01"}, "the values 2020-01-01 lie"),
        ({"type": "integer", "values": [1, 2], "min": 4}, "none of 1, 2 is within the bounds"),
        ({"type": "float", "values": [1, 5], "multiple_of": "3"}, "none of 1, 5 is within the bounds and steps"),
        ({"type": "integer", "values": [1, 5], "unique": True}, "f has 2 distinct values, rows up to 3"),
        ({"type": "string", "regex": "[a-z]{3}", "format": "TX-{random:4}"}, "do not match the expression"),
        ({"type": "string", "regex": "[a-z]{3}", "format": "email"}, "do not match the expression"),
        (
            {"type": "array", "unique_items": True, "item_schema": {"type": "string", "format": "X-{random:4}"}},
            "unique items that are of the form X-{random:4} are not made",
        ),
        ({"type": "phone", "semantic": "vin"}, "vin is no phone, and the field is of that type"),
        ({"type": "email", "format": "ipv4"}, "a field of type email has that format, not ipv4"),
        ({"type": "string", "values": ["a"], "format": "email"}, "none of them has the format email"),
    ],
)
def test_what_contradicts_itself_is_refused(field: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        run_of(field)
    (fault,) = refused.value.violations
    assert told in fault.description
    assert "f" in fault.field.rpartition(".")[2] or "fields.f" in fault.field


@pytest.mark.parametrize(
    "field",
    [
        {"type": "enum", "values": ["A", "B"], "regex": "[A-Z]"},
        {"type": "integer", "values": [1, 5, 9], "min": 4},
        {"type": "integer", "values": [1, 5, 9], "unique": True},
        {"type": "float", "values": [1, 3, 4.5], "multiple_of": "1.5"},
        {"type": "string", "regex": "TX-[0-9]{4}", "format": "TX-{random:4}"},
        {"type": "string", "regex": "[a-z]{3,9}@example[.]com", "format": "email"},
        {"type": "date", "values": ["2020-01-01"], "min": "2019-06-01"},
        {
            "type": "array",
            "unique_items": True,
            "min_items": 3,
            "item_schema": {"type": "string", "semantic": "isbn13"},
        },
        {"type": "array", "unique_items": True, "min_items": 3, "item_schema": {"type": "string", "format": "url"}},
        {"type": "array", "unique_items": True, "min_items": 3, "item_schema": "uuid"},
        {"type": "array", "max_items": 0, "item_schema": "integer"},
        {"type": "address", "format": "ipv4"},
        {"type": "array", "unique_items": True, "min_items": 3, "item_schema": "phone"},
    ],
)
def test_what_agrees_is_made(field: dict[str, Any]) -> None:
    run = run_of(field)
    report = run.score(run.rows(0, 3))
    assert report.passed == report.applied, report.faults
