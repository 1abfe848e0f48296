"""The job ledger, for commands of operators that work on the database itself."""

# ruff: noqa: PLC0415 - the database's drivers come with an extra

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from testdata_agent.cli.databases import opened_database
from testdata_agent.stores.jobs import JobStore

#: Results of jobs that end by what a command does are kept so long, in seconds.
_RESULTS_TTL_SECONDS = 86_400


@asynccontextmanager
async def opened_ledger(url: str) -> AsyncIterator[JobStore]:
    """The ledger of a database.

    Raises:
        Mistake: the address is none of a database.
        Failure: it cannot be reached, is of another revision, or its drivers are not installed.
    """
    async with opened_database(url) as database:
        from testdata_agent.stores import migrations
        from testdata_agent.stores.jobs.sql import SqlJobs

        await migrations.check(database)
        yield SqlJobs(database, results_ttl=_RESULTS_TTL_SECONDS)
