"""What workers count, in Prometheus' terms. Label values come from bounded sets.

Under the prefork pool each process writes files of its own, and whoever is asked sums them.
"""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from typing_extensions import override

from testdata_agent import __version__
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.service.process_metrics import ProcessMetrics, processes_of
from testdata_agent.stores.jobs import Usage
from testdata_agent.stores.queue.base import BULK, MODEL
from worker.providers.base import FaultKind
from worker.providers.breaker import BreakerState
from worker.providers.models import Observer

#: Upper bounds in seconds, from a small block of the engine to a model that takes its time.
_SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)

_BREAKERS = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 0.5, BreakerState.OPEN: 1.0}


class Metrics(Observer):
    """The metrics of one process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        self._batches = self._counter("batches_total", "Batches worked on, by how it ended.", ("queue", "outcome"))
        self._seconds = Histogram(
            "testdata_worker_batch_duration_seconds",
            "Time from a batch's claim to its end.",
            ("queue",),
            buckets=_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self._records = self._counter("records_total", "Records made.", ("queue",))
        self._lost = self._counter("claims_lost_total", "Batches that passed to another worker while worked on.")
        self._parked = self._counter("parked_total", "Deliveries of jobs that failed for a parked batch.")
        self._renewals = self._counter("lease_renewals_total", "Leases prolonged.")
        self._republished = self._counter("republished_total", "Batches whose message was lost and sent again.")
        self._first = Histogram(
            "testdata_worker_first_record_seconds",
            "Time from a job's submission to its first record.",
            ("path",),
            buckets=_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self._paid = self._counter(
            "client_tokens_total", "Tokens paid, by who asked and for what.", ("client", "entity", "model", "kind")
        )
        self._calls = self._counter("model_calls_total", "Calls to models, by how they ended.", ("provider", "outcome"))
        self._call_seconds = Histogram(
            "testdata_worker_model_call_duration_seconds",
            "Time from a call's start to the end of its answer.",
            ("provider",),
            buckets=_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self._tokens = self._counter("tokens_total", "Tokens paid.", ("provider", "model", "kind"))
        self._retries = self._counter("model_retries_total", "Calls made once more.", ("provider",))
        self._breakers = Gauge(
            "testdata_worker_breaker_open",
            "1 while a provider is left alone, 0.5 while it is tried.",
            ("provider",),
            multiprocess_mode="livemax",
            registry=self.registry,
        )
        self._succeeded = Gauge(
            "testdata_worker_model_success_timestamp_seconds",
            "When a provider's last good answer ended, since the epoch.",
            ("provider",),
            multiprocess_mode="max",
            registry=self.registry,
        )
        self._under_way = Gauge(
            "testdata_worker_model_calls_running",
            "Calls that a provider has under way.",
            ("provider",),
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._allowed = Gauge(
            "testdata_worker_model_calls_allowed",
            "Calls that a provider is sent at once: fewer while it says that they are too many.",
            ("provider",),
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._costs = self._counter(
            "cost_total",
            "What tokens cost by the prices that are set, in their currency.",
            ("client", "entity", "model"),
        )
        self._by_path = self._counter(
            "records_by_path_total",
            "Records of finished batches, by the job's path and by who made them.",
            ("path", "made_by"),
        )
        self._rejected = self._counter(
            "records_rejected_total", "Records of finished batches that were not good enough.", ("path", "reason")
        )
        self._busy = Gauge(
            "testdata_worker_batches_running",
            "Batches being worked on.",
            ("queue",),
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        build = Gauge(
            "testdata_worker_build_info",
            "1; its labels say what runs.",
            ("version", "engine_version"),
            multiprocess_mode="max",
            registry=self.registry,
        )
        build.labels(__version__, ENGINE_VERSION).set(1)
        self._depth = Gauge(
            "testdata_worker_queue_depth",
            "Batches that wait, as the ledger has them.",
            ("queue",),
            multiprocess_mode="mostrecent",
            registry=self.registry,
        )

    def batch(self, queue: str, outcome: str, seconds: float, records: int) -> None:
        """Counts a batch that was worked on."""
        self._batches.labels(queue, outcome).inc()
        self._seconds.labels(queue).observe(seconds)
        self._records.labels(queue).inc(records)

    def first_record(self, path: str, seconds: float) -> None:
        """Counts how long a job's first record took."""
        self._first.labels(path).observe(seconds)

    def paid(self, client: str, entity: str, model: str, usage: Usage) -> None:
        """Counts tokens; all three names are of bounded sets."""
        for kind, tokens in _kinds(usage):
            self._paid.labels(client, entity, model, kind).inc(tokens)
        if usage.cost_micros:
            self._costs.labels(client, entity, model).inc(usage.cost_micros / 1_000_000)

    @contextmanager
    def working(self, queue: str) -> Iterator[None]:
        """Counts a batch as being worked on, while it is entered."""
        with self._busy.labels(queue).track_inprogress():
            yield

    def finished(self, path: str, notes: Mapping[str, Any]) -> None:
        """Counts who made the records of a finished batch, and those that were refused, as its notes say."""
        for made_by, records in notes.get("records_by_path", {}).items():
            self._by_path.labels(path, made_by).inc(records)
        for reason, records in notes.get("rejection_reasons", {}).items():
            self._rejected.labels(path, reason).inc(records)

    def lost(self) -> None:
        """Counts a claim that passed on."""
        self._lost.inc()

    def parked(self) -> None:
        """Counts a parked batch."""
        self._parked.inc()

    def renewed(self, leases: int) -> None:
        """Counts leases that were prolonged."""
        self._renewals.inc(leases)

    def republished(self, batches: int) -> None:
        """Counts batches that were published again."""
        self._republished.inc(batches)

    def depth(self, queued: dict[str, int]) -> None:
        """Sets how many batches wait."""
        for queue in (BULK, MODEL):
            self._depth.labels(queue).set(queued.get(queue, 0))

    def expects(self, provider: str) -> None:
        """Has a provider that is set up counted from the start, so that the first failure is an increase."""
        for outcome in ("ok", *FaultKind):
            self._calls.labels(provider, outcome)
        self.breaker(provider, BreakerState.CLOSED)

    @override
    def called(self, provider: str, outcome: str, seconds: float) -> None:
        """See Observer."""
        self._calls.labels(provider, outcome).inc()
        self._call_seconds.labels(provider).observe(seconds)
        if outcome == "ok":
            self._succeeded.labels(provider).set(time.time())

    @override
    def spent(self, provider: str, model: str, usage: Usage) -> None:
        """See Observer."""
        for kind, tokens in _kinds(usage):
            self._tokens.labels(provider, model, kind).inc(tokens)

    @override
    def retried(self, provider: str) -> None:
        """See Observer."""
        self._retries.labels(provider).inc()

    @override
    def breaker(self, provider: str, state: str) -> None:
        """See Observer."""
        self._breakers.labels(provider).set(_BREAKERS[BreakerState(state)])

    @override
    def crowd(self, provider: str, running: int, allowed: int) -> None:
        """See Observer."""
        self._under_way.labels(provider).set(running)
        self._allowed.labels(provider).set(allowed)

    def _counter(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(f"testdata_worker_{name}", text, labels, registry=self.registry)


def _kinds(usage: Usage) -> tuple[tuple[str, int], ...]:
    return ("input", usage.input_tokens), ("output", usage.output_tokens), ("cached", usage.cached_tokens)


def count_in(folder: Path) -> None:
    """Has this process, and those that it forks, count in files there; before any metric is made."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    # Looked at when prometheus_client is imported, which Flower's plugin does before anything of ours.
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]


class _Living(Collector):
    """The sums over all processes that write to a folder; what a process that was killed held is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums = MultiProcessCollector(None, path=str(folder))  # type: ignore[no-untyped-call]

    def pids(self) -> Iterable[int]:
        """Those that live."""
        return [pid for pid in {os.getpid(), *processes_of(self._folder)} if _lives(pid)]

    @override
    def collect(self) -> Iterable[Metric]:
        """See Collector."""
        for pid in processes_of(self._folder):
            if not _lives(pid):
                mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        return self._sums.collect()  # type: ignore[no-any-return, no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def serve(host: str, port: int, folder: Path) -> None:
    """Answers /metrics with the sums over all processes that write to `folder`.

    Raises:
        OSError: the port cannot be listened on.
    """
    registry = CollectorRegistry()
    living = _Living(folder)
    registry.register(living)
    registry.register(ProcessMetrics(living.pids))
    start_http_server(port, addr=host, registry=registry)
