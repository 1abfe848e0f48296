"""Looks every few seconds how queues, jobs and stores are."""

import asyncio
from typing import Final

from gateway.state_metrics import LEDGER, RECENTLY_SECONDS, REDIS, StateMetrics
from testdata_agent.stores.jobs import JobStore, LedgerUnreachable
from testdata_agent.stores.results.base import ResultFault, ResultStore

LOOK_EVERY_SECONDS: Final = 5.0
#: A store that says nothing for so long does not answer.
_PATIENCE_SECONDS: Final = 4.0


class Watch:
    """Keeps the gauges true; those of a store that is away stay as they were, and `part_up` says so."""

    def __init__(self, ledger: JobStore, results: ResultStore, results_limit: int, metrics: StateMetrics) -> None:
        """Takes what is looked at, and how many bytes the records of jobs may take."""
        self._ledger, self._results, self._results_limit = ledger, results, results_limit
        self._metrics = metrics

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            # One store that hangs must not hide the other.
            await asyncio.gather(self._look_at_ledger(), self._look_at_results())
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _look_at_ledger(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                seen = await self._ledger.census(ended_within=RECENTLY_SECONDS)
        except (LedgerUnreachable, TimeoutError):
            self._metrics.ledger_away.inc()
            self._metrics.part(LEDGER, up=False)
        else:
            self._metrics.part(LEDGER, up=True)
            self._metrics.census(seen)

    async def _look_at_results(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                used = await self._results.used()
        except (ResultFault, TimeoutError):
            self._metrics.part(REDIS, up=False)
        else:
            self._metrics.part(REDIS, up=True)
            self._metrics.results(used, self._results_limit)
