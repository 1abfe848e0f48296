"""Tokens counted by who asked for them and for what, in bounded sets of names."""

from collections.abc import Callable
from functools import cached_property

from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.service.labels import Clients, Labels
from testdata_agent.stores.jobs import Job, Usage
from worker.metrics import Metrics

#: Takes what a call was paid with: the model and the tokens.
Spend = Callable[[str, Usage], None]


class Spending:
    """Who spends what."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._clients = Clients()

    def of(self, job: Job) -> Spend:
        """Counts for a job."""

        def spend(model: str, usage: Usage) -> None:
            _, entity = self._labels.of(from_data(job.request))
            self._metrics.paid(self._clients.of(job.client_id), entity, model, usage)

        return spend

    @cached_property
    def _labels(self) -> Labels:
        """Looked up when something is spent: workers that compute never need them."""
        return Labels(Registry())
