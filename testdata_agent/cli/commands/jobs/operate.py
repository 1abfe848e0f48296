"""`testdata jobs parked` and `retry`: for operators, on the ledger's database itself."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from testdata_agent.cli.commands.jobs.look import JobArgument
from testdata_agent.cli.faults import Failure, Mistake, reported

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="DATABASE_URL",
        help="The ledger, as the gateway and the workers have it; that of `testdata up` if none is named.",
    ),
]


def parked(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="At most so many.")] = 50,
    database: DatabaseOption = None,
) -> None:
    """List the batches that ended their worker again and again, and wait for somebody to look at them."""
    from testdata_agent.cli.ledger import opened_ledger

    async def found() -> list[str]:
        async with opened_ledger(_named(context, database)) as ledger:
            return [
                f"{batch.job_id}  batch {batch.number}  rows {batch.start} to {batch.stop - 1}  {batch.queue} queue"
                for batch in await ledger.parked(limit=limit)
            ]

    with reported():
        for line in asyncio.run(found()):
            typer.echo(line)


def retry(
    context: typer.Context,
    job_id: JobArgument,
    number: Annotated[
        int | None, typer.Argument(metavar="[BATCH]", help="Its number; all parked ones if none.")
    ] = None,
    *,
    database: DatabaseOption = None,
) -> None:
    """Have parked batches made again, and the job that failed for them go on."""
    from testdata_agent.cli.ledger import opened_ledger
    from testdata_agent.stores.jobs import BatchState, UnknownJob

    async def again() -> str:
        async with opened_ledger(_named(context, database)) as ledger:
            job = await ledger.get(job_id)
            waiting = [batch.number for batch in await ledger.batches(job_id) if batch.state is BatchState.PARKED]
            chosen = [each for each in waiting if number in {None, each}]
            if not chosen:
                which = "" if number is None else f" {number}"
                raise Failure(
                    f"job {job_id} has no parked batch{which}; parked: {', '.join(map(str, waiting)) or 'none'}"
                )
            queued = [str(each) for each in chosen if await ledger.retry(job_id, each)]
            if not queued:
                why = f": {job.error}" if job.error else ""
                raise Failure(f"job {job_id} is {job.state}{why}; submit the request again")
            return f"queued again: batch {', '.join(queued)} of job {job_id}"

    with reported():
        try:
            typer.echo(asyncio.run(again()))
        except UnknownJob as error:
            raise Mistake([str(error)]) from error


def _named(context: typer.Context, database: str | None) -> str:
    from testdata_agent.cli.settings import UpSettings

    if database:
        return database
    settings = UpSettings.read(context.obj, Path(".env"))
    if settings.database_url is None and not settings.ledger_file.exists():
        raise Mistake(["--database: name the ledger, as DATABASE_URL does for the gateway and the workers"])
    return settings.ledger_url
