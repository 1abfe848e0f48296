"""Finished records, read back from JSON, are written as the engine writes them itself."""

from typing import Any

import pytest
from hypothesis import given, settings

from testdata_agent.engine.request import GenerationRequest, OutputFormat
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from tests.unit.render.drawing import GENERATOR, VARIED, run_of, schemas

WAYS = [("csv", ()), ("csv", ("csv_formula_guard",)), ("sql", ()), ("sql", ("dialect:sqlite",))]


def as_json(run: Run) -> list[str]:
    return run.json_rows(range(run.count))


def holds(run: Run) -> None:
    assert run.written(as_json(run), run.first_row) == run.rows(0, run.count)


@pytest.mark.parametrize(("output_format", "hints"), WAYS)
@pytest.mark.parametrize("entity", [schema.name for schema in Registry().list()])
def test_every_entity(entity: str, output_format: str, hints: tuple[str, ...]) -> None:
    holds(
        GENERATOR.prepare_now(
            GenerationRequest(
                entity=entity, count=40, seed=7, first_row=5, output_format=OutputFormat(output_format), hints=hints
            )
        )
    )


@pytest.mark.parametrize(("output_format", "hints"), WAYS)
def test_kinds_that_tables_have_no_columns_for(output_format: str, hints: tuple[str, ...]) -> None:
    holds(run_of(VARIED, output_format, count=60, hints=hints))


@pytest.mark.parametrize(("output_format", "hints"), WAYS)
@given(schema=schemas)
@settings(max_examples=40, deadline=None)
def test_schemas_of_any_shape(output_format: str, hints: tuple[str, ...], schema: dict[str, Any]) -> None:
    holds(run_of(schema, output_format, hints=hints))


def test_an_array_that_would_take_too_many_columns_is_one_cell() -> None:
    item = {"type": "object", "fields": {"a": {"type": "integer"}, "b": {"type": "string", "regex": "[a-c\"']{1,3}"}}}
    wide = {"fields": {"id": {"type": "uuid"}, "many": {"type": "array", "item_schema": item, "max_items": 1500}}}
    run = run_of(wide, "csv", count=3)
    assert "many[0]" not in run.document(())
    holds(run)


def test_the_envelope_and_other_members_are_left_out() -> None:
    run = run_of({"fields": {"n": {"type": "integer", "min": 5, "max": 5}}}, "csv", count=1)
    assert run.written(['{"n":5,"_index":0,"_scenario":"default","more":[1]}'], 0) == ["5\r\n"]


def test_blocks_of_different_forms_follow_each_other() -> None:
    schema = {"fields": {"n": {"type": "integer", "nullable": True}, "s": {"type": "string"}}}
    run = run_of(schema, "sql", count=2)
    told = {'{"n":null,"s":"x"}': "3,NULL,'x'", '{"n":1.50,"s":"y"}': "3,1.50,'y'", '{"s":""}': "3,NULL,''"}
    for text, cells in told.items():
        assert f"({cells})" in run.written([text], 3)[0]


def test_numbers_keep_their_digits() -> None:
    run = run_of({"fields": {"price": {"type": "float", "min": 0, "max": 9}}}, "csv", count=1)
    assert run.written(['{"price":10.50}', '{"price":1e3}'], 0) == ["10.50\r\n", "1e3\r\n"]
