"""`testdata generate`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import json
from pathlib import Path

import typer

from testdata_agent.cli import options, parsing
from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.output import choose_format, joined, opened, target_of
from testdata_agent.cli.requests import request_of
from testdata_agent.cli.sources.base import Facts, Source
from testdata_agent.engine.request import DEFAULT_COUNT, DEFAULT_LOCALE, GenerationRequest


def generate(
    context_of_call: typer.Context,
    entity: options.EntityArgument = "",
    *,
    count: options.CountOption = DEFAULT_COUNT,
    seed: options.SeedOption = None,
    output: options.OutputOption = None,
    output_format: options.FormatOption = None,
    dialect: options.DialectOption = None,
    guard_formulas: options.GuardOption = False,
    locale: options.LocaleOption = DEFAULT_LOCALE,
    as_of: options.AsOfOption = None,
    first_row: options.FirstRowOption = 0,
    envelope: options.EnvelopeOption = True,
    constraint: options.ConstraintOption = None,
    scenario: options.ScenarioOption = None,
    override: options.OverrideOption = None,
    defects: options.DefectsOption = None,
    pairwise: options.PairwiseOption = False,
    coverage: options.CoverageOption = False,
    manifest: options.ManifestOption = None,
    context: options.ContextOption = "",
    hint: options.HintOption = None,
    schema: options.SchemaOption = None,
    domain: options.DomainOption = "",
    dry_run: options.DryRunOption = False,
    server: options.ServerOption = None,
) -> None:
    """Make records: in this process, or by a gateway (--server). The engine's records are the same bytes either way."""
    with reported():
        target = target_of(output)
        request, faults = request_of(
            entity=entity,
            domain=domain,
            count=count,
            schema=schema,
            constraint=constraint or (),
            scenario=scenario or (),
            override=override or (),
            defects=defects,
            pairwise=pairwise,
            coverage=coverage,
            count_is_said=options.is_said(context_of_call, "count"),
            context=context,
            hint=hint or (),
            dialect=dialect,
            guard_formulas=guard_formulas,
            output_format=choose_format(output_format, target),
            seed=seed,
            locale=locale,
            as_of=as_of,
            first_row=first_row,
            envelope=envelope,
        )
        if manifest is not None and not (pairwise or coverage):
            faults.append("--manifest: it is of a set, which --pairwise or --coverage asks for")
        if manifest is not None and target is not None and manifest.resolve() == target.resolve():
            faults.append(f"--manifest and --output: both name {target}; a file each")
        if faults:
            raise Mistake(faults)
        if dry_run:
            show_outlook(request, server)
        else:
            _run(request, target, server, manifest)


def _run(request: GenerationRequest, target: Path | None, server: str | None, manifest: Path | None) -> None:
    from testdata_agent.cli.sources.choice import choose

    facts = _write(choose(server), request, target)
    if manifest is not None:
        with opened(manifest) as stream:
            stream.write(json.dumps(facts.coverage, indent=2, ensure_ascii=False).encode() + b"\n")
    for note in facts.notes:
        typer.echo(f"note: {note}", err=True)
    if request.seed is None:
        when = "" if request.as_of is not None else f" --as-of {parsing.rfc3339(facts.as_of)}"
        typer.echo(f"seed {facts.seed}: --seed {facts.seed}{when} replays this", err=True)


def show_outlook(request: GenerationRequest, server: str | None) -> None:
    """Prints what a request would come to."""
    from testdata_agent.cli.sources.choice import choose

    for name, value in choose(server).outlook(request):
        typer.echo(f"{name:<10} {value}")


def _write(source: Source, request: GenerationRequest, target: Path | None) -> Facts:
    from testdata_agent.cli.progress import watched

    with source.produce(request) as production:
        parts = watched(production.parts(), request.count, to_file=target is not None)
        with opened(target) as stream:
            for piece in joined((part.text for part in parts), request.output_format):
                stream.write(piece.encode())
        return production.facts()
