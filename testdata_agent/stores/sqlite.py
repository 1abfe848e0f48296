"""Connections to SQLite that go to their thread once a statement."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

import aiosqlite

#: Rows that an iteration would fetch at a time; nobody iterates.
_CHUNK: Final = 64


async def connect_sqlite(database: str, **arguments: Any) -> aiosqlite.Connection:
    """A connection, as SQLAlchemy's `async_creator_fn`; where it fails, its thread has ended."""
    connection = _Connection(lambda: sqlite3.connect(database, factory=_RolledBack, **arguments), _CHUNK)
    thread = connection._thread
    thread.daemon = True  # as SQLAlchemy has it: a connection left open does not keep the process
    try:
        return await connection
    except BaseException:
        # aiosqlite tells its thread to stop and does not wait; the thread then answers to a loop that may have closed.
        await asyncio.shield(asyncio.to_thread(thread.join))
        raise


class _RolledBack(sqlite3.Connection):
    """One that ends its transaction when it is closed.

    A connection whose caller left in mid-transaction may be closed while a cursor of its has rows to give; SQLite then
    keeps it, and its lock on the database, until Python happens to collect that cursor.
    """

    def close(self) -> None:
        try:
            if self.in_transaction:
                self.rollback()
        finally:
            super().close()


class _Connection(aiosqlite.Connection):
    def cursor(self) -> "_Cursor":  # type: ignore[override]  # what SQLAlchemy asks of one, no more
        return _Cursor(self)


class _Cursor:
    """What SQLAlchemy asks of a cursor. A statement is executed, read and closed in one trip to the thread.

    The driver's own takes four trips; each wakes a thread and the event loop, which costs more than the statement does.
    """

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Executes one statement and fetches all of its rows."""
        await self._connection._execute(self._run, sqlite3.Cursor.execute, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Executes a statement with each of the parameters."""
        await self._connection._execute(self._run, sqlite3.Cursor.executemany, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement; they are given once."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _run(self, execute: Any, sql: str, parameters: Any) -> None:
        """In the connection's thread."""
        cursor = self._connection._conn.cursor()
        try:
            execute(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else ()
            # Known only after the rows have been fetched, where a statement both changes and returns some.
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
