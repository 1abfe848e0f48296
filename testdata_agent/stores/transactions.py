"""Transactions of a database; while it does not answer, they raise the port's error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from testdata_agent.stores.database import reading
from testdata_agent.stores.outages import translated


@asynccontextmanager
async def to_write(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One that is committed at its end. Raises LedgerUnreachable."""
    with translated():
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def to_read(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One that waits for no writer. Raises LedgerUnreachable."""
    with translated():
        async with engine.connect() as connection:
            with reading(connection):
                yield connection
