"""SQL: statements that SQLite loads, and what was loaded is what JSON says."""

import re
import sqlite3
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.render.literals import PostgresqlNotation, SqliteNotation
from testdata_agent.engine.render.names import POSTGRESQL_BYTES, Names, quoted
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.render.tables import Table, tables_of
from testdata_agent.engine.schema.registry import Registry
from tests.unit.render.drawing import NASTY, VARIED, records_of, run_of, schemas, text_of
from tests.unit.render.loading import expected, loaded

ENTITIES = ("cart", "order", "payment", "product", "review", "user")
SQLITE = ("sqlite",)


def in_sqlite(text: str) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA foreign_keys = ON")
    database.executescript(text)
    return database


def contents(database: sqlite3.Connection, first: Table) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: loaded(
            table, database.execute(f"SELECT * FROM {quoted(table.name)} ORDER BY rowid"), json_is_text=True
        )
        for table in first.all()
    }


@pytest.mark.parametrize("entity", ENTITIES)
def test_sqlite_holds_what_json_says(entity: str) -> None:
    records = generate(entity, count=300, seed=5, envelope=False)
    text = generate(entity, count=300, seed=5, output_format="sql", dialect="sqlite")
    first = tables_of(Registry().get(entity), Dialect.SQLITE)
    assert contents(in_sqlite(text), first) == expected(first, records)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(schemas)
def test_sqlite_holds_what_json_says_of_any_schema(schema: dict[str, Any]) -> None:
    run = run_of(schema, "sql", hints=SQLITE)
    first = tables_of(run.schema, Dialect.SQLITE)
    assert contents(in_sqlite(text_of(run)), first) == expected(first, records_of(schema))


def test_fields_of_several_kinds_are_json_and_null_items_hold_nothing() -> None:
    run = run_of(VARIED, "sql", count=200, hints=SQLITE)
    first = tables_of(run.schema, Dialect.SQLITE)
    assert [table.name for table in first.all()] == ["varied", "varied_tags", "varied_many", "varied_many_below"]
    assert contents(in_sqlite(text_of(run)), first) == expected(first, records_of(VARIED, 200))


@pytest.mark.parametrize("text", NASTY)
def test_any_text_is_what_it_was(text: str) -> None:
    database = in_sqlite("")
    assert database.execute(f"SELECT {SqliteNotation().text(text)}").fetchone() == (text,)
    schema = {"fields": {"a": {"type": "enum", "values": [text]}}}
    database = in_sqlite(text_of(run_of(schema, "sql", count=1, hints=SQLITE)))
    assert database.execute("SELECT a FROM custom").fetchall() == [(text,)]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("it's", "'it''s'"),
        ("back\\slash", "'back\\slash'"),
        ("two\nlines", "E'two\\x0alines'"),
        ("a\\\t'", "E'a\\\\\\x09'''"),
        ("", "''"),
    ],
)
def test_a_postgresql_literal_stands_on_one_line(text: str, literal: str) -> None:
    assert PostgresqlNotation().text(text) == literal


def test_a_table_has_keys_types_and_checks() -> None:
    statements = generate("cart", count=1, seed=1, output_format="sql")
    assert statements.startswith('CREATE TABLE IF NOT EXISTS "cart" (\n  "cart_id" TEXT NOT NULL,\n')
    assert '  "total" NUMERIC(19,2) NOT NULL,\n  "currency" TEXT NOT NULL,' in statements
    assert '  "created_at" TIMESTAMPTZ NOT NULL,' in statements
    assert '  PRIMARY KEY ("cart_id", "position"),\n' in statements
    assert '  FOREIGN KEY ("cart_id") REFERENCES "cart" ("cart_id")\n' in statements
    assert "CHECK (\"status\" IN ('pending', " in generate("order", count=1, seed=1, output_format="sql")


def test_a_record_without_a_key_is_known_by_its_row() -> None:
    schema = {"fields": {"row_number": "integer", "tags": {"type": "array", "item_schema": "string"}}}
    database = in_sqlite(text_of(run_of(schema, "sql", count=3, hints=SQLITE)))
    assert database.execute("SELECT row_number_2 FROM custom").fetchall() == [(0,), (1,), (2,)]
    joined = "SELECT count(*) FROM custom_tags JOIN custom USING (row_number_2)"
    assert database.execute(joined).fetchone() == (sum(len(record["tags"]) for record in records_of(schema, 3)),)


def test_pages_load_into_the_same_tables() -> None:
    pages = [
        generate("cart", count=50, seed=7, first_row=start, output_format="sql", dialect="sqlite")
        for start in (0, 50, 100)
    ]
    assert in_sqlite("".join(pages)).execute("SELECT count(*) FROM cart").fetchone() == (150,)


