"""Waiting for what comes about by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def within(seconds: float, holds: Callable[[], Awaitable[bool]]) -> None:
    """Looks again and again until something holds; fails when it does not in so many seconds."""
    end = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < end, "it does not hold in time"
        await asyncio.sleep(0.02)
