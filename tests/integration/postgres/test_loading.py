"""What a real PostgreSQL holds after `testdata generate --format sql | psql` is what JSON says."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.render.names import quoted
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.render.tables import Table, tables_of
from testdata_agent.engine.schema.registry import Registry
from tests.postgres import Postgres
from tests.unit.render.drawing import NASTY, VARIED, records_of, run_of, schemas, text_of
from tests.unit.render.loading import expected, loaded

ENTITIES = ("cart", "order", "payment", "product", "review", "user")

WRONG_SUMS = """
SELECT count(*) FROM "order" o
WHERE subtotal <> (SELECT sum(quantity * price) FROM order_items i WHERE i.order_id = o.order_id)
"""

#: Schemas as testers bring them.
CUSTOM: dict[str, dict[str, Any]] = {
    "keywords, quotes and capitals": {
        "name": 'Order "x"',
        "fields": {
            "select": {"type": "integer", "unique": True, "min": 1, "max": 10_000_000},
            "User": "string",
            "user": {"type": "enum", "values": list(NASTY)},
            "xmin": {"type": "float", "scale": 4, "min": -9, "max": 9},
            "table": {"type": "array", "item_schema": {"type": "enum", "values": list(NASTY)}, "max_items": 3},
        },
    },
    "names that are too long": {
        "name": "t" * 100,
        "fields": {"f" * 70: "date", "f" * 71: "datetime", "g" * 90: {"type": "array", "item_schema": "boolean"}},
    },
    "optional and nullable everywhere": {
        "name": "visit",
        "fields": {
            "id": {"type": "uuid", "unique": True},
            "when": {"type": "datetime", "required": False, "nullable": True},
            "paid": {"type": "boolean", "nullable": True},
            "place": {
                "type": "object",
                "required": False,
                "fields": {
                    "city": "string",
                    "tags": {"type": "array", "min_items": 0, "max_items": 2, "item_schema": "email"},
                },
            },
            "grid": {"type": "array", "item_schema": {"type": "array", "item_schema": "integer"}, "required": False},
            "mixed": {"type": "enum", "values": [1, "one", True, None], "nullable": True},
            "level": {"type": "enum", "values": [1, 2, 3]},
        },
    },
    "several kinds and nulls": VARIED,
    "tables three deep": {
        "name": "tour",
        "fields": {
            "days": {
                "type": "array",
                "item_schema": {
                    "type": "object",
                    "fields": {
                        "date": "date",
                        "stops": {
                            "type": "array",
                            "item_schema": {
                                "type": "object",
                                "fields": {"name": "string", "notes": {"type": "array", "item_schema": "string"}},
                            },
                        },
                    },
                },
            },
        },
    },
}


def contents(server: Postgres, database: str, first: Table) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table in first.all():
        names = [*table.keys, *(column.name for column in table.columns)]
        rows = server.table(database, quoted(table.name), names, [quoted(name) for name in table.primary])
        found[table.name] = {repr(row) for row in loaded(table, iter(rows), json_is_text=False)}
    return found


def wanted(first: Table, records: list[dict[str, Any]]) -> dict[str, set[str]]:
    return {name: set(map(repr, rows)) for name, rows in expected(first, records).items()}


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_six_entities_hold_what_json_says(postgres: Postgres, entity: str) -> None:
    first = tables_of(Registry().get(entity), Dialect.POSTGRESQL)
    with postgres.database(f"entity_{entity}") as database:
        postgres.run(generate(entity, count=300, seed=5, output_format="sql"), database=database)
        assert contents(postgres, database, first) == wanted(first, generate(entity, count=300, seed=5, envelope=False))


@pytest.mark.parametrize("name", CUSTOM)
def test_schemas_of_testers_hold_what_json_says(postgres: Postgres, name: str) -> None:
    run = run_of(CUSTOM[name], "sql", count=100)
    first = tables_of(run.schema, Dialect.POSTGRESQL)
    with postgres.database("custom") as database:
        postgres.run(text_of(run), database=database)
        assert contents(postgres, database, first) == wanted(first, records_of(CUSTOM[name], 100))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas)
def test_any_schema_holds_what_json_says(postgres: Postgres, schema: dict[str, Any]) -> None:
    try:
        run = run_of(schema, "sql")
    except InvalidRequest as refused:
        assert {violation.reason for violation in refused.violations} == {"NOT_ENOUGH_VALUES"}
        return
    first = tables_of(run.schema, Dialect.POSTGRESQL)
    with postgres.database("any") as database:
        postgres.run(text_of(run), database=database)
        assert contents(postgres, database, first) == wanted(first, records_of(schema))


def test_the_command_loads_through_a_pipe(postgres: Postgres) -> None:
    command = [sys.executable, "-m", "testdata_agent.cli.main", "generate", "order"]
    words = ["-n", "200", "--seed", "3", "--format", "sql", "--dialect", "postgresql"]
    text = subprocess.run([*command, *words], check=True, capture_output=True, timeout=60).stdout.decode()
    with postgres.database("piped") as database:
        postgres.run(text, database=database)
        counted = postgres.run('SELECT count(*) FROM "order"', database=database)
        assert (counted, postgres.run(WRONG_SUMS, database=database)) == ("200\n", "0\n")


def test_pages_of_one_request_load_one_after_another(postgres: Postgres) -> None:
    with postgres.database("pages") as database:
        for first_row in (0, 100):
            text = generate("user", count=100, seed=7, first_row=first_row, output_format="sql")
            postgres.run("SET client_min_messages = warning;\n" + text, database=database)
        assert postgres.run('SELECT count(*) FROM "user"', database=database) == "200\n"
