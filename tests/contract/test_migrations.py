"""Tables and migrations say the same."""

import asyncio
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from testdata_agent.stores import migrations
from testdata_agent.stores.cassettes import tables as _cassettes  # noqa: F401 - its table belongs to METADATA
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs.tables import METADATA
from testdata_agent.stores.patterns import tables as _patterns  # noqa: F401 - likewise
from testdata_agent.stores.schemas import tables as _schemas  # noqa: F401 - likewise


def _differences(connection: Connection) -> list[Any]:
    return compare_metadata(MigrationContext.configure(connection), METADATA)  # type: ignore[no-any-return]


async def test_a_migrated_database_has_the_tables_that_the_code_uses(database_url: str) -> None:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


async def test_two_that_migrate_at_once_take_turns(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(3)]
    await asyncio.gather(*[migrations.upgrade(engine) for engine in engines])
    await migrations.check(engines[0])
    for engine in engines:
        await engine.dispose()
