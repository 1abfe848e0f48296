"""One line a call: who, what, how it ended, how long it took."""

from structlog.typing import FilteringBoundLogger
from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor
from testdata_agent.service.logs import MAX_LOGGED_ID

#: Ends that an operator should look at.
_FAULTS = frozenset({"INTERNAL", "UNKNOWN"})


class RequestLog(Interceptor):
    """Logs `request` at the end of each call."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._info = log.info
        self._error = log.error

    @override
    def after(self, call: Call) -> None:
        write = self._error if call.status in _FAULTS else self._info
        write(
            "request",
            request_id=call.request_id[:MAX_LOGGED_ID],
            client=call.caller.client_id[:MAX_LOGGED_ID],
            method=call.method,
            status=call.status,
            reason=call.reason,
            path=call.path,
            domain=call.domain,
            entity=call.entity,
            **({} if call.job is None else {"job_id": call.job.job_id}),
            records=call.records,
            bytes=call.sent_bytes,
            duration_ms=round(call.duration_seconds * 1000, 3),
        )
