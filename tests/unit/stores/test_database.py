"""Connections: to a database that cannot be opened, and handed on from readers to writers."""

import asyncio
import gc
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from testdata_agent.stores.database import open_database
from testdata_agent.stores.transactions import to_read, to_write
from tests.cancelling import left_at_every_await


def test_a_connection_that_fails_leaves_no_thread_to_answer_a_closed_loop(tmp_path: Path) -> None:
    before = set(threading.enumerate())

    async def fail() -> None:
        engine = open_database(f"sqlite:///{tmp_path / 'absent' / 'ledger.db'}")
        with pytest.raises(OperationalError):
            async with engine.connect():
                pass
        await engine.dispose()
        workers = [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]
        assert not [thread for thread in workers if thread not in before]

    for _ in range(20):
        asyncio.run(fail())


async def test_a_reader_that_left_before_it_read_leaves_its_connection_to_a_writer(tmp_path: Path) -> None:
    """Else the writer begins as a reader, and fails at once where another process has written in between."""
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    async with to_read(engine):
        pass  # as where the caller's deadline passes before the first statement
    async with to_write(engine) as connection:
        await connection.execute(text("SELECT 1"))
        with (
            closing(sqlite3.connect(tmp_path / "ledger.db", timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
    await engine.dispose()


async def test_a_writer_that_left_in_the_middle_keeps_nobody_from_writing(tmp_path: Path) -> None:
    """A cursor that has rows to give must not keep the lock until Python happens to collect it."""
    file = tmp_path / "ledger.db"
    engine = open_database(f"sqlite:///{file}")
    async with to_write(engine) as connection:
        await connection.execute(text("CREATE TABLE t (a INTEGER)"))

    async def write() -> None:
        async with to_write(engine) as connection:
            await connection.execute(text("INSERT INTO t VALUES (1), (2)"))
            await connection.execute(text("SELECT a FROM t"))

    async def others_write(number: int) -> None:
        with closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                pytest.fail(f"{error}, after a writer left at await {number}")

    gc.disable()
    try:
        assert await left_at_every_await(write, others_write) > 5
    finally:
        gc.enable()
        await engine.dispose()