def test_arrays_inside_arrays_of_objects_are_tables_below() -> None:
    schema = {
        "name": "trip",
        "fields": {
            "id": {"type": "uuid", "unique": True},
            "legs": {
                "type": "array",
                "required": False,
                "item_schema": {
                    "type": "object",
                    "fields": {
                        "position": "integer",
                        "stops": {"type": "array", "min_items": 0, "max_items": 3, "item_schema": "string"},
                    },
                },
            },
            "grid": {"type": "array", "item_schema": {"type": "array", "item_schema": "integer"}},
        },
    }
    run = run_of(schema, "sql", count=60, hints=SQLITE)
    first = tables_of(run.schema, Dialect.SQLITE)
    assert [table.name for table in first.all()] == ["trip", "trip_legs", "trip_legs_stops"]
    assert [table.keys for table in first.all()] == [(), ("id", "position_2"), ("id", "legs_position", "position")]
    assert contents(in_sqlite(text_of(run)), first) == expected(first, records_of(schema, 60))


def test_slices_are_whole_statements_and_together_the_whole() -> None:
    schema = {"fields": {"a": "string", "b": {"type": "array", "item_schema": "integer"}}}
    run = run_of(schema, "sql", count=50, hints=SQLITE)
    pieces = [run.document(run.rows(start, start + 10), head=start == 0) for start in range(0, 50, 10)]
    assert "".join(pieces) == text_of(run)
    assert all(piece.endswith(";\n") and sqlite3.complete_statement(piece) for piece in pieces)


def test_a_statement_has_at_most_so_many_rows() -> None:
    schema = {"fields": {"a": {"type": "array", "min_items": 1200, "max_items": 1200, "item_schema": "boolean"}}}
    text = text_of(run_of(schema, "sql", count=1, hints=SQLITE))
    assert text.count("INSERT INTO") == 4
    assert in_sqlite(text).execute("SELECT count(*), max(position) FROM custom_a").fetchone() == (1200, 1199)


def test_money_of_scenarios_keeps_all_its_digits() -> None:
    from testdata_agent.engine.request import GenerationRequest, OutputFormat, Scenario
    from testdata_agent.generator import default_generator

    request = GenerationRequest(
        entity="cart",
        count=4,
        seed=1,
        output_format=OutputFormat.SQL,
        scenarios=(Scenario(name="dinars", count=2, overrides={"currency": "KWD"}),),
    )
    run = default_generator().prepare_now(request)
    assert '"total" NUMERIC(19,3)' in text_of(run)


@pytest.mark.parametrize("hint", ["sqlite", "SQLite", "dialect:sqlite", " Dialect:SQLITE "])
def test_a_hint_names_the_dialect(hint: str) -> None:
    assert '"a" TEXT NOT NULL' in text_of(run_of({"fields": {"a": "datetime"}}, "sql", count=1, hints=(hint,)))
    assert '"a" TIMESTAMPTZ' in text_of(run_of({"fields": {"a": "datetime"}}, "sql", count=1))


@pytest.mark.parametrize(
    ("hints", "words"),
    [(("dialect:oracle",), "no SQL dialect 'oracle'; known: postgresql, sqlite"), (("sqlite", "postgresql"), "both")],
)
def test_a_dialect_that_is_none_is_refused_by_name(hints: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        run_of({"fields": {"a": "integer"}}, "sql", hints=hints)


def test_a_nul_is_refused_by_name() -> None:
    with pytest.raises(InvalidRequest, match="a value of a holds the character NUL"):
        run_of({"fields": {"a": {"type": "enum", "values": ["x\0y"]}}}, "sql")
    run = run_of({"fields": {"a": {"type": "string", "regex": "[\\x00]{2}"}}}, "sql")
    with pytest.raises(UnsatisfiableError, match="a value of a holds the character NUL"):
        run.rows(0, 1)


def test_too_many_columns_are_refused_by_number() -> None:
    fields = {f"f{number}": "integer" for number in range(1700)}
    with pytest.raises(InvalidRequest, match="would have 1701 columns, postgresql has at most 1600"):
        run_of({"fields": fields}, "sql")


@pytest.mark.parametrize("dialect", Dialect)
def test_names_are_short_enough_and_no_two_alike(dialect: Dialect) -> None:
    names = Names(dialect)
    wanted = ["a", "A", "a_2", "xmin", "n" * 80, "n" * 81, "N" * 80, "日" * 30, "日" * 31, "sqlite_x", 'q"', "é" * 32]
    given = [names.give(name) for name in wanted]
    assert len({name.lower() for name in given}) == len(wanted)
    assert given[:4] == ["a", "A_2", "a_2_2", "xmin_2"]
    if dialect is Dialect.POSTGRESQL:
        assert max(len(name.encode()) for name in given) <= POSTGRESQL_BYTES
    assert given == [again.give(name) for again in [Names(dialect)] for name in wanted]


def test_names_are_always_quoted() -> None:
    text = text_of(run_of({"name": 'sel"ect', "fields": {"from": "integer"}}, "sql", count=1))
    assert re.search(r'INSERT INTO "sel""ect" \("row_number", "from"\) VALUES \(0,-?\d+\);', text)
