"""`testdata jobs get`, `list` and `cancel`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from typing import Annotated

import typer

from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.options import GatewayOption

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="Its id, as `submit` printed it.")]

_STATES = ("queued", "running", "succeeded", "failed", "cancelled")


def get(job_id: JobArgument, *, server: GatewayOption = None) -> None:
    """Say how a job stands."""
    from testdata_agent.cli.jobs import JobSource, account

    with reported():
        for name, value in account(JobSource(server).get(job_id)):
            typer.echo(f"{name:<10} {value}")


def list_jobs(
    *,
    state: Annotated[list[str] | None, typer.Option(metavar="|".join(_STATES), help="Only these. Repeatable.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="At most so many.")] = 20,
    server: GatewayOption = None,
) -> None:
    """List jobs, newest first: id, state, records, path, when."""
    from testdata_agent.cli.jobs import JobSource, line_of

    with reported():
        unknown = [name for name in state or () if name not in _STATES]
        if unknown:
            raise Mistake(f"--state: there is no state {name!r}; known: {', '.join(_STATES)}" for name in unknown)
        for job in JobSource(server).newest(state or (), limit):
            typer.echo(line_of(job))


def cancel(job_id: JobArgument, *, server: GatewayOption = None) -> None:
    """Ask for the end of a job. What was made stays readable: `testdata jobs results`."""
    from testdata_agent.cli.jobs import JobSource, words

    with reported():
        source = JobSource(server)
        job = source.cancel(job_id)
        typer.echo(words(job))
