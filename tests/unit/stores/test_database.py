"""Connections to a database that cannot be opened."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from testdata_agent.stores.database import open_database


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
