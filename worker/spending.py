"""Tokens counted by who asked for them and for what, in bounded sets of names."""

from collections.abc import Callable
from functools import cached_property

from testdata_agent.engine.request_data import from_data
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.service.labels import Labels
from testdata_agent.stores.jobs import Job, Usage
from worker.metrics import Metrics

#: Clients that one process counts by name; those after them are counted together.
MAX_CLIENTS = 100
#: All clients beyond them.
OTHERS = "others"

#: Takes what a call was paid with: the model and the tokens.
Spend = Callable[[str, Usage], None]


class Spending:
    """Who spends what."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._clients: set[str] = set()

    def of(self, job: Job) -> Spend:
        """Counts for a job."""

        def spend(model: str, usage: Usage) -> None:
            _, entity = self._labels.of(from_data(job.request))
            self._metrics.paid(self._client(job.client_id), entity, model, usage)

        return spend

    def _client(self, client_id: str) -> str:
        if client_id not in self._clients:
            if len(self._clients) >= MAX_CLIENTS:
                return OTHERS
            self._clients.add(client_id)
        return client_id

    @cached_property
    def _labels(self) -> Labels:
        """Looked up when something is spent: workers that compute never need them."""
        return Labels(Registry())
