"""Schemas of one property, for the tests of what is made of each keyword."""

import json
from typing import Any

from testdata_agent.engine.schema.json_schema.reader import read_json_schema
from testdata_agent.engine.schema.model import Field, Schema
from tests.unit.schema.json_schemas import faults_of, generated, refusals


def record(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def read(schema: dict[str, Any]) -> Schema:
    return read_json_schema(schema, "inline_schema")


def field(schema: Any) -> Field:
    return read(record(x=schema)).fields["x"]


def reasons(schema: Any) -> dict[str, str]:
    return {fault.field.removeprefix("inline_schema#"): fault.reason for fault in refusals(schema)}


def refused(schema: Any) -> dict[str, str]:
    """Reasons by pointer below the one property that has this schema."""
    return {pointer.removeprefix("/properties/x"): reason for pointer, reason in reasons(record(x=schema)).items()}


def values(schema: Any, count: int = 60, *, defs: Any = None) -> list[Any]:
    """Values of a property of this schema; all of them are valid."""
    whole = record(x=schema) | ({"$defs": defs} if defs else {})
    rows = generated(whole, count=count)
    assert not list(faults_of(whole, rows))
    return [json.loads(row)["x"] for row in rows]
