"""What the gateway counts, in Prometheus' terms.

Label values come from bounded sets (paths, statuses, the catalogue's entities and domains), so no caller can make new
time series. Under several processes each child writes its own files and the parent sums them (`processes`).
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from gateway.errors.catalog import CATALOG, Status
from gateway.state_metrics import StateMetrics
from testdata_agent.service.process_metrics import ProcessMetrics, processes_of

#: Upper bounds in seconds, from ten records of a warm plan to a stream of millions.
_DURATION_BUCKETS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
)  # fmt: skip


class Metrics:
    """The metrics of one gateway process. Children of labels are looked up once and kept."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry.register(ProcessMetrics(lambda: [os.getpid()]))
        self.state = StateMetrics(self.registry)
        self._requests = self._counter("requests_total", "Generation requests.", ("path", "domain", "entity", "status"))
        self._rpcs = self._counter("rpcs_total", "Calls of every method.", ("method", "status"))
        self._duration = Histogram(
            "testdata_generation_duration_seconds",
            "Time from taking up a request to its last record.",
            ("path",),
            buckets=_DURATION_BUCKETS,
            registry=self.registry,
        )
        self._first = Histogram(
            "testdata_first_record_seconds",
            "Time from taking up a call that streams to its first record.",
            ("path",),
            buckets=_DURATION_BUCKETS,
            registry=self.registry,
        )
        self.records = self._counter("records_generated", "Records delivered.")
        self.validation_errors = self._counter("validation_errors_total", "Faults named in refused requests.")
        self._routing = self._counter(
            "routing_decisions_total", "Decisions by path and what served.", ("path", "served")
        )
        self._checks = self._counter("coherence_checks_total", "Coherence checks that applied.", ("result",))
        self.checks_passed = self._checks.labels("passed")
        self.checks_failed = self._checks.labels("failed")
        self.below_one = self._counter("coherence_below_one_total", "Engine answers with a fault found by the score.")
        plans = self._counter("plan_cache_total", "Look-ups of compiled plans.", ("result",))
        self.plan_hits, self.plan_misses = plans.labels("hit"), plans.labels("miss")
        self._jobs = self._counter("jobs_submitted_total", "Jobs written down.", ("path",))
        self._refusals = self._counter(
            "refusals_total", "Calls refused, by the catalogue's reason.", ("reason", "status")
        )
        for reason, entry in CATALOG.items():
            # Those that are not the caller's fault are there from the start, so that the first of them is an increase.
            if entry.status is not Status.INVALID_ARGUMENT:
                self._refusals.labels(reason, entry.status.name)
        self._fallbacks = self._counter(
            "fallbacks_total",
            "Requests that another path served, by what the wanted one lacked.",
            ("path", "served", "lack"),
        )
        self._rejected = self._counter(
            "records_rejected_total", "Records of patterns that were not good enough and made again.", ("reason",)
        )
        self._clients = self._counter("client_calls_total", "Calls, by who made them.", ("client", "status"))
        self._client_records = self._counter("client_records_total", "Records delivered, by who asked.", ("client",))
        self.in_flight = Gauge(
            "testdata_requests_in_flight",
            "Calls being served.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._children: dict[tuple[str, ...], Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def request(self, path: str, domain: str, entity: str, status: str) -> None:
        """Counts a generation request; all four are bounded labels."""
        self._child(self._requests, ("requests", path, domain, entity, status)).inc()

    def rpc(self, method: str, status: str) -> None:
        """Counts a call of any method."""
        self._child(self._rpcs, ("rpcs", method, status)).inc()

    def routed(self, path: str, served: str) -> None:
        """Counts a routing decision for `path` that `served` then answered."""
        self._child(self._routing, ("routing", path, served)).inc()

    def submitted(self, path: str) -> None:
        """Counts a job that was written down."""
        self._child(self._jobs, ("jobs", path)).inc()

    def fell_back(self, path: str, served: str, lack: str) -> None:
        """Counts a request for `path` that `served` answers, for what `path` lacks."""
        self._fallbacks.labels(path, served, lack).inc()

    def refused(self, reason: str, status: str) -> None:
        """Counts a refusal; the reason is the catalogue's."""
        self._refusals.labels(reason, status).inc()

    def rejected(self, reasons: Mapping[str, int]) -> None:
        """Counts records that were made again, by a bounded set of reasons."""
        for reason, records in reasons.items():
            self._rejected.labels(reason).inc(records)

    def client(self, client: str, status: str, records: int) -> None:
        """Counts a call and its records for a client, whose name is of a bounded set."""
        self._child(self._clients, ("clients", client, status)).inc()
        if records:
            self._child(self._client_records, ("client_records", client)).inc(records)

    def first_record(self, path: str, seconds: float) -> None:
        """Counts how long the first record of a stream took."""
        self._first.labels(path).observe(seconds)

    def generated(self, path: str, seconds: float, records: int) -> None:
        """Counts what one answered request gave."""
        histogram = self._histograms.get(path)
        if histogram is None:
            histogram = self._histograms[path] = self._duration.labels(path)
        histogram.observe(seconds)
        self.records.inc(records)

    def exposition(self) -> bytes:
        """The process's metrics as Prometheus reads them."""
        return generate_latest(self.registry)

    def _child(self, family: Counter, key: tuple[str, ...]) -> Counter:
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = family.labels(*key[1:])
        return child

    def _counter(self, name: str, text: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(f"testdata_{name}", text, labels, registry=self.registry)


class SummedMetrics:
    """The metrics of all children of this process, read from the files that they write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        MultiProcessCollector(self._registry, path=str(folder))  # type: ignore[no-untyped-call]
        self._registry.register(ProcessMetrics(self._pids))

    def exposition(self) -> bytes:
        """The sums as Prometheus reads them."""
        return generate_latest(self._registry)

    def _pids(self) -> Iterable[int]:
        return {os.getpid(), *processes_of(self._folder)}

    def forget(self, pid: int) -> None:
        """Drops the gauges of a child that has ended; what it counted stays in the sums."""
        mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
