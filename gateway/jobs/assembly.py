"""The parts of a gateway that keeps jobs, put together."""

from dataclasses import dataclass
from typing import Self

from structlog.typing import FilteringBoundLogger

from gateway.jobs.ceilings import Ceilings
from gateway.jobs.draining import Draining
from gateway.jobs.following import Following
from gateway.jobs.room import Room
from gateway.jobs.runner import JobRunner
from gateway.jobs.stores import JobStores, open_stores
from gateway.jobs.submission import Submission
from gateway.jobs.watch import Watch
from gateway.metrics import Metrics
from gateway.preparation import Preparation
from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.service.settings import ModelPathSettings, StoreSettings
from testdata_agent.service.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Jobs:
    """What writes jobs down and what reads their records, over the same stores.

    Attributes:
        results_limit: Bytes that the records of all jobs may take.
    """

    stores: JobStores
    ceilings: Ceilings
    submission: Submission
    following: Following
    draining: Draining
    results_limit: int

    @classmethod
    def open(
        cls,
        settings: StoreSettings,
        model_path: ModelPathSettings,
        metrics: Metrics,
        tracing: Tracing,
        log: FilteringBoundLogger,
    ) -> Self | None:
        """The parts; None where the settings name no stores. Raises SettingsError, see `open_stores`."""
        stores = open_stores(settings)
        if stores is None:
            return None
        room = Room(stores.results, job_bytes=settings.results_max_bytes, total_bytes=settings.results_total_bytes)
        ceilings = Ceilings(stores.ledger, model_path.llm_tokens_per_request, TokenCeilings.of(model_path))
        submission = Submission(stores, room, ceilings, metrics, tracing, log)
        return cls(stores, ceilings, submission, Following(stores, log), Draining(), settings.results_total_bytes)

    async def watch(self, metrics: Metrics) -> None:
        """Keeps the gauges of queues, jobs and their stores true until it is cancelled."""
        await Watch(self.stores.ledger, self.stores.results, self.results_limit, metrics.state).run()

    def runner(self, preparation: Preparation) -> JobRunner:
        """What serves calls by jobs of their own."""
        return JobRunner(self.stores, self.submission, self.following, preparation)

    async def close(self) -> None:
        """Lets what is being published go out, and ends all connections."""
        await self.submission.close()
        await self.stores.close()
