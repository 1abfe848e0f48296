"""Databases, for commands of operators that work on one themselves."""

# ruff: noqa: PLC0415 - the database's drivers come with an extra

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from testdata_agent.cli.faults import Failure, Mistake
from testdata_agent.stores.jobs import LedgerUnreachable

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


@asynccontextmanager
async def opened_database(url: str) -> AsyncIterator["AsyncEngine"]:
    """A database of any revision.

    Raises:
        Mistake: the address is none of a database.
        Failure: it cannot be reached, is of another revision than what is done needs, or its drivers are not installed.
    """
    try:
        from testdata_agent.stores import migrations
        from testdata_agent.stores.database import UnknownDatabase, open_database
        from testdata_agent.stores.outages import translated
    except ImportError as error:
        raise Failure(f"this needs {error.name}: pip install 'test-data-agent[stores]'") from error
    try:
        database = open_database(url)
    except UnknownDatabase as error:
        raise Mistake([f"--database: {error}"]) from error
    try:
        with translated():
            yield database
    except (LedgerUnreachable, migrations.WrongRevision) as error:
        raise Failure(str(error)) from error
    finally:
        await database.dispose()
