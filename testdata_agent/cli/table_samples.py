"""Samples of a table, scrubbed here before anything of them is sent or stored."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from testdata_agent.cli.faults import Failure, Mistake, line
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.learning.lessons import LEARNING_SEED, Options, learn
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

#: Rows that are drawn unless a number is asked for: enough to tell distributions to about a twentieth.
DEFAULT_ROWS = 1000
#: Most that are drawn, so that they can be sent together.
MAX_ROWS = 10_000


@dataclass
class TableSample:
    """Rows made records that name nobody.

    Attributes:
        records: NDJSON: each is whole by the schema, and holds nothing of a row that could tell of a person.
        rows: How many were drawn.
        kept: How many records there are.
        columns: Those that were read, to the fields that they are.
        ignored: Columns that are no field.
        scrubbed: Records in which a value was replaced, by field.
        refused: Rows that break the schema's rules, by what is wrong.
    """

    records: str = ""
    rows: int = 0
    kept: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    scrubbed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def told(self) -> Iterator[str]:
        """What became of the rows, a line each."""
        yield f"{self.rows} rows drawn, {self.kept} kept"
        if self.ignored:
            yield f"columns that are no field: {', '.join(self.ignored)}"
        if self.scrubbed:
            fields = ", ".join(f"{path} {count}" for path, count in sorted(self.scrubbed.items()))
            yield f"replaced here, since it could tell of a person: {fields}"
        for reason, count in self.refused.most_common(3):
            yield f"{count} rows left out: {reason}"


def table_sample(
    url: str,
    table: str,
    *,
    entity: str,
    domain: str = "",
    schema: str | None = None,
    rows: int = DEFAULT_ROWS,
    locked_paths: tuple[str, ...] = (),
) -> TableSample:
    """Draws rows and scrubs them.

    Args:
        url: `postgresql://user@host/name` or `sqlite:///file`.
        table: A table or view.
        entity: What a row is; of the catalogue, unless there is a schema.
        domain: Where the entity alone is not plain.
        schema: Its schema as JSON text.
        rows: At most MAX_ROWS.
        locked_paths: What makes them interesting.

    Raises:
        Mistake: the entity, schema, database, table or number is none, or no column is a field.
        Failure: the database does not answer, or what reads it is not installed.
    """
    if not 1 <= rows <= MAX_ROWS:
        raise Mistake([f"--rows: 1 to {MAX_ROWS} rows are drawn, not {rows}"])
    run = _run_of(entity, domain, schema)
    try:
        from testdata_agent.stores.database import UnknownDatabase  # noqa: PLC0415 - the command is of use without
        from testdata_agent.stores.samples.rows import fields_of_columns, records_of_rows  # noqa: PLC0415
        from testdata_agent.stores.samples.sql import SourceUnreachable, UnknownTable, sampled  # noqa: PLC0415
    except ImportError as error:
        raise Failure(f"this needs {error.name}: pip install 'test-data-agent[stores]'") from error
    try:
        drawn = asyncio.run(sampled(url, table, rows))
    except UnknownDatabase as error:
        raise Mistake([f"--from: {error}"]) from error
    except UnknownTable as error:
        raise Mistake([f"--table: {error}"]) from error
    except SourceUnreachable as error:
        raise Failure(str(error)) from error
    columns = fields_of_columns(drawn.columns, run.schema)
    if not columns:
        words = f"none of the columns of {table} is a field of {run.schema.name}: {', '.join(drawn.columns)[:200]}"
        raise Mistake([f"--table: {words}"])
    learned = learn(
        run, records_of_rows(drawn.rows, columns, run.schema), Options(sample=True, locked_paths=locked_paths)
    )
    return TableSample(
        "".join(json.dumps(lesson.record, ensure_ascii=False) + "\n" for lesson in learned.lessons),
        len(drawn.rows),
        len(learned.lessons),
        columns,
        tuple(column for column in drawn.columns if column not in columns),
        learned.scrubbed,
        Counter(refused.description for refused in learned.refused),
    )


def _run_of(entity: str, domain: str, schema: str | None) -> Run:
    source = None if schema is None else SchemaSource(kind="custom_schema", text=schema)
    request = GenerationRequest(
        entity=entity, domain=domain, schema_source=source, count=1, seed=LEARNING_SEED, envelope=False
    )
    try:
        return Generator().prepare_now(request)
    except InvalidRequest as error:
        raise Mistake([line(fault.field, fault.description) for fault in error.violations]) from error
