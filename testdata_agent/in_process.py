"""Generation in the caller's own process: the public `generate`."""

import json
from collections.abc import Mapping
from typing import Any, Literal, overload

from testdata_agent.engine.render.style import style_hints
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, OutputFormat, SchemaSource
from testdata_agent.generator import default_generator


@overload
def generate(
    entity: str = "",
    *,
    count: int = 10,
    seed: int | None = None,
    locale: str = "en_US",
    as_of: int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, str] | None = None,
    schema: Mapping[str, Any] | None = None,
    output_format: None = None,
) -> list[dict[str, Any]]: ...


@overload
def generate(
    entity: str = "",
    *,
    count: int = 10,
    seed: int | None = None,
    locale: str = "en_US",
    as_of: int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, str] | None = None,
    schema: Mapping[str, Any] | None = None,
    output_format: Literal["json", "ndjson", "csv", "sql"],
    dialect: Literal["postgresql", "sqlite"] | None = None,
    guard_formulas: bool = False,
) -> str: ...


def generate(
    entity: str = "",
    *,
    count: int = 10,
    seed: int | None = None,
    locale: str = "en_US",
    as_of: int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, str] | None = None,
    schema: Mapping[str, Any] | None = None,
    output_format: Literal["json", "ndjson", "csv", "sql"] | None = None,
    dialect: Literal["postgresql", "sqlite"] | None = None,
    guard_formulas: bool = False,
) -> list[dict[str, Any]] | str:
    """Records as the gateway would give them, made in this process.

    Args:
        entity: A known entity; empty with a `schema`.
        count: How many.
        seed: Replays the same records; None draws one.
        locale: A Faker locale.
        as_of: Epoch seconds of the instant that the data is seen from.
        first_row: `_index` of the first record.
        envelope: Whether records carry `_index` and `_scenario`.
        constraints: Field path to limits: `{"items.price": {"min": 5, "max": 20}}`.
        overrides: Field path to a literal or a range: `{"total": "20-50"}`.
        schema: A schema in the house form, or a JSON Schema.
        output_format: Gives the records as one text of this format.
        dialect: SQL: whose; PostgreSQL's by default.
        guard_formulas: CSV: an apostrophe before texts that a spreadsheet would take for a formula.

    Returns:
        Without an output_format plain records; numbers with a fraction are floats that print with the digits of the
        currency at most.

    Raises:
        testdata_agent.engine.errors.InvalidRequest: naming every fault.
    """
    request = GenerationRequest(
        entity=entity,
        count=count,
        seed=seed,
        locale=locale,
        as_of=as_of,
        first_row=first_row,
        envelope=envelope,
        constraints={path: FieldConstraint(**limits) for path, limits in (constraints or {}).items()},
        overrides=dict(overrides or {}),
        schema_source=SchemaSource(kind="inline_schema", text=json.dumps(schema)) if schema is not None else None,
        hints=style_hints(dialect, guard_formulas=guard_formulas),
        output_format=OutputFormat(output_format or OutputFormat.JSON),
    )
    run = default_generator().prepare_now(request)
    return run.records(0, count) if output_format is None else run.document(run.rows(0, count))
