"""Records with defects, and the same records without."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from testdata_agent.engine.defects.defect import DefectOptions
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import default_generator

SCHEMAS = Path(__file__).parents[2] / "fixtures" / "schemas"
HOUSE = sorted((SCHEMAS / "house").glob("*.json"))
ENTITIES = ("cart", "order", "payment", "product", "review", "user")
ENVELOPE = ("_index", "_scenario", "_defect")


def json_schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """The published schemas that are not refused."""
    for file in sorted(SCHEMAS.glob("*.json")):
        content = json.loads(file.read_text())
        if "refused" not in content:
            yield file.stem, content["schema"]


def run_of(
    entity: str = "",
    schema: Any = None,
    *,
    count: int = 100,
    seed: int = 11,
    defects: DefectOptions | None = None,
    wanted: bool = True,
    **more: Any,
) -> Run:
    """A run that gives defects, unless they are not wanted."""
    source = None if schema is None else SchemaSource(kind="inline_schema", text=json.dumps(schema))
    request = GenerationRequest(
        entity=entity,
        schema_source=source,
        count=count,
        seed=seed,
        defect_triggering=wanted,
        defects=defects,
        **more,
    )
    return default_generator().prepare_now(request)


def records_of(run: Run) -> list[dict[str, Any]]:
    """All records, by the standard library's reader."""
    return [json.loads(text) for text in run.rows(0, run.count)]


def bare(record: dict[str, Any]) -> dict[str, Any]:
    """Without the envelope."""
    return {key: value for key, value in record.items() if key not in ENVELOPE}


def changed_paths(one: Any, other: Any, path: str = "") -> set[str]:
    """JSON pointers of what differs, objects and arrays of the same size gone into."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {
            each
            for key in keys
            for each in (
                changed_paths(one[key], other[key], f"{path}/{key}")
                if key in one and key in other
                else {f"{path}/{key}"}
            )
        }
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {
            each
            for at, pair in enumerate(zip(one, other, strict=True))
            for each in changed_paths(*pair, f"{path}/{at}")
        }
    return set() if type(one) is type(other) and one == other else {path}
