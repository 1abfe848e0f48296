"""The request that a command's options stand for."""

# ruff: noqa: PLC0415 - the engine is loaded only where something is wrong

from collections.abc import Sequence
from pathlib import Path

from testdata_agent.cli import parsing
from testdata_agent.engine.render.style import style_hints
from testdata_agent.engine.request import GenerationRequest, OutputFormat


def request_of(
    *,
    entity: str,
    domain: str,
    count: int,
    schema: Path | None,
    constraint: Sequence[str],
    scenario: Sequence[str],
    override: Sequence[str],
    context: str,
    defects: str | None = None,
    pairwise: bool = False,
    coverage: bool = False,
    count_is_said: bool = True,
    hint: Sequence[str],
    dialect: str | None,
    guard_formulas: bool,
    output_format: OutputFormat,
    seed: int | None,
    locale: str,
    as_of: str | None,
    first_row: int,
    envelope: bool,
) -> tuple[GenerationRequest, list[str]]:
    """The request, and a line for every fault; where there is one, also for what the engine finds in the rest."""
    limits, faults = parsing.constraints(constraint)
    shares, wrong_shares = parsing.scenarios(scenario)
    values, wrong_values = parsing.overrides(override)
    moment, wrong_moment = parsing.instant(as_of)
    faults += [*wrong_shares, *wrong_values, *wrong_moment]
    words = [entity, domain, locale, context, defects or "", *hint, *constraint, *scenario, *override]
    faults += parsing.undecodable(words)
    if dialect is not None and output_format is not OutputFormat.SQL:
        faults.append(f"--dialect is for --format sql, not for {output_format}")
    if guard_formulas and output_format is not OutputFormat.CSV:
        faults.append(f"--guard-formulas is for --format csv, not for {output_format}")
    if pairwise and coverage:
        faults.append("--pairwise and --coverage: one of them; --coverage has the records of --pairwise, too")
    if not entity and schema is None:
        faults.append("name an entity (see `testdata schemas`), or give a schema of your own with --schema FILE")
    request = GenerationRequest(
        entity=entity,
        domain=domain,
        count=count,
        schema_source=parsing.schema_source(schema, faults),
        constraints=limits,
        scenarios=shares,
        overrides=values,
        context=context,
        hints=(*hint, *style_hints(dialect, guard_formulas=guard_formulas)),
        output_format=output_format,
        seed=seed,
        locale=locale,
        as_of=moment,
        first_row=first_row,
        envelope=envelope,
        defects=parsing.defects(defects, pairwise=pairwise, coverage=coverage, whole=not count_is_said),
    )
    return request, [*faults, *_further_faults(request)] if faults else []


def _further_faults(request: GenerationRequest) -> tuple[str, ...]:
    """What is wrong with the rest of a request whose notation was already at fault: one run names everything."""
    if parsing.undecodable([request.entity]) or (not request.entity and request.schema_source is None):
        return ()
    from testdata_agent.cli.sources.local import LocalSource

    return LocalSource().faults(request)
