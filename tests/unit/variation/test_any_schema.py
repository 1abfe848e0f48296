"""Patterns of random schemas: whatever was accepted is varied and learned from; nothing crashes, no row is at fault."""

import json
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.learning.lessons import Options, learn
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.patterns import Variation
from testdata_agent.generator import Generator
from tests.unit.schema.house_schemas import house_schemas
from tests.unit.schema.json_schemas import json_schemas

GENERATOR = Generator()
COUNT = 8
TASTE = {"categories", "sentiment"}


def admitted(schema: dict[str, Any], seed: int) -> Run | None:
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    try:
        return GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=COUNT, seed=seed, envelope=False))
    except InvalidRequest:
        return None


def stored_under(schema: dict[str, Any], seed: int) -> list[dict[str, Any]] | None:
    run = admitted(schema, seed)
    try:
        return None if run is None else run.records(0, COUNT)
    except UnsatisfiableError:
        return None


def check(schema: dict[str, Any], seed: int, locks: int) -> None:
    records, run = stored_under(schema, seed), admitted(schema, seed + 1)
    if records is None or run is None:
        event("refused")
        return
    paths = list(run.outline.fields)
    locked = tuple(paths[(locks + step) % len(paths)] for step in range(locks % 3)) if paths else ()
    variation = Variation(run, [Exemplar(number, record, locked) for number, record in enumerate(records)])
    varied = variation.rows(0, COUNT)
    event(f"rows {len(varied.rows)}")
    report = run.score(list(varied.rows.values()))
    assert not [fault for fault in report.faults if fault.check not in TASTE | {"duplicates"}]
    halves = {**variation.rows(0, COUNT // 2).rows, **variation.rows(COUNT // 2, COUNT).rows}
    assert halves == varied.rows
    learned = learn(run, records, Options(sample=bool(locks % 2), locked_paths=locked))
    assert len(learned.lesson_of) + len(learned.refused) == COUNT
    texts = [json.dumps(lesson.record) for lesson in learned.lessons]
    assert not [fault for fault in run.score(texts).faults if fault.check not in TASTE | {"duplicates"}]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(house_schemas, st.integers(0, 2**32), st.integers(0, 50))
def test_house_form(schema: dict[str, Any], seed: int, locks: int) -> None:
    check(schema, seed, locks)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(json_schemas(), st.integers(0, 2**32), st.integers(0, 50))
def test_json_schema(schema: dict[str, Any], seed: int, locks: int) -> None:
    check(schema, seed, locks)
