"""`testdata jobs watch` and `results`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from typing import Annotated

import typer

from testdata_agent.cli.commands.jobs.look import JobArgument
from testdata_agent.cli.faults import reported
from testdata_agent.cli.options import GatewayOption, OutputOption
from testdata_agent.cli.output import target_of

FromOption = Annotated[
    int, typer.Option("--from-record", min=0, max=2**63 - 1, help="`_index` of the first record wanted.")
]


def watch(
    job_id: JobArgument, *, from_record: FromOption = 0, output: OutputOption = None, server: GatewayOption = None
) -> None:
    """Write the records of a job, those that are there and those to come, until it ends.

    A broken connection is made again. Ctrl-C ends the watching and not the job. Exit code 1 where the job fails.
    """
    from testdata_agent.cli.job_reading import follow
    from testdata_agent.cli.jobs import JobSource

    with reported():
        source = JobSource(server)
        follow(source, source.get(job_id), target_of(output), from_record)


def results(
    job_id: JobArgument,
    *,
    from_record: FromOption = 0,
    limit: Annotated[int | None, typer.Option("-n", "--limit", min=1, help="At most so many.")] = None,
    output: OutputOption = None,
    server: GatewayOption = None,
) -> None:
    """Write the records of a job that are there, without waiting for more."""
    from testdata_agent.cli.job_reading import gather
    from testdata_agent.cli.jobs import JobSource

    with reported():
        gather(JobSource(server), job_id, target_of(output), from_record, limit)
