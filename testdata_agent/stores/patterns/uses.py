"""How often patterns are used, counted in memory and written in batches."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns.base import PatternStore


class Uses:
    """The uses that are not written yet."""

    def __init__(self, store: PatternStore) -> None:
        self._store = store
        self._waiting: Counter[str] = Counter()

    def add(self, uses: Mapping[str, int]) -> None:
        """Counts; nothing is written."""
        self._waiting.update(uses)

    async def write(self) -> None:
        """Writes what waits. Ended in the middle it waits on, and may then be counted twice.

        Raises:
            LedgerUnreachable: it waits on.
        """
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, Counter()
        try:
            await self._store.used(waiting)
        except (LedgerUnreachable, asyncio.CancelledError):
            self._waiting.update(waiting)
            raise
