"""What schemas of the caller's own are made of, beyond the entities: records keep to them and score one."""

import json
from typing import Any

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.generator import Generator

GENERATOR = Generator()


def sound(fields: dict[str, Any], count: int = 60, **more: Any) -> list[dict[str, Any]]:
    """Records of these fields, which the score finds no fault with."""
    schema = {"name": "thing", "fields": fields, **more}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=count, seed=7))
    rows = run.rows(0, count)
    report = run.score(rows)
    assert report.faults == ()
    assert report.score == 1.0
    return [json.loads(row) for row in rows]


def test_arrays_stand_directly_in_arrays() -> None:
    row = {"type": "array", "min_items": 1, "max_items": 4, "item_schema": {"type": "integer", "min": 0, "max": 9}}
    point = {"type": "object", "fields": {"x": {"type": "float", "min": 0.001, "max": 0.004}}}
    line = {"type": "array", "item_schema": {"type": "array", "min_items": 2, "max_items": 2, "item_schema": point}}
    made = sound({"grid": {"type": "array", "min_items": 2, "max_items": 3, "item_schema": row}, "lines": line})
    assert {len(record["grid"]) for record in made} == {2, 3}
    assert {len(row) for record in made for row in record["grid"]} == {1, 2, 3, 4}
    assert {len(points) for record in made for points in record["lines"]} == {2}
    assert {p["x"] for record in made for points in record["lines"] for p in points} == {0.001, 0.002, 0.003, 0.004}
