"""Cassettes as rows of the ledger's database."""

from contextlib import suppress
from dataclasses import asdict

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores.cassettes.base import Cassette, CassetteStore
from testdata_agent.stores.cassettes.tables import CASSETTES
from testdata_agent.stores.database import now, reading
from testdata_agent.stores.jobs.outages import translated


class SqlCassettes(CassetteStore):
    """Rows in a database that `migrations` has prepared."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Takes the database."""
        self._engine = engine
        self._now = now(engine.dialect.name)

    async def get(self, key: str) -> Cassette | None:
        """See CassetteStore."""
        columns = [CASSETTES.c[name] for name in ("model", "text", "complete", "input_tokens", "output_tokens")]
        with translated():
            async with self._engine.connect() as connection:
                found = await reading(connection).execute(select(*columns).where(CASSETTES.c.key == key))
                row = found.one_or_none()
        return None if row is None else Cassette(**row._mapping)

    async def put(self, key: str, cassette: Cassette) -> None:
        """See CassetteStore."""
        row = {"key": key, "created_at": self._now, **asdict(cassette)}
        with translated(), suppress(IntegrityError):  # it is there already, and stays
            async with self._engine.begin() as connection:
                await connection.execute(insert(CASSETTES).values(row))

    async def expire(self, *, older_than: float) -> int:
        """Forgets what was kept more than so many seconds ago; how many."""
        with translated():
            async with self._engine.begin() as connection:
                old = delete(CASSETTES).where(CASSETTES.c.created_at < self._now - older_than)
                return (await connection.execute(old)).rowcount
