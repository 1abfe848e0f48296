"""Tables and migrations say the same."""

from pathlib import Path
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


async def test_a_migrated_database_has_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    await migrations.upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()
