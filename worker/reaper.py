"""Looks, in every process, for what was forgotten: lost messages, dead workers, results and rows past their time.

Any number of reapers share the work: the ledger gives each late batch to one of them.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from testdata_agent.stores.jobs import Batch, JobStore, LedgerUnreachable
from testdata_agent.stores.jobs.clocks import PUBLISH_WITHIN_SECONDS
from testdata_agent.stores.queue.base import BatchQueue, QueueFault
from testdata_agent.stores.results.base import ResultFault, ResultStore
from worker.broker import Broker
from worker.faults import where
from worker.metrics import Metrics

TICK_SECONDS = 1.0
#: Late batches that one tick takes.
_LIMIT = 500
_DEPTH_EVERY_TICKS = 5
_EXPIRE_EVERY_TICKS = 60


#: Drops what is past its time; how many.
Forget = Callable[[], Awaitable[int]]


async def nothing_else() -> int:
    """There is nothing to forget beside jobs."""
    return 0


def nothing_to_tell() -> None:
    """No gauge changes by time alone."""


@dataclass
class Reaper:
    """The housekeeping of one process.

    Attributes:
        rows_ttl: Seconds that rows of jobs that have ended are kept.
        forget: Drops models' answers past their time.
        tell: Brings the gauges of what changes by time alone up to date.
    """

    jobs: JobStore
    results: ResultStore
    queue: BatchQueue
    broker: Broker
    metrics: Metrics
    log: FilteringBoundLogger
    rows_ttl: float
    forget: Forget = nothing_else
    tell: Callable[[], None] = nothing_to_tell

    async def run(self) -> None:
        """Ticks until it is cancelled."""
        # Processes that start together do not all tick together, nor all expire at once.
        tick = random.randrange(_EXPIRE_EVERY_TICKS)
        while True:
            await asyncio.sleep(TICK_SECONDS * random.uniform(0.8, 1.2))
            tick += 1
            if tick % _DEPTH_EVERY_TICKS == 0:
                self.tell()
            try:
                await self.publish_late()
                if tick % _DEPTH_EVERY_TICKS == 0:
                    self.metrics.depth(await self.jobs.depth())
                if tick % _EXPIRE_EVERY_TICKS == 0:
                    await self.expire()
            except (QueueFault, ResultFault, LedgerUnreachable) as error:
                self.log.warning("reaper_waits", error=str(error))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next tick tries again
                self.log.error("reaper_failed", error=type(error).__name__, where=where(error))

    async def publish_late(self) -> int:
        """Publishes what is late and not at the broker; how many that were."""
        # First of all: while the broker is away nobody is given a new deadline.
        waiting = await self.broker.waiting()
        late = await self.jobs.overdue(limit=_LIMIT, publish_within=PUBLISH_WITHIN_SECONDS)
        if not late:
            return 0
        missing = _missing(late, await self.jobs.depth(), waiting)
        if missing:
            await self.queue.publish(missing)
            self.metrics.republished(len(missing))
            self.log.info("republished", batches=len(missing), late=len(late))
        return len(missing)

    async def expire(self) -> None:
        """Forgets results, rows and answers past their time."""
        await self.forget()
        for job_id in await self.jobs.expire(rows_older_than=self.rows_ttl):
            await self.results.expire(job_id, seconds=0)


def _missing(late: Sequence[Batch], queued: dict[str, int], waiting: dict[str, int]) -> list[Batch]:
    """The late batches that have no message: a long queue is late without anything being lost.

    Where the broker holds as many messages as batches wait, none is missing. One that holds messages twice is believed
    to be whole for too long, but only until workers have thrown the second ones away.
    """
    room = Counter({queue: max(count - waiting.get(queue, 0), 0) for queue, count in queued.items()})
    found: list[Batch] = []
    # Those that were begun before have no message for sure.
    for batch in sorted(late, key=lambda batch: (-batch.attempt, batch.job_id, batch.number)):
        if room[batch.queue] > 0:
            room[batch.queue] -= 1
            found.append(batch)
    return found
