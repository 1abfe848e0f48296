"""How many calls a client may make in a minute, and what becomes of records that were counted and not made."""

import asyncio
from typing import Any, Final

from typing_extensions import override

from gateway.interceptors.base import Call, Interceptor
from gateway.rates import Rates

#: Asking how the server is, and what it understands, is no use of it.
_FREE: Final = frozenset({"HealthCheck", "ServerReflectionInfo"})


class RateLimits(Interceptor):
    """Counts every call but those of _FREE, before anything is done for it; refused ones of ours count nothing."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._giving: set[asyncio.Task[None]] = set()

    @override
    async def admits(self, call: Call, request: Any) -> None:
        if call.method not in _FREE:
            await self._rates.take_request(call)

    @override
    def after(self, call: Call) -> None:
        # A job goes on without its caller, and what it makes was asked for.
        if call.charged is None or call.status == "OK" or call.job is not None:
            return
        records, slot = call.charged
        if records > call.records:
            task = asyncio.create_task(self._rates.give_back(call, records - call.records, slot))
            self._giving.add(task)
            task.add_done_callback(self._giving.discard)
