"""Where tests hand in jobs and look at them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.request import GenerationMethod, GenerationRequest
from testdata_agent.engine.request_data import to_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import Batch, Job
from testdata_agent.stores.jobs.plan import batches_of
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.queue.celery import CeleryQueue
from testdata_agent.stores.results.redis import RedisResults

AS_OF = 1_767_225_600


@dataclass
class Desk:
    """The stores as a gateway has them."""

    jobs: SqlJobs
    results: RedisResults
    queue: CeleryQueue

    @classmethod
    @asynccontextmanager
    async def open(cls, redis_url: str, database_url: str) -> AsyncIterator["Desk"]:
        database, queue = open_database(database_url), CeleryQueue(redis_url)
        async with RedisResults(redis_url) as results:
            yield cls(SqlJobs(database, results_ttl=3600), results, queue)
        await queue.close()
        await database.dispose()

    async def submit(
        self, job_id: str, method: GenerationMethod = GenerationMethod.TRADITIONAL, *, times: int = 1, **asked: Any
    ) -> GenerationRequest:
        """Writes a job down and sends its messages so many times."""
        wanted = GenerationRequest(**{"entity": "cart", "count": 10, "seed": 7, "as_of": AS_OF, **asked})
        batches = batches_of(job_id, wanted, method)
        job = Job(
            job_id=job_id,
            client_id="anonymous",
            request_id=job_id,
            fingerprint="f",
            request=to_data(wanted),
            path=method.value,
            records_requested=wanted.count,
            engine_version=ENGINE_VERSION,
        )
        await self.jobs.submit(job, batches, publish_within=30)
        for _ in range(times):
            await self.queue.publish(batches)
        return wanted

    async def ended(self, job_id: str) -> Job:
        """The job, once it has ended."""
        async with asyncio.timeout(30):
            while not (job := await self.jobs.get(job_id)).state.finished:
                await self.results.wait(job_id, seconds=1)
        return job

    async def rows(self, job_id: str) -> list[str]:
        """Its records, in their order."""
        batches: tuple[Batch, ...] = await self.jobs.batches(job_id)
        found = [await self.results.read(batch, row=batch.start, limit=batch.size) for batch in batches]
        return [row for entries in found for entry in entries for row in entry.rows]
