"""Writes the migration from the newest revision to the tables as they are now: `make migration MESSAGE=...`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database


async def write(message: str) -> None:
    """Compares the tables with a database at the newest revision."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'now.db'}")
        await migrations.upgrade(engine)
        async with engine.connect() as connection:
            await connection.run_sync(
                lambda sync: command.revision(migrations.config(sync), message=message, autogenerate=True)
            )
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(write(" ".join(sys.argv[1:])))
