"""Null stands only where the schema says nullable, in about a tenth of what is there, at every depth."""

import json
from typing import Any

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()
ROWS = 1000
NULLABLE: dict[str, Any] = {
    "text": {"type": "string"},
    "number": {"type": "float", "min": 0, "max": 100},
    "mail": {"type": "email"},
    "code": {"type": "string", "format": "X-{random:5}", "unique": True},
    "begun": {"type": "datetime"},
    "ended": {"type": "datetime"},
    "kind": {"type": "enum", "values": ["a", "b"]},
    "flag": {"type": "boolean"},
    "place": {"type": "object", "fields": {"city": "string"}},
    "tags": {"type": "array", "item_schema": {"type": "string", "nullable": True}},
}


def prepared(fields: dict[str, Any], *rules: str, **request: Any) -> Run:
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": fields, "coherence_rules": rules}))
    return GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=ROWS, seed=7, **request))


def about_a_tenth(part: int, whole: int) -> bool:
    return 0.06 < part / whole < 0.14


def test_a_nullable_field_is_null_in_a_tenth_of_the_records_and_an_optional_one_absent_in_another() -> None:
    fields = {name: {**spec, "nullable": True} for name, spec in NULLABLE.items()}
    for required in (True, False):
        run = prepared({"id": "integer"} | {name: {**spec, "required": required} for name, spec in fields.items()})
        records = run.records(0, ROWS)
        for name in fields:
            there = [record for record in records if name in record]
            assert about_a_tenth(sum(record[name] is None for record in there), len(there)), name
            assert (len(there) == ROWS) if required else about_a_tenth(ROWS - len(there), ROWS), name
        assert run.score(run.rows(0, ROWS)).score == 1.0


def test_items_are_null_each_by_itself() -> None:
    item = {"type": "object", "nullable": True, "fields": {"ok": {"type": "boolean", "nullable": True}}}
    run = prepared({"lines": {"type": "array", "item_schema": item}, "tags": NULLABLE["tags"]})
    records = run.records(0, ROWS)
    lines = [line for record in records for line in record["lines"]]
    tags = [tag for record in records for tag in record["tags"]]
    assert about_a_tenth(lines.count(None), len(lines))
    assert about_a_tenth(tags.count(None), len(tags))
    assert run.score(run.rows(0, ROWS)).score == 1.0


def test_rules_do_not_apply_to_null() -> None:
    fields = {
        "begun": {"type": "datetime", "nullable": True},
        "ended": {"type": "datetime", "nullable": True},
        "price": {"type": "float", "nullable": True, "min": 1, "max": 9},
        "double": {"type": "float", "required": False},
    }
    run = prepared(fields, "ended >= begun", "double = price * 2")
    assert run.score(run.rows(0, ROWS)).score == 1.0
    for record in run.records(0, ROWS):
        assert (record["price"] is None) == ("double" not in record)


def test_what_is_not_nullable_is_never_null() -> None:
    assert "null" not in "".join(prepared(NULLABLE | {"tags": "string"}).rows(0, ROWS))


def test_what_the_request_speaks_of_is_never_null() -> None:
    fields = {"kind": {**NULLABLE["kind"], "nullable": True, "required": False}}
    assert {record["kind"] for record in prepared(fields, overrides={"kind": "a"}).records(0, ROWS)} == {"a"}
