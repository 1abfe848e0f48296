"""What a process of a worker works with, opened on its own loop. Nothing of it connects before it is used."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from celery import Celery

from testdata_agent import __version__
from testdata_agent.generator import Generator
from testdata_agent.service import logs
from testdata_agent.service.tracing import NoTracing, Tracing, tracing_of
from testdata_agent.stores.cassettes.sql import SqlCassettes
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import Claim, JobStore
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.patterns.sql import SqlPatterns
from testdata_agent.stores.pools.redis import RedisPools
from testdata_agent.stores.queue.base import BatchQueue
from testdata_agent.stores.queue.celery import CeleryQueue
from testdata_agent.stores.results.base import Limits, ResultStore
from testdata_agent.stores.results.redis import RedisResults
from worker.broker import Broker, CeleryBroker
from worker.bulk import BulkRunner
from worker.metrics import Metrics
from worker.model.building import model_runner
from worker.model.runner import ModelRunner
from worker.reaper import Forget, nothing_else, nothing_to_tell
from worker.runners import Context, Runner, Runners
from worker.settings import Settings
from worker.varied import VariedRunner


@dataclass(frozen=True)
class Services:
    """The stores of a process and its runners, and where its spans go.

    Attributes:
        forget: Drops what is kept beside jobs and is past its time; how many.
        tell: Brings the gauges of what changes by time alone up to date.
    """

    jobs: JobStore
    results: ResultStore
    queue: BatchQueue
    broker: Broker
    runners: Runners
    tracing: Tracing = field(default_factory=NoTracing)
    forget: Forget = nothing_else
    tell: Callable[[], None] = nothing_to_tell


class OnDemand(Runner):
    """The model path's runner, put together when it is first needed."""

    def __init__(self, build: Callable[[], ModelRunner]) -> None:
        self._build = build
        self._runner: ModelRunner | None = None

    async def run(self, claim: Claim, context: Context) -> None:
        """See Runner."""
        if self._runner is None:
            self._runner = self._build()
        await self._runner.run(claim, context)

    def tell(self) -> None:
        """Has it tell how its providers stand, where there is one."""
        if self._runner is not None:
            self._runner.tell()

    async def close(self) -> None:
        """Closes it, where there is one."""
        if self._runner is not None:
            await self._runner.close()


#: Opens them; they are closed when it is left.
OpenServices = Callable[[Metrics], AbstractAsyncContextManager[Services]]


def services_of(settings: Settings, app: Celery) -> OpenServices:
    """How a process opens what the settings name."""

    @asynccontextmanager
    async def opened(metrics: Metrics) -> AsyncIterator[Services]:
        for provider in settings.model.providers:
            metrics.expects(provider)
        limits = Limits(job_bytes=settings.stores.results_max_bytes, total_bytes=settings.stores.results_total_bytes)
        database = open_database(settings.database_url)
        queue = CeleryQueue(settings.redis_url)
        broker = CeleryBroker(app)
        tracing = tracing_of(settings.tracing, "testdata-worker", __version__)
        pools = RedisPools(settings.redis_url, on_failure=_pools_not_shared)
        bulk = BulkRunner(Generator(pools))
        jobs = SqlJobs(database, results_ttl=settings.stores.cache_ttl_seconds)
        # A process of computed batches never asks a model, and does without the libraries.
        model = OnDemand(
            partial(
                model_runner,
                settings.model,
                settings.model_path,
                settings.quality,
                database,
                jobs,
                pools,
                metrics,
                tracing,
            )
        )
        patterns = SqlPatterns(database)
        varied = VariedRunner(Generator(pools), patterns.get, threshold=settings.quality.coherence_threshold)
        answers = SqlCassettes(database)
        async with RedisResults(settings.redis_url, limits=limits) as results:
            try:
                yield Services(
                    jobs=jobs,
                    results=results,
                    queue=queue,
                    broker=broker,
                    runners={"traditional": bulk, "rag": varied, "llm": model, "hybrid": model},
                    tracing=tracing,
                    forget=partial(answers.expire, older_than=settings.stores.cache_ttl_seconds),
                    tell=model.tell,
                )
            finally:
                bulk.close()
                varied.close()
                await model.close()
                broker.close()
                pools.close()
                await queue.close()
                await database.dispose()
                await asyncio.to_thread(tracing.close)

    return opened


def _pools_not_shared(error: str) -> None:
    logs.logger().warning("pools_not_shared", error=error[:200])
