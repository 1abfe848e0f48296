"""A PostgreSQL that goes away, comes back, or answers nothing: the ledger says so, and goes on."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.cassettes.sql import SqlCassettes
from testdata_agent.stores.database import BUSY_SECONDS, CONNECT_SECONDS, open_database
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.outages import translated
from testdata_agent.stores.schemas.sql import SqlSchemas
from tests.postgres import Postgres, running

Ask = Callable[[], Awaitable[object]]


@pytest.fixture(scope="module")
def server(postgres: Postgres) -> Iterator[Postgres]:
    with running(postgres.programs) as own:
        yield own


@pytest.fixture
async def asks(server: Postgres) -> AsyncIterator[list[Ask]]:
    """One question to each of the stores."""
    with server.database("outages") as name:
        engine = open_database(server.url(name))
        await migrations.upgrade(engine)
        jobs, schemas, cassettes = SqlJobs(engine, results_ttl=60), SqlSchemas(engine), SqlCassettes(engine)
        yield [jobs.depth, lambda: schemas.changes(0), lambda: cassettes.get("a" * 64)]
        await engine.dispose()


async def refused(ask: Ask) -> float:
    """The seconds until it is said that the database does not answer."""
    began = time.monotonic()
    with pytest.raises(LedgerUnreachable, match="the database does not answer"):
        await ask()
    return time.monotonic() - began


async def test_a_server_that_is_away_is_said_to_be_at_once_and_found_when_it_is_back(
    server: Postgres, asks: list[Ask]
) -> None:
    for ask in asks:
        await ask()
    server.stop()
    try:
        for ask in asks:
            assert await refused(ask) < 2
    finally:
        server.start()
    for ask in asks:
        await ask()


async def test_a_server_that_is_back_before_anybody_asks_is_not_missed(server: Postgres, asks: list[Ask]) -> None:
    for ask in asks:
        await ask()
    server.stop()
    server.start()
    for ask in asks:
        await ask()


async def test_a_server_that_answers_nothing_is_not_waited_for(server: Postgres, asks: list[Ask]) -> None:
    for ask in asks:
        await ask()
    with server.frozen():
        took = await asyncio.gather(*[refused(ask) for ask in asks])
    assert max(took) < 2 * BUSY_SECONDS + CONNECT_SECONDS
    for ask in asks:
        await ask()


@pytest.mark.parametrize("user", ["nobody_of_this_name", "postgres"])
async def test_a_server_that_lets_nobody_in_is_told(server: Postgres, user: str) -> None:
    engine = open_database(f"postgresql://{user}@/no_such_database?host={server.folder}")
    with pytest.raises(LedgerUnreachable, match=r"InvalidCatalogName|InvalidAuthorization"), translated():
        await migrations.check(engine)
    await engine.dispose()
