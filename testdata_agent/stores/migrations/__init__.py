"""The revisions of the database. One process migrates; the others refuse a database that they do not go with."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores.migrations import compatibility

#: What an operator types to migrate.
COMMAND = "testdata migrate"
#: The lock that two who migrate at once take turns at; any number that nobody else uses in this database.
_MIGRATING = 0x7E57DA7A


class WrongRevision(RuntimeError):  # noqa: N818 - a state of the database
    """The database is of a revision that this release does not go with; the text says what mends it."""


def config(connection: Connection | None) -> Config:
    """Alembic's settings, for work on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(files(__name__)))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine) -> None:
    """Brings the database to this release's revision; does nothing where it is there, or further and goes with it.

    Raises:
        WrongRevision: a later release migrated it, and this one does not go with what became of it.
    """
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def check(engine: AsyncEngine) -> None:
    """Raises WrongRevision unless the database is of this release's revision, or of a later one that goes with it."""
    async with engine.connect() as connection:
        await connection.run_sync(_check)


def _check(connection: Connection) -> None:
    found, wanted = _revision(connection), _scripts().get_current_head()
    if found != wanted and not _goes_with_later(connection, found):
        raise WrongRevision(
            f"the database is at revision {found or 'none'}, this release needs {wanted}: run `{COMMAND}`"
        )


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite lets in one at a time as it is
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
    if _goes_with_later(connection, _revision(connection)):
        return
    command.upgrade(config(connection), "head")
    compatibility.write(connection, compatibility.oldest(_scripts()))


def _goes_with_later(connection: Connection, found: str | None) -> bool:
    """Whether a later release left the database at `found`, and this one may go on with it.

    Raises:
        WrongRevision: a later release did, and this one may not.
    """
    known = compatibility.known(_scripts())
    if found is None or found in known:
        return False
    if compatibility.read(connection) not in known:
        raise WrongRevision(
            f"a later release brought the database to revision {found}, and this one needs {known[-1]}: run that one,"
            " or restore the database from before it"
        )
    return True


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(config(None))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
