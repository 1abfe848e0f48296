"""One heartbeat a process: prolongs all leases, and ends work that is not wanted any more."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from structlog.typing import FilteringBoundLogger

from testdata_agent.stores.jobs import Claim, JobStore
from testdata_agent.stores.jobs.clocks import LEASE_SECONDS, RENEW_SECONDS
from worker.faults import where
from worker.metrics import Metrics


class Interruption(StrEnum):
    """Why work on a batch was ended before it was done."""

    CANCELLED = "cancelled"
    LOST = "lost"
    STOPPING = "stopping"
    DEADLINE = "deadline"


@dataclass(eq=False)
class Holding:
    """A claim of this process, and the work on it once it has begun.

    Attributes:
        interruption: Why it was ended; None while nobody has.
    """

    claim: Claim
    task: "asyncio.Task[None] | None" = None
    interruption: Interruption | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """As a renewal names it."""
        batch = self.claim.batch
        return batch.job_id, batch.number, batch.attempt

    def interrupt(self, why: Interruption) -> None:
        """Ends the work; the first reason stays."""
        if self.interruption is None:
            self.interruption = why
            self.insist()

    def insist(self) -> None:
        """Ends interrupted work once more: a cancellation may be lost in what is awaited (asyncio.wait_for of 3.11)."""
        if self.interruption is not None and self.task is not None:
            self.task.cancel()


@dataclass
class Heartbeat:
    """The claims of this process. All of it lives on the process's loop."""

    jobs: JobStore
    metrics: Metrics
    log: FilteringBoundLogger
    _held: set[Holding] = field(default_factory=set)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, claim: Claim) -> Holding:
        """Begins to prolong a claim."""
        holding = Holding(claim)
        self._held.add(holding)
        self._empty.clear()
        return holding

    def drop(self, holding: Holding) -> None:
        """Prolongs it no more."""
        self._held.discard(holding)
        if not self._held:
            self._empty.set()

    def interrupt_all(self, why: Interruption) -> None:
        """Ends all work."""
        for holding in self._held:
            holding.interrupt(why)

    async def emptied(self, seconds: float) -> None:
        """Returns when nothing is held, or after so many seconds."""
        if self._held:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._empty.wait()

    async def run(self) -> None:
        """Beats until it is cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                await self.beat()
            except Exception as error:  # noqa: BLE001 - whatever ails the database, leases must be tried again
                # Nobody else hears from the database either; who still holds what is told by the next beat that does.
                self.log.error("renewal_failed", error=type(error).__name__, where=where(error), held=len(self._held))

    async def beat(self) -> None:
        """Renews once."""
        held = [*self._held]
        if not held:
            return
        for holding in held:
            holding.insist()
        renewal = await self.jobs.renew([holding.claim for holding in held], lease=LEASE_SECONDS)
        self.metrics.renewed(len(renewal.held))
        for holding in held:
            if holding not in self._held:
                continue  # it ended meanwhile
            if holding.claim.job.job_id in renewal.ending:
                holding.interrupt(Interruption.CANCELLED)
            elif holding.key not in renewal.held:
                holding.interrupt(Interruption.LOST)
