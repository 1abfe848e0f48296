"""Uses that are counted and written later."""

import asyncio
from typing import cast

import pytest

from testdata_agent.stores.patterns.base import PatternStore
from testdata_agent.stores.patterns.uses import Uses


class SlowStore:
    """Hangs until it is told to go on."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.written: dict[str, int] = {}

    async def used(self, uses: dict[str, int]) -> None:
        await self.free.wait()
        self.written.update(uses)


async def test_a_write_that_takes_too_long_loses_no_counts() -> None:
    store = SlowStore()
    uses = Uses(cast(PatternStore, store))
    uses.add({"pat-1": 2})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(uses.write(), 0.01)
    uses.add({"pat-1": 1})
    store.free.set()
    await uses.write()
    assert store.written == {"pat-1": 3}
