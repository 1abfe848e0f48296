"""Looks every few seconds how long the queues are, as the ledger counts them."""

import asyncio
from typing import Final

from gateway.metrics import Metrics
from testdata_agent.stores.jobs import JobStore, LedgerUnreachable

LOOK_EVERY_SECONDS: Final = 5.0


class Watch:
    """Keeps the gauges of the queues true; while the ledger is away they stay as they were."""

    def __init__(self, ledger: JobStore, metrics: Metrics) -> None:
        self._ledger, self._metrics = ledger, metrics

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            try:
                self._metrics.depth(await self._ledger.depth())
            except LedgerUnreachable:
                self._metrics.ledger_away.inc()
            await asyncio.sleep(LOOK_EVERY_SECONDS)
