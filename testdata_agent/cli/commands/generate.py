"""`testdata generate`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from pathlib import Path
from typing import Annotated

import typer

from testdata_agent.cli import parsing
from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.options import ServerOption
from testdata_agent.cli.output import choose_format, joined, opened
from testdata_agent.cli.sources.base import Facts, Source
from testdata_agent.engine.render.style import style_hints
from testdata_agent.engine.request import DEFAULT_COUNT, DEFAULT_LOCALE, GenerationRequest, OutputFormat


def generate(
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="What to make: see `testdata schemas`.")] = "",
    *,
    count: Annotated[int, typer.Option("-n", "--count", help="Records to make.")] = DEFAULT_COUNT,
    seed: Annotated[int | None, typer.Option(help="Same seed, same request: same bytes. Drawn if left out.")] = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write here; it appears whole or not at all.")
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option("--format", metavar="json|ndjson|csv|sql", help="Default: by FILE's suffix, else json."),
    ] = None,
    dialect: Annotated[
        str | None, typer.Option(metavar="postgresql|sqlite", help="Whose SQL. Default: postgresql.")
    ] = None,
    guard_formulas: Annotated[
        bool, typer.Option("--guard-formulas", help="CSV: an apostrophe before texts that a spreadsheet would run.")
    ] = False,
    locale: Annotated[str, typer.Option(help="Language and country of names and places.")] = DEFAULT_LOCALE,
    as_of: Annotated[str | None, typer.Option(metavar="INSTANT", help="The moment the data is seen from.")] = None,
    first_row: Annotated[int, typer.Option(help="Go on where another call ended.")] = 0,
    envelope: Annotated[bool, typer.Option("--envelope/--no-envelope", help="Add _index and _scenario.")] = True,
    constraint: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=LIMIT:VALUE,...", help="Such as items.price=min:5,max:20. Repeatable."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME:COUNT[:field=value,...]", help="A named share of the records. Repeatable."),
    ] = None,
    override: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="field=value", help="A value or range (20-50) for all records. Repeatable."),
    ] = None,
    context: Annotated[str, typer.Option(help="A sentence for a server's model.")] = "",
    hint: Annotated[list[str] | None, typer.Option(help="A hint for a server's routing. Repeatable.")] = None,
    schema: Annotated[Path | None, typer.Option(metavar="FILE", help="A schema of your own, as JSON.")] = None,
    domain: Annotated[str, typer.Option(help="Where two domains have an entity of this name.")] = "",
    server: ServerOption = None,
) -> None:
    """Make records: in this process, or by a gateway (--server). The same seed gives the same bytes either way."""
    with reported():
        target = None if output in {None, "-"} else Path(str(output))
        limits, faults = parsing.constraints(constraint or ())
        shares, wrong_shares = parsing.scenarios(scenario or ())
        values, wrong_values = parsing.overrides(override or ())
        moment, wrong_moment = parsing.instant(as_of)
        faults += [*wrong_shares, *wrong_values, *wrong_moment]
        said = (
            entity,
            domain,
            locale,
            context,
            *(hint or ()),
            *(constraint or ()),
            *(scenario or ()),
            *(override or ()),
        )
        faults += parsing.undecodable(said)
        chosen = choose_format(output_format, target)
        if dialect is not None and chosen is not OutputFormat.SQL:
            faults.append(f"--dialect is for --format sql, not for {chosen}")
        if guard_formulas and chosen is not OutputFormat.CSV:
            faults.append(f"--guard-formulas is for --format csv, not for {chosen}")
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
            hints=(*(hint or ()), *style_hints(dialect, guard_formulas=guard_formulas)),
            output_format=chosen,
            seed=seed,
            locale=locale,
            as_of=moment,
            first_row=first_row,
            envelope=envelope,
        )
        _run(request, target, server, faults)


def _run(request: GenerationRequest, target: Path | None, server: str | None, faults: list[str]) -> None:
    from testdata_agent.cli.sources.choice import choose

    if faults:
        raise Mistake([*faults, *_further_faults(request)])
    facts = _write(choose(server), request, target)
    for note in facts.notes:
        typer.echo(f"note: {note}", err=True)
    if request.seed is None:
        when = "" if request.as_of is not None else f" --as-of {parsing.rfc3339(facts.as_of)}"
        typer.echo(f"seed {facts.seed}: --seed {facts.seed}{when} replays this", err=True)


def _further_faults(request: GenerationRequest) -> tuple[str, ...]:
    """What is wrong with the rest of a request whose notation was already at fault: one run names everything."""
    if parsing.undecodable([request.entity]) or (not request.entity and request.schema_source is None):
        return ()
    from testdata_agent.cli.sources.local import LocalSource

    return LocalSource().faults(request)


def _write(source: Source, request: GenerationRequest, target: Path | None) -> Facts:
    from testdata_agent.cli.progress import watched

    with source.produce(request) as production:
        parts = watched(production.parts(), request.count, to_file=target is not None)
        with opened(target) as stream:
            for piece in joined((part.text for part in parts), request.output_format):
                stream.write(piece.encode())
        return production.facts()
