"""What a process of a worker works with, opened on its own loop. Nothing of it connects before it is used."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from celery import Celery

from testdata_agent.generator import Generator
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import JobStore
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.queue.base import BatchQueue
from testdata_agent.stores.queue.celery import CeleryQueue
from testdata_agent.stores.results.base import Limits, ResultStore
from testdata_agent.stores.results.redis import RedisResults
from worker.broker import Broker, CeleryBroker
from worker.bulk import BulkRunner
from worker.runners import Runners
from worker.settings import Settings


@dataclass(frozen=True)
class Services:
    """The stores of a process and its runners."""

    jobs: JobStore
    results: ResultStore
    queue: BatchQueue
    broker: Broker
    runners: Runners


#: Opens them; they are closed when it is left.
OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def services_of(settings: Settings, app: Celery) -> OpenServices:
    """How a process opens what the settings name."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Services]:
        limits = Limits(job_bytes=settings.stores.results_max_bytes, total_bytes=settings.stores.results_total_bytes)
        database = open_database(settings.database_url)
        queue = CeleryQueue(settings.redis_url)
        broker = CeleryBroker(app)
        bulk = BulkRunner(Generator())
        async with RedisResults(settings.redis_url, limits=limits) as results:
            try:
                yield Services(
                    jobs=SqlJobs(database, results_ttl=settings.stores.cache_ttl_seconds),
                    results=results,
                    queue=queue,
                    broker=broker,
                    runners={"traditional": bulk},
                )
            finally:
                bulk.close()
                broker.close()
                await queue.close()
                await database.dispose()

    return opened
