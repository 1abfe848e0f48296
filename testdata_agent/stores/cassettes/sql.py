"""Cassettes as rows of the ledger's database."""

from contextlib import suppress
from dataclasses import asdict

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores.cassettes.base import Cassette, CassetteStore
from testdata_agent.stores.cassettes.tables import CASSETTES
from testdata_agent.stores.database import now
from testdata_agent.stores.transactions import to_read, to_write


class SqlCassettes(CassetteStore):
    """Rows in a database that `migrations` has prepared."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Takes the database."""
        self._engine = engine
        self._now = now(engine.dialect.name)

    async def get(self, key: str) -> Cassette | None:
        """See CassetteStore."""
        columns = [CASSETTES.c[name] for name in ("model", "text", "complete", "input_tokens", "output_tokens")]
        async with to_read(self._engine) as connection:
            row = (await connection.execute(select(*columns).where(CASSETTES.c.key == key))).one_or_none()
        return None if row is None else Cassette(**row._mapping)

    async def put(self, key: str, cassette: Cassette) -> None:
        """See CassetteStore."""
        row = {"key": key, "created_at": self._now, **asdict(cassette)}
        with suppress(IntegrityError):  # it is there already, and stays
            async with to_write(self._engine) as connection:
                await connection.execute(insert(CASSETTES).values(row))

    async def expire(self, *, older_than: float) -> int:
        """Forgets what was kept more than so many seconds ago; how many."""
        async with to_write(self._engine) as connection:
            old = delete(CASSETTES).where(CASSETTES.c.created_at < self._now - older_than)
            return (await connection.execute(old)).rowcount
