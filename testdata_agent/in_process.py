"""Generation in the caller's own process: the public `generate`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, overload

from testdata_agent.arguments import Arguments
from testdata_agent.engine.render.style import style_hints
from testdata_agent.engine.request import DEFAULT_COUNT, DEFAULT_LOCALE, GenerationRequest
from testdata_agent.generator import default_generator


@overload
def generate(
    entity: str = "",
    *,
    count: int = 10,
    seed: int | None = None,
    locale: str = "en_US",
    as_of: datetime | int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, Any] | None = None,
    scenarios: Sequence[Mapping[str, Any]] | None = None,
    schema: str | Mapping[str, Any] | None = None,
    defects: bool | Sequence[str] = False,
    defect_mode: Literal["each", "pairwise", "coverage"] | None = None,
    output_format: None = None,
) -> list[dict[str, Any]]: ...


@overload
def generate(
    entity: str = "",
    *,
    count: int = 10,
    seed: int | None = None,
    locale: str = "en_US",
    as_of: datetime | int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, Any] | None = None,
    scenarios: Sequence[Mapping[str, Any]] | None = None,
    schema: str | Mapping[str, Any] | None = None,
    defects: bool | Sequence[str] = False,
    defect_mode: Literal["each", "pairwise", "coverage"] | None = None,
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
    as_of: datetime | int | None = None,
    first_row: int = 0,
    envelope: bool = True,
    constraints: Mapping[str, Mapping[str, Any]] | None = None,
    overrides: Mapping[str, Any] | None = None,
    scenarios: Sequence[Mapping[str, Any]] | None = None,
    schema: str | Mapping[str, Any] | None = None,
    defects: bool | Sequence[str] = False,
    defect_mode: Literal["each", "pairwise", "coverage"] | None = None,
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
        as_of: The instant that the data is seen from: an aware datetime, or epoch seconds.
        first_row: `_index` of the first record.
        envelope: Whether records carry `_index` and `_scenario`.
        constraints: Field path to limits: `{"items.price": {"min": 5, "max": 20}}`.
        overrides: Field path to a value or a range: `{"total": "20-50", "currency": "EUR", "items.length": 3}`.
        scenarios: Named shares of the rows, filled from row 0: `{"name": "late", "count": 20, "overrides": {...}}`.
        schema: A schema in the house form, or a JSON Schema: as JSON text, or what such a text holds.
        defects: Whether each record is given a defect, which its `_defect` names (docs/defects.md); or their classes:
            `["boundary", "time"]`.
        defect_mode: `pairwise` or `coverage`: records of a set that covers pairs of values, at most `count` of them.
        output_format: Gives the records as one text of this format.
        dialect: SQL: whose; PostgreSQL's by default.
        guard_formulas: CSV: an apostrophe before texts that a spreadsheet would take for a formula.

    Returns:
        Without an output_format plain records; numbers with a fraction are floats that print with the digits of the
        currency at most.

    Raises:
        testdata_agent.engine.errors.InvalidRequest: naming every fault.
    """
    request = request_of(
        entity=entity,
        count=count,
        seed=seed,
        locale=locale,
        as_of=as_of,
        first_row=first_row,
        envelope=envelope,
        constraints=constraints,
        overrides=overrides,
        scenarios=scenarios,
        schema=schema,
        defects=defects,
        defect_mode=defect_mode,
        output_format=output_format,
        hints=style_hints(dialect, guard_formulas=guard_formulas),
    )
    run = default_generator().prepare_now(request)
    return run.records(0, run.count) if output_format is None else run.document(run.rows(0, run.count))


def request_of(
    *,
    entity: Any = "",
    count: Any = DEFAULT_COUNT,
    seed: Any = None,
    locale: Any = DEFAULT_LOCALE,
    as_of: Any = None,
    first_row: Any = 0,
    envelope: bool = True,
    constraints: Any = None,
    overrides: Any = None,
    scenarios: Any = None,
    schema: Any = None,
    defects: Any = None,
    defect_mode: Any = None,
    output_format: Any = None,
    hints: tuple[str, ...] = (),
) -> GenerationRequest:
    """The request that arguments in plain data stand for; see `generate`.

    Raises:
        testdata_agent.engine.errors.InvalidRequest: naming every fault.
    """
    arguments = Arguments()
    request = GenerationRequest(
        entity=arguments.text("entity", entity),
        count=arguments.whole("count", count),
        seed=None if seed is None else arguments.whole("seed", seed),
        locale=arguments.text("locale", locale),
        as_of=arguments.instant(as_of),
        first_row=arguments.whole("first_row", first_row),
        envelope=envelope,
        constraints=arguments.constraints(constraints),
        overrides=arguments.overrides(overrides),
        scenarios=arguments.scenarios(scenarios),
        schema_source=arguments.schema(schema),
        hints=hints,
        output_format=arguments.format(output_format),
        defects=arguments.defects(defects, defect_mode),
    )
    arguments.check()
    return request
