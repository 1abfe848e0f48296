"""What jobs are kept in, opened from settings. Its drivers are imported only where the settings name them."""

# ruff: noqa: PLC0415 - a gateway without jobs does not have the drivers

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from gateway import databases, lookout
from testdata_agent.service.settings import StoreSettings
from testdata_agent.stores.jobs import JobStore
from testdata_agent.stores.queue.base import BatchQueue
from testdata_agent.stores.results.base import ResultStore


async def usable() -> None:
    """A ledger that needs no look."""


@dataclass(frozen=True, slots=True)
class JobStores:
    """The ledger, the record streams and the queue of one process.

    Attributes:
        check: Looks whether the ledger is of this release's revision; raises a Refusal where it is not.
        closing: What ends their connections, in order.
        looks: How the parts behind them are looked at.
    """

    ledger: JobStore
    results: ResultStore
    queue: BatchQueue
    check: Callable[[], Awaitable[None]] = usable
    closing: tuple[Callable[[], Awaitable[None]], ...] = ()
    looks: Mapping[str, lookout.Look] = field(default_factory=dict)

    async def close(self) -> None:
        """Ends all connections."""
        for end in self.closing:
            await end()


def missing_settings(settings: StoreSettings) -> tuple[str, ...]:
    """The variables without which there are no jobs."""
    needed = {"REDIS_URL": settings.redis_url, "DATABASE_URL": settings.database_url}
    return tuple(name for name, value in needed.items() if value is None)


def open_stores(settings: StoreSettings) -> JobStores | None:
    """The stores that the settings name; None where they do not name them all. Nothing is connected yet.

    Raises:
        SettingsError: the drivers are not installed, or the database is of a kind that is not known.
    """
    if settings.redis_url is None or settings.database_url is None:
        return None
    with databases.drivers_for("REDIS_URL and DATABASE_URL"):
        from gateway.jobs.revision import Revision
        from testdata_agent.stores.jobs.sql import SqlJobs
        from testdata_agent.stores.queue.celery import CeleryQueue
        from testdata_agent.stores.results.base import Limits
        from testdata_agent.stores.results.redis import RedisResults
    database = databases.opened(settings.database_url)
    redis_url = settings.redis_url.get_secret_value()
    limits = Limits(job_bytes=settings.results_max_bytes, total_bytes=settings.results_total_bytes)
    results, queue = RedisResults(redis_url, limits=limits), CeleryQueue(redis_url)
    return JobStores(
        SqlJobs(database, results_ttl=settings.cache_ttl_seconds),
        results,
        queue,
        Revision(database),
        (queue.close, results.close, database.dispose),
        {"redis": lookout.redis(results.ping), "worker": lookout.workers(queue.workers)},
    )
