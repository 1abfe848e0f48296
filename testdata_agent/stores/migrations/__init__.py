"""The revisions of the database. One process migrates; the others refuse a database of another revision."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

#: What an operator types to migrate.
COMMAND = "testdata migrate"
#: The lock that two who migrate at once take turns at; any number that nobody else uses in this database.
_MIGRATING = 0x7E57DA7A


class WrongRevision(RuntimeError):  # noqa: N818 - a state of the database
    """The database is of another revision than this release; the text names the command that mends it."""


def config(connection: Connection | None) -> Config:
    """Alembic's settings, for work on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(files(__name__)))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine) -> None:
    """Brings the database to this release's revision; does nothing where it is there."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def check(engine: AsyncEngine) -> None:
    """Raises WrongRevision unless the database is of this release's revision."""
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision)
    wanted = ScriptDirectory.from_config(config(None)).get_current_head()
    if found != wanted:
        raise WrongRevision(
            f"the database is at revision {found or 'none'}, this release needs {wanted}: run `{COMMAND}`"
        )


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite lets in one at a time as it is
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    command.upgrade(config(connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
