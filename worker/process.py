"""One process of a worker: one event loop in a thread, which owns the stores, the heartbeat and the reaper.

Celery's threads hand their batches to that loop and wait. Nothing is made before the process itself is: a loop, a
thread or a connection does not come along through a fork.
"""

import asyncio
import os
import socket
import threading
import uuid
from concurrent.futures import Future

from structlog.typing import FilteringBoundLogger

from worker.execution import Ending, Execution
from worker.heartbeat import Heartbeat
from worker.metrics import Metrics
from worker.reaper import Reaper
from worker.services import OpenServices

#: How long a start may take, and an end after all work was interrupted.
_START_SECONDS = 30.0
_END_SECONDS = 10.0


class Process:
    """Works on batches until it is stopped.

    Args:
        open_services: What it works with.
        batch_seconds: How long one attempt at a batch may take.
        rows_ttl: Seconds that rows of ended jobs are kept.
    """

    def __init__(
        self,
        open_services: OpenServices,
        *,
        metrics: Metrics,
        log: FilteringBoundLogger,
        batch_seconds: float,
        rows_ttl: float,
    ) -> None:
        self.pid = os.getpid()
        self._open_services = open_services
        self._metrics, self._log = metrics, log
        self._batch_seconds, self._rows_ttl = batch_seconds, rows_ttl
        self._owner = f"{socket.gethostname()[:60]}:{self.pid}:{uuid.uuid4().hex[:8]}"
        self._loop = asyncio.new_event_loop()
        self._ready: Future[Execution] = Future()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="worker-loop", daemon=True)

    def start(self) -> None:
        """Returns when it can work."""
        self._thread.start()
        self._ready.result(_START_SECONDS)

    def work(self, job_id: str, number: int) -> Ending:
        """Works on a batch; called by any thread but the loop's own."""
        execution = self._ready.result(_START_SECONDS)
        return asyncio.run_coroutine_threadsafe(execution.work(job_id, number), self._loop).result()

    def interrupt(self) -> None:
        """Has all work end and go back, and nothing new begin; returns at once, and may be called by a signal."""
        if self._ready.done() and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ready.result().stop)

    def close(self) -> None:
        """Interrupts, and returns when everything is closed."""
        if not self._thread.is_alive():
            return
        self.interrupt()
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._main())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
                return
            raise
        finally:
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _main(self) -> None:
        async with self._open_services(self._metrics) as services:
            heartbeat = Heartbeat(services.jobs, self._metrics, self._log)
            execution = Execution(
                services.jobs,
                services.results,
                services.runners,
                heartbeat,
                self._metrics,
                self._log,
                owner=self._owner,
                batch_seconds=self._batch_seconds,
                tracing=services.tracing,
            )
            reaper = Reaper(
                services.jobs,
                services.results,
                services.queue,
                services.broker,
                self._metrics,
                self._log,
                rows_ttl=self._rows_ttl,
                forget=services.forget,
                tell=services.tell,
            )
            chores = [asyncio.create_task(heartbeat.run()), asyncio.create_task(reaper.run())]
            self._ready.set_result(execution)
            await self._end.wait()
            await heartbeat.emptied(_END_SECONDS / 2)
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)
