import asyncio
import signal
import sys

import pytest

from gateway import children
from gateway.children import Child
from testdata_agent.service import logs
from tests.waiting import within

#: Says that it serves, and dies.
SHORT_LIVED = (sys.executable, "-c", "import os, sys; os.write(int(sys.argv[-1]), b'ready\\n')")
LONG_LIVED = (sys.executable, "-c", "import time; time.sleep(60)")


def child_of(command: tuple[str, ...]) -> Child:
    return Child(0, command, {}, log=logs.logger(), ended=lambda _: None)


@pytest.mark.parametrize("turns", range(6))
async def test_a_child_that_is_just_being_started_is_ended_too(turns: int) -> None:
    child = child_of(LONG_LIVED)
    async with asyncio.timeout(20):
        keeper = asyncio.create_task(child.keep())
        for _ in range(turns):
            await asyncio.sleep(0)
        child.stop()
        assert await keeper in {0, -signal.SIGTERM}


async def test_nobody_waits_for_the_next_start_of_a_child_that_is_not_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE_SECONDS", 60.0)
    child = child_of(SHORT_LIVED)

    async def has_died() -> bool:
        return child.has_served and not child.serving

    async with asyncio.timeout(20):
        keeper = asyncio.create_task(child.keep())
        await within(20, has_died)
        await asyncio.sleep(0.1)
        child.stop()
        assert await keeper == 0
