"""Gauges of what a gateway looks at every few seconds, off the way of any call.

Each process of a gateway looks by itself. What they see of shared stores is the same, so that one of them counts.
"""

from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from testdata_agent import __version__
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.jobs.base import Census, QueueCensus
from testdata_agent.stores.queue.base import BULK, MODEL

#: The parts that `part` speaks of.
LEDGER: Final = "ledger"
REDIS: Final = "redis"
WEAVIATE: Final = "weaviate"

#: The reason of jobs that ended well.
NO_REASON: Final = "none"
#: Jobs that ended within so many seconds are counted.
RECENTLY_SECONDS: Final = 300.0

_LAG_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class StateMetrics:
    """How the gateway and what it stands on are."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str, labels: tuple[str, ...] = (), mode: str = "mostrecent") -> Gauge:
            return Gauge(f"testdata_{name}", text, labels, multiprocess_mode=mode, registry=registry)  # type: ignore[arg-type]

        self._depth = gauge("queue_depth", "Batches that wait for a worker, as the ledger has them.", ("queue",))
        self._oldest = gauge(
            "queue_oldest_seconds", "Since the submission of the oldest job that has a batch waiting.", ("queue",)
        )
        self._running = gauge("batches_running", "Batches that workers hold, as the ledger has them.", ("queue",))
        self._parked = gauge("batches_parked", "Batches put aside after their last attempt.", ("queue",))
        self._unfinished = gauge("jobs_unfinished", "Jobs that have not ended, as the ledger has them.")
        self._ended = gauge("jobs_ended_recently", "Jobs that ended within the last five minutes.", ("state", "reason"))
        #: Those that were counted once, and are 0 when there are none.
        self._ends: set[tuple[str, str]] = set()
        self._parts = gauge("part_up", "1 while a part that the settings name answers, else 0.", ("part",), "livemin")
        self._results = gauge("results_bytes", "Bytes of Redis that the records of jobs take.")
        self._results_limit = gauge("results_limit_bytes", "RESULTS_TOTAL_BYTES: what they may take.")
        self._patterns = gauge("patterns", "Stored patterns that are known.")
        self._patterns_degraded = gauge(
            "patterns_degraded",
            "1 while patterns are not followed, or not found by the index that was set up.",
            mode="max",
        )
        self._keys_stale = gauge(
            "api_keys_stale", "1 while the keys file cannot be used, and the keys are those of before.", mode="max"
        )
        self._rates_degraded = gauge(
            "rate_limits_degraded", "1 while each process counts rates by itself, as Redis does not answer.", mode="max"
        )
        self._serving = gauge("serving", "Processes that take new calls; one that drains does not.", mode="livesum")
        # Its label keeps it away where there is no TLS: an alert would take a 0 for a certificate that has expired.
        self._certificate = gauge(
            "tls_certificate_expires_seconds",
            "Unix time at which the certificate that clients are shown expires.",
            ("certificate",),
            "livemin",
        )
        self._lag = Histogram(
            "testdata_loop_lag_seconds",
            "How much later than due the event loop came to a timer.",
            buckets=_LAG_BUCKETS,
            registry=registry,
        )
        self.ledger_away = Counter(
            "testdata_ledger_unreachable_total", "Looks at the queues that went unanswered.", registry=registry
        )
        build = gauge("build_info", "1; its labels say what runs.", ("version", "engine_version"), "max")
        build.labels(__version__, ENGINE_VERSION).set(1)

    def census(self, seen: Census) -> None:
        """Sets how queues and jobs stand."""
        for queue in (BULK, MODEL):
            stands = seen.queues.get(queue, QueueCensus())
            self._depth.labels(queue).set(stands.queued)
            self._running.labels(queue).set(stands.running)
            self._parked.labels(queue).set(stands.parked)
            self._oldest.labels(queue).set(stands.oldest_seconds)
        self._unfinished.set(seen.unfinished)
        ended = {(state.value, reason or NO_REASON): count for (state, reason), count in seen.ended.items()}
        self._ends |= ended.keys()
        for key in self._ends:
            self._ended.labels(*key).set(ended.get(key, 0))

    def part(self, name: str, *, up: bool) -> None:
        """Sets whether a part answers."""
        self._parts.labels(name).set(up)

    def results(self, used: int, limit: int) -> None:
        """Sets how many bytes the records of jobs take, and may."""
        self._results.set(used)
        self._results_limit.set(limit)

    def patterns(self, known: int, *, degraded: bool) -> None:
        """Sets how many patterns are known, and whether they are found as they should be."""
        self._patterns.set(known)
        self._patterns_degraded.set(degraded)

    def keys_stale(self, stale: bool) -> None:
        """Sets whether the keys are those of before, as the file cannot be used."""
        self._keys_stale.set(stale)

    def rates_degraded(self, degraded: bool) -> None:
        """Sets whether each process counts rates by itself, which gateways should share."""
        self._rates_degraded.set(degraded)

    def serving(self, *, serves: bool) -> None:
        """Sets whether this process takes new calls."""
        self._serving.set(serves)

    def certificate(self, expires: datetime) -> None:
        """Sets when the certificate that clients are shown expires."""
        self._certificate.labels("server").set(expires.timestamp())

    def lag(self, seconds: float) -> None:
        """Counts how late the event loop was."""
        self._lag.observe(seconds)
