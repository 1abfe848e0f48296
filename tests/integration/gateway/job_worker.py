"""A worker for tests of the gateway: it makes what a batch asks for, as far as the test says, in the real stores."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from testdata_agent.engine.request import OutputFormat
from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.generator import default_generator
from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import Claim, Job, Usage
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.results.base import Entry
from testdata_agent.stores.results.redis import RedisResults


@dataclass(frozen=True)
class JobWorker:
    """What a worker does, step by step."""

    ledger: SqlJobs
    results: RedisResults

    async def make(
        self, job_id: str, number: int, *, records: int | None = None, finish: bool = True, entry_records: int = 7
    ) -> None:
        """Makes the first `records` of a batch (all, if None), and says that it is done."""
        claim = await self.ledger.claim(job_id, number, owner="test", lease=60, engine_version=ENGINE_VERSION)
        assert claim is not None
        batch = claim.batch
        rows = _rows(claim.job, batch.start, batch.stop if records is None else batch.start + records)
        for at in range(0, len(rows), entry_records):
            await self.results.append(batch, Entry(batch.start + at, tuple(rows[at : at + entry_records])))
        if finish:
            await self.finish(job_id, number, records=len(rows))

    async def finish(self, job_id: str, number: int, *, records: int, why: str = "") -> None:
        """Says that a batch is done."""
        claim = await self._claim(job_id, number)
        notes: dict[str, Any] = {
            "shortfall": [why] if why else [],
            "records_by_path": {claim.job.path: records},
            "checks_passed": 9,
            "checks_applied": 9,
        }
        usage = Usage(input_tokens=100, output_tokens=20)
        job = await self.ledger.finish(claim, records=records, usage=usage, notes=notes)
        await self.results.announce(job_id, job.state)

    async def give_back(self, job_id: str, number: int) -> None:
        """Gives a batch back unfinished."""
        await self.ledger.release(await self._claim(job_id, number))

    async def make_all(self, job_id: str) -> None:
        """The whole job."""
        for batch in await self.ledger.batches(job_id):
            await self.make(job_id, batch.number)

    async def _claim(self, job_id: str, number: int) -> Claim:
        return Claim(await self.ledger.get(job_id), (await self.ledger.batches(job_id))[number])


def _rows(job: Job, start: int, stop: int) -> list[str]:
    run = default_generator().prepare_now(replace(from_data(job.request), output_format=OutputFormat.JSON))
    return run.rows(start - run.first_row, stop - run.first_row)


@asynccontextmanager
async def worker_of(database_url: str, redis_url: str) -> AsyncIterator[JobWorker]:
    """A worker at these stores."""
    database = open_database(database_url)
    results = RedisResults(redis_url)
    try:
        yield JobWorker(SqlJobs(database, results_ttl=3600), results)
    finally:
        await results.close()
        await database.dispose()


def migrate(database_url: str) -> None:
    """Makes the tables."""

    async def upgraded() -> None:
        database = open_database(database_url)
        await migrations.upgrade(database)
        await database.dispose()

    asyncio.run(upgraded())
