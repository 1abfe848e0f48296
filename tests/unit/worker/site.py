"""What the tests of workers stand on."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog

from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.request_data import to_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.generator import Generator
from testdata_agent.stores.jobs import Batch, Claim, Job, JobState
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.queue.base import BatchQueue, QueueFault
from testdata_agent.stores.results.base import Entry, ResultStore
from worker.broker import Broker
from worker.execution import Execution
from worker.heartbeat import Heartbeat
from worker.metrics import Metrics
from worker.reaper import Reaper
from worker.runners import Context, Runner

AS_OF = 1_767_225_600


def request(count: int = 10, **changes: Any) -> GenerationRequest:
    return GenerationRequest(**{"entity": "user", "count": count, "seed": 7, "as_of": AS_OF, **changes})


class MemoryResults(ResultStore):
    """Record streams in lists; `fault` is raised by the next call."""

    def __init__(self) -> None:
        self.streams: dict[tuple[str, int], list[Entry]] = {}
        self.announced: list[tuple[str, JobState]] = []
        self.expired: list[tuple[str, float]] = []
        self.fault: Exception | None = None

    def rows(self, job_id: str) -> list[str]:
        """All records of a job in their order."""
        streams = sorted((number, entries) for (name, number), entries in self.streams.items() if name == job_id)
        return [row for _, entries in streams for entry in entries for row in entry.rows]

    async def append(self, batch: Batch, entry: Entry) -> bool:
        self._raise()
        if entry.end <= self._end(batch):
            return False
        self.streams.setdefault((batch.job_id, batch.number), []).append(entry)
        return True

    async def end_of(self, batch: Batch) -> int:
        self._raise()
        return self._end(batch)

    async def read(self, batch: Batch, *, row: int, limit: int) -> tuple[Entry, ...]:
        self._raise()
        entries = self.streams.get((batch.job_id, batch.number), [])
        rows = [(entry.first + at, text) for entry in entries for at, text in enumerate(entry.rows)]
        found = dict(sorted(rows))  # where entries overlap, each row once
        texts = tuple(text for at, text in found.items() if at >= row)[:limit]
        return (Entry(row, texts),) if texts else ()

    def follow(self, batch: Batch, *, row: int) -> AsyncIterator[Entry | None]:
        raise NotImplementedError

    async def announce(self, job_id: str, state: JobState) -> None:
        self._raise()
        self.announced.append((job_id, state))

    async def wait(self, job_id: str, *, seconds: float) -> None:
        raise NotImplementedError

    async def expire(self, job_id: str, *, seconds: float) -> None:
        self.expired.append((job_id, seconds))

    async def used(self) -> int:
        raise NotImplementedError

    def _end(self, batch: Batch) -> int:
        entries = self.streams.get((batch.job_id, batch.number))
        return entries[-1].end if entries else batch.start

    def _raise(self) -> None:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault


class MemoryQueue(BatchQueue, Broker):
    """Messages in a list; `away`: nobody reaches the broker."""

    def __init__(self) -> None:
        self.messages: list[Batch] = []
        self.away = False

    async def publish(self, batches: Sequence[Batch], *, priority: int = 5) -> None:  # noqa: ARG002 - see BatchQueue
        if self.away:
            raise QueueFault("away")
        self.messages += batches

    async def waiting(self) -> dict[str, int]:
        if self.away:
            raise QueueFault("away")
        return {"bulk": sum(batch.queue == "bulk" for batch in self.messages)}


class Scripted(Runner):
    """Emits records one by one, and does as it is told after `then` of them."""

    def __init__(self, then: int | None = None, fault: BaseException | None = None) -> None:
        self.then, self.fault = then, fault
        self.waiting = asyncio.Event()

    async def run(self, claim: Claim, context: Context) -> None:
        while context.end < claim.batch.stop:
            if context.end - claim.batch.start == self.then:
                if self.fault is not None:
                    raise self.fault
                self.waiting.set()
                await asyncio.Event().wait()
            await context.emit([f'{{"row":{context.end}}}'])


class Site:
    """One process of a worker, without Celery."""

    def __init__(self, jobs: SqlJobs) -> None:
        self.jobs = jobs
        self.results, self.queue = MemoryResults(), MemoryQueue()
        self.metrics = Metrics()
        self.log = structlog.get_logger()
        self.generator = Generator()
        self.runners: dict[str, Runner] = {}
        self.execution = self.process("one")
        self.reaper = Reaper(self.jobs, self.results, self.queue, self.queue, self.metrics, self.log, rows_ttl=3600)

    @property
    def heartbeat(self) -> Heartbeat:
        return self.execution.heartbeat

    def process(self, owner: str, *, batch_seconds: float = 60) -> Execution:
        return Execution(
            self.jobs,
            self.results,
            self.runners,
            Heartbeat(self.jobs, self.metrics, self.log),
            self.metrics,
            self.log,
            owner=owner,
            batch_seconds=batch_seconds,
        )

    async def submit(
        self, asked: GenerationRequest | None = None, *, path: str = "traditional", publish_within: float = 60
    ) -> tuple[Job, list[Batch]]:
        """A job of one's own path, cut as the engine's are."""
        asked = asked or request()
        job_id = f"job-{uuid.uuid4().hex}"
        batches = batches_of(job_id, asked, GenerationMethod.TRADITIONAL)
        job = Job(
            job_id=job_id,
            client_id="anonymous",
            request_id=job_id,
            fingerprint="f",
            request=to_data(asked),
            path=path,
            records_requested=asked.count,
            engine_version=ENGINE_VERSION,
        )
        made, _ = await self.jobs.submit(job, batches, publish_within=publish_within)
        return made, batches

    def count(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"testdata_worker_{name}", labels) or 0.0
