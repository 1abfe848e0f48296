"""A span around every call; in the chain only when tracing is on."""

from typing import Any

from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor
from testdata_agent.service.logs import MAX_LOGGED_ID
from testdata_agent.service.tracing import Tracing


class CallTracing(Interceptor):
    """Opens a server span, continuing the caller's trace."""

    def __init__(self, tracing: Tracing) -> None:
        self._tracing = tracing
        self._open: dict[int, Any] = {}

    @override
    def began(self, call: Call, request: Any) -> None:
        metadata = call.context.invocation_metadata()
        self._open[id(call)] = self._tracing.begin(call.method, metadata, call.request_id[:MAX_LOGGED_ID])

    @override
    def ended(self, call: Call) -> None:
        self._tracing.end(self._open.pop(id(call)), call.status)
