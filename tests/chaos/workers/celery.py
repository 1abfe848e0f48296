"""The app of these workers: `celery -A tests.chaos.workers worker`."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from celery import Celery

from testdata_agent.stores.jobs import Claim
from worker.application import WorkerApp
from worker.metrics import Metrics
from worker.runners import Context, Runner
from worker.services import OpenServices, Services, services_of
from worker.settings import Settings

_shift = float(os.environ.get("CHAOS_CLOCK_SHIFT", "0"))
if _shift:
    # Before anything of Celery's is used; whoever has taken the function itself already goes by the right time.
    _right = time.time
    time.time = lambda: _right() + _shift

#: Between two records of a slow batch.
SLOW_SECONDS = 0.02


class Slow(Runner):
    """A record now and then, as a model would write them."""

    async def run(self, claim: Claim, context: Context) -> None:
        while context.end < claim.batch.stop:
            await asyncio.sleep(SLOW_SECONDS)
            await context.emit([f'{{"_index":{context.end}}}'])


class Poison(Runner):
    """Kills its process after three records."""

    async def run(self, claim: Claim, context: Context) -> None:
        await context.emit([f'{{"_index":{row}}}' for row in range(context.end, claim.batch.start + 3)])
        os.kill(os.getpid(), signal.SIGKILL)


def _services(settings: Settings, celery: Celery) -> OpenServices:
    @asynccontextmanager
    async def opened(metrics: Metrics) -> AsyncIterator[Services]:
        async with services_of(settings, celery)(metrics) as services:
            yield replace(services, runners={**services.runners, "slow": Slow(), "poison": Poison()})

    return opened


_worker = WorkerApp(Settings.load(), _services)
_worker.listen()
app = _worker.celery
