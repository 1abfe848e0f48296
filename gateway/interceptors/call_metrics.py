"""Counts and times every call."""

from typing import Any

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import NONE, Call, Interceptor
from gateway.metrics import Metrics
from testdata_agent.service.labels import Clients


class CallMetrics(Interceptor):
    """Feeds the request counters and the gauge of calls in flight."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._clients = Clients()

    @override
    def began(self, call: Call, request: Any) -> None:
        self._metrics.in_flight.inc()

    @override
    def refused(self, call: Call, refusal: Refusal) -> None:
        self._metrics.refused(refusal.reason, refusal.status.name)
        if refusal.violations:
            self._metrics.validation_errors.inc(len(refusal.violations))

    @override
    def after(self, call: Call) -> None:
        metrics = self._metrics
        metrics.in_flight.dec()
        metrics.rpc(call.method, call.status)
        metrics.client(self._clients.of(call.caller.client_id), call.status, call.records)
        if call.domain is not NONE:
            metrics.request(call.path, call.domain, call.entity, call.status)
        if call.records:
            metrics.generated(call.path, call.duration_seconds, call.records)
        if call.first_record_seconds:
            metrics.first_record(call.path, call.first_record_seconds)
        if call.grown is not None:
            metrics.rejected(call.grown.rejected)
