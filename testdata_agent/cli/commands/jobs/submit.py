"""`testdata jobs submit`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from typing import Annotated

import typer

from testdata_agent.cli import options
from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.output import choose_format, target_of
from testdata_agent.cli.requests import request_of
from testdata_agent.engine.request import DEFAULT_COUNT, DEFAULT_LOCALE, OutputFormat


def submit(
    context_of_call: typer.Context,
    entity: options.EntityArgument = "",
    *,
    count: options.CountOption = DEFAULT_COUNT,
    follow: Annotated[
        bool, typer.Option("--follow", help="Write its records as they are made, as `watch` does.")
    ] = False,
    request_id: Annotated[
        str, typer.Option(metavar="KEY", help="The same key and request: the same job. Made up if left out.")
    ] = "",
    seed: options.SeedOption = None,
    output: options.OutputOption = None,
    output_format: Annotated[
        str | None,
        typer.Option("--format", metavar="json|ndjson|csv|sql", help="Default: by FILE's suffix, else ndjson."),
    ] = None,
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
    context: options.ContextOption = "",
    hint: options.HintOption = None,
    schema: options.SchemaOption = None,
    domain: options.DomainOption = "",
    dry_run: options.DryRunOption = False,
    server: options.GatewayOption = None,
) -> None:
    """Have workers make records, any number of them. Prints the job's id; with --follow, the records."""
    from testdata_agent.cli.commands.generate import show_outlook
    from testdata_agent.cli.job_reading import follow as follow_job
    from testdata_agent.cli.jobs import JobSource, words
    from testdata_agent.client.transport import DEFAULT_TARGET

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
            output_format=choose_format(output_format, target, OutputFormat.NDJSON),
            seed=seed,
            locale=locale,
            as_of=as_of,
            first_row=first_row,
            envelope=envelope,
        )
        if target is not None and not follow:
            faults.append("--output: nothing is written without --follow; `testdata jobs watch` takes it, too")
        if faults:
            raise Mistake(faults)
        if dry_run:
            show_outlook(request, server or DEFAULT_TARGET)
            return
        source = JobSource(server)
        job = source.submit(request, request_id)
        if not follow:
            typer.echo(job.job_id)
            typer.echo(f"{words(job)}; its records: testdata jobs watch {job.job_id}", err=True)
            return
        typer.echo(f"job {job.job_id}", err=True)
        follow_job(source, job, target, request.first_row)
