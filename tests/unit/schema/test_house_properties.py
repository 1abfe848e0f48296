"""Random schemas in the house form: what is accepted scores 1.0 in every format and is read back as it was; what is
refused says where and why; nothing crashes."""

import io
import json
import sqlite3
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway.errors.catalog import CATALOG
from testdata_agent.engine.coherence.inspection import Inspection
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.reading.csv import read_csv
from testdata_agent.engine.reading.records import inspect
from testdata_agent.engine.render.names import quoted
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.render.tables import tables_of
from testdata_agent.engine.request import GenerationRequest, OutputFormat, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.generator import Generator
from tests.unit.render.loading import expected, loaded
from tests.unit.render.test_csv import said
from tests.unit.schema.house_schemas import faults_of, house_schemas

GENERATOR = Generator()
COUNT = 12


def run_of(schema: dict[str, Any], output_format: OutputFormat, seed: int) -> Run:
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    hints = ("sqlite",) if output_format is OutputFormat.SQL else ()
    return GENERATOR.prepare_now(
        GenerationRequest(
            schema_source=source, output_format=output_format, count=COUNT, seed=seed, hints=hints, envelope=False
        )
    )


def text_of(schema: dict[str, Any], output_format: OutputFormat, seed: int) -> str:
    run = run_of(schema, output_format, seed)
    return run.document(run.rows(0, COUNT))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(house_schemas, st.integers(0, 2**32))
def test_accepted_schemas_score_full_marks_in_every_format_and_refusals_say_where_and_why(
    schema: dict[str, Any], seed: int
) -> None:
    try:
        text = text_of(schema, OutputFormat.JSON, seed)
    except InvalidRequest as refused:
        event("refused")
        for fault in refused.violations:
            assert fault.field
            assert fault.reason in CATALOG
            assert fault.description
        return
    except UnsatisfiableError:
        event("found unsatisfiable")
        return
    event("accepted")
    records = json.loads(text)
    assert len(records) == COUNT
    assert text_of(schema, OutputFormat.JSON, seed) == text
    assert not faults_of(schema, records)
    _checked(schema, OutputFormat.JSON, text)
    lines = text_of(schema, OutputFormat.NDJSON, seed)
    assert [json.loads(line) for line in lines.splitlines()] == records
    _checked(schema, OutputFormat.NDJSON, lines)
    cells = text_of(schema, OutputFormat.CSV, seed)
    given_as = given_schema(SchemaSource(kind="inline_schema", text=json.dumps(schema)), "records")
    assert list(map(said, read_csv(io.StringIO(cells, newline=""), given_as))) == [said(record) for record in records]
    _checked(schema, OutputFormat.CSV, cells)
    _loaded(schema, records, seed)


def _checked(schema: dict[str, Any], output_format: OutputFormat, text: str) -> None:
    """As `testdata check` does it."""
    given_as = given_schema(SchemaSource(kind="inline_schema", text=json.dumps(schema)), "records")
    run = run_of(schema, OutputFormat.JSON, 0)
    inspection = Inspection(Scorer(given_as, as_of=run.as_of))
    assert not list(inspect(io.StringIO(text, newline=""), output_format, given_as, inspection))
    assert inspection.records == COUNT


def _loaded(schema: dict[str, Any], records: list[dict[str, Any]], seed: int) -> None:
    run = run_of(schema, OutputFormat.SQL, seed)
    first = tables_of(run.schema, Dialect.SQLITE)
    database = sqlite3.connect(":memory:")
    database.executescript(run.document(run.rows(0, COUNT)))
    held = {
        table.name: loaded(
            table, database.execute(f"SELECT * FROM {quoted(table.name)} ORDER BY rowid"), json_is_text=True
        )
        for table in first.all()
    }
    # SQLite's row numbers are those of a whole-number key: rows of such tables come in its order.
    assert _in_order(held) == _in_order(expected(first, records))


def _in_order(tables: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}
