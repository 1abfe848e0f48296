"""A whole queue side in processes of its own: a Redis, a ledger, workers; and what may befall them."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.request_data import to_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.generator import Generator
from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import Batch, Job, JobState
from testdata_agent.stores.jobs.clocks import PUBLISH_WITHIN_SECONDS
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.queue.base import QueueFault
from testdata_agent.stores.queue.celery import CeleryQueue
from testdata_agent.stores.results.redis import RedisResults
from tests.servers import RedisProcess

REPOSITORY = Path(__file__).parents[2]
#: How long everything may take to be as it should after the last fault ended.
RECOVERY_SECONDS = 10.0
AS_OF = 1_767_225_600
_FAULTS_OF_OURS = ('"reaper_failed"', '"renewal_failed"', '"batch_failed"')


@dataclass
class Worker:
    """A worker and the command that brings it back."""

    pool: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)
    written: int = 0

    def start(self) -> None:
        self.written = self.log.stat().st_size if self.log.exists() else 0
        command = ["-A", "tests.chaos.workers", "worker", "-P", self.pool, "-c", "4" if self.pool == "threads" else "2"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", *command, "-n", f"{self.log.stem}@%h", "--without-mingle"],
                cwd=REPOSITORY,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return b'"worker_ready"' in self.log.read_bytes()[self.written :]

    def children(self) -> list[int]:
        """Of the prefork pool."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in tasks.read_text().split()] if tasks.exists() else []

    def kill(self, chance: random.Random) -> str:
        """Kills one of its processes, or the one that is all of it or their parent; the latter comes back at once."""
        children = self.children()
        if children and chance.random() < 0.5:
            _signal(chance.choice(children), signal.SIGKILL)
            return "child"
        self.process.kill()
        self.process.wait()
        self.start()
        return "worker"

    def end(self) -> float:
        """Asks it to end; gives the seconds that took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began


class Site:
    """All of it, in one folder."""

    def __init__(self, folder: Path, redis: RedisProcess) -> None:
        self.folder, self.redis = folder, redis
        self.database_url = f"sqlite:///{folder / 'ledger.db'}"
        self._engine = open_database(self.database_url)
        self.jobs = SqlJobs(self._engine, results_ttl=3600)
        self.queue = CeleryQueue(redis.url, patience_seconds=0.2)
        self.results = RedisResults(redis.url)
        self.workers: list[Worker] = []
        self._generator = Generator()
        self._requests: dict[str, GenerationRequest] = {}

    async def open(self) -> None:
        await migrations.upgrade(self._engine)

    async def close(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.wait()
        await self.queue.close()
        await self.results.close()
        await self._engine.dispose()

    async def start(self, *pools: str, **settings: str) -> None:
        """Workers, one of each of these pools; returns when they are ready."""
        environment = os.environ | {"REDIS_URL": self.redis.url, "DATABASE_URL": self.database_url, **settings}
        for pool in pools:
            worker = Worker(pool, environment, self.folder / f"{pool}-{len(self.workers)}.log")
            worker.start()
            self.workers.append(worker)
        await self.ready()

    async def ready(self) -> None:
        """Returns when all workers are."""
        await self.until(lambda: all(worker.ready() for worker in self.workers), "the workers are ready", 60)

    async def submit(self, job_id: str, count: int, *, path: str = "traditional", send: bool = True) -> list[Batch]:
        """Writes a job down and hands over its batches; where the broker is away, that is the reaper's."""
        seed = sum(job_id.encode())
        asked = GenerationRequest(entity="user", count=count, seed=seed, as_of=AS_OF)
        self._requests[job_id] = asked
        batches = batches_of(job_id, asked, GenerationMethod.TRADITIONAL)
        job = Job(
            job_id=job_id,
            client_id="anonymous",
            request_id=job_id,
            fingerprint="f",
            request=to_data(asked),
            path=path,
            records_requested=count,
            engine_version=ENGINE_VERSION,
        )
        await self.jobs.submit(job, batches, publish_within=PUBLISH_WITHIN_SECONDS)
        if send:
            with suppress(QueueFault):  # as the gateway: the ledger has it
                await self.queue.publish(batches)
        return batches

    async def finished(self, job_ids: Iterable[str], seconds: float) -> float:
        """Waits until all these jobs have ended; gives how long that took."""
        began = time.monotonic()
        left = set(job_ids)
        while left:
            for job_id in [*left]:
                if (await self.jobs.get(job_id)).state.finished:
                    left.discard(job_id)
            assert time.monotonic() - began < seconds, await self.story(left)
            await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def reached(self, batch: Batch, row: int) -> None:
        """Returns when a batch has made its records up to this row."""
        reading = self.results.follow(batch, row=batch.start)
        async for entry in reading:
            if entry is not None and entry.end >= row:
                return

    async def until(self, happened: Callable[[], bool], what: str, seconds: float) -> float:
        """Waits for something to come about; gives how long that took."""
        began = time.monotonic()
        while not happened():
            assert time.monotonic() - began < seconds, f"it never came about: {what}"
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def rows(self, job_id: str) -> list[str]:
        """The records of a job as they lie in the streams."""
        found: list[str] = []
        for batch in await self.jobs.batches(job_id):
            entries = await self.results.read(batch, row=batch.start, limit=batch.size)
            found += [row for entry in entries for row in entry.rows]
        return found

    async def check(self, job_ids: Sequence[str]) -> Counter[str]:
        """That every job succeeded with exactly the records of its request, each once, in order.

        Returns:
            Jobs, records, and deliveries beyond the first.
        """
        counts: Counter[str] = Counter()
        for job_id in job_ids:
            job, rows, asked = await self.jobs.get(job_id), await self.rows(job_id), self._requests[job_id]
            assert (job.state, job.records_done) == (JobState.SUCCEEDED, asked.count), f"{job_id}: {job.error}"
            assert [orjson.loads(row)["_index"] for row in rows] == list(range(asked.count)), job_id
            if job.path == "traditional":
                run = await self._generator.prepare(asked)
                assert rows == run.rows(0, asked.count), f"{job_id}: other records than the request's"
                assert job.metadata["records_accepted"] == asked.count
            counts.update(jobs=1, records=len(rows), redeliveries=job.attempts)
        # What is away is waited for and said to be away; anything else that goes wrong is a fault of ours.
        logs = "".join(worker.log.read_text() for worker in self.workers)
        assert not [line for line in logs.splitlines() if any(event in line for event in _FAULTS_OF_OURS)]
        return counts

    async def story(self, job_ids: Iterable[str]) -> str:
        """What the ledger says of jobs that should have ended."""
        lines = []
        for job_id in sorted(job_ids)[:5]:
            job, batches = await self.jobs.get(job_id), await self.jobs.batches(job_id)
            states = [f"{batch.state} attempt {batch.attempt} owner {batch.owner}" for batch in batches]
            lines.append(f"{job_id} is {job.state}: {'; '.join(states)}")
        logs = [f"{worker.log.stem}: {worker.log.read_text()[-1500:]}" for worker in self.workers]
        return "\n".join([*lines, *logs])


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.kill(pid, number)
