"""How late the event loop comes to what is due: the time that every call waits beside its own."""

import asyncio
from typing import Final

from gateway.state_metrics import StateMetrics

_EVERY_SECONDS: Final = 0.5


async def watch_lag(metrics: StateMetrics) -> None:
    """Counts it until it is cancelled."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + _EVERY_SECONDS
        await asyncio.sleep(_EVERY_SECONDS)
        metrics.lag(max(0.0, clock() - due))
