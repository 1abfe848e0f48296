"""The parts of a gateway that has registered schemas, put together. Drivers are imported only where they are needed."""

# ruff: noqa: PLC0415 - a gateway without a database does not have the drivers

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from structlog.typing import FilteringBoundLogger

from gateway import databases
from gateway.registered.known import KnownSchemas
from testdata_agent.service.settings import StoreSettings
from testdata_agent.stores.schemas import SchemaStore


@dataclass(frozen=True, slots=True)
class Registered:
    """The store of registered schemas and this process's copy of it.

    Attributes:
        check: Looks whether the database is of this release's revision; raises a Refusal where it is not.
    """

    store: SchemaStore
    known: KnownSchemas
    check: Callable[[], Awaitable[None]]
    _dispose: Callable[[], Awaitable[None]]

    @classmethod
    def open(cls, settings: StoreSettings, log: FilteringBoundLogger) -> Self | None:
        """The parts; None where the settings name no database. Nothing is connected yet.

        Raises:
            SettingsError: the drivers are not installed, or the database is of a kind that is not known.
        """
        if settings.database_url is None:
            return None
        database = databases.opened(settings.database_url)
        with databases.drivers_for("DATABASE_URL"):
            from gateway.jobs.revision import Revision
            from testdata_agent.stores.schemas.sql import SqlSchemas
        store, check = SqlSchemas(database), Revision(database)
        return cls(store, KnownSchemas(store, check, log), check, database.dispose)

    async def close(self) -> None:
        """Ends all connections."""
        await self._dispose()
