"""How long the database is waited for."""

import asyncio

import pytest

from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns.patience import patiently


async def test_an_end_that_comes_as_the_answer_does_is_the_end() -> None:
    answer = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(patiently(answer))
    await asyncio.sleep(0)
    answer.set_result("here it is")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_database_that_is_silent_is_away() -> None:
    with pytest.raises(LedgerUnreachable, match=r"within 0\.01 s"):
        await patiently(asyncio.sleep(60), 0.01)
