"""How the parts are that come and go by themselves: looked at when somebody asks, and not too often."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from testdata_agent.stores.queue.base import QueueFault
from testdata_agent.stores.results.base import ResultFault

#: What was seen so long ago is given as it is; older, it is looked up meanwhile; older still, it is waited for.
_FRESH_SECONDS: Final = 3.0
_STALE_SECONDS: Final = 5.0
#: A part that says nothing for so long does not answer.
_LOOK_SECONDS: Final = 1.5

OPERATIONAL: Final = "operational"
UNREACHABLE: Final = "unreachable"
#: Names of workers that are told one by one; of more, only how many there are.
_NAMED_WORKERS: Final = 4

#: Says how a part is, in a word or a few.
Look = Callable[[], Awaitable[str]]


class Lookout:
    """Keeps what was seen last of each part.

    Args:
        looks: Part to how it is looked at; no look raises.
    """

    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = dict(looks)
        self._seen_at = -_STALE_SECONDS * 2
        self._looking: asyncio.Task[None] | None = None
        self.seen: dict[str, str] = {}

    async def look(self) -> None:
        """Returns when what is seen is new enough; at once, most of the time."""
        age = time.monotonic() - self._seen_at
        if not self._looks or age < _FRESH_SECONDS:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        if age > _STALE_SECONDS:
            await asyncio.shield(self._looking)  # others may wait for it too

    async def _look(self) -> None:
        states = await asyncio.gather(*[_bounded(look) for look in self._looks.values()])
        self.seen = dict(zip(self._looks, states, strict=True))
        self._seen_at = time.monotonic()


async def _bounded(look: Look) -> str:
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            return await look()
    except TimeoutError:
        return UNREACHABLE


def redis(ping: Callable[[], Awaitable[None]]) -> Look:
    """How Redis is: operational or unreachable."""

    async def look() -> str:
        try:
            await ping()
        except ResultFault:
            return UNREACHABLE
        return OPERATIONAL

    return look


def workers(names: Callable[[], Awaitable[tuple[str, ...]]]) -> Look:
    """Which workers run. That there are none is a fact: they may be started later."""

    async def look() -> str:
        try:
            running = await names()
        except QueueFault:
            return "unknown: the queue cannot be reached"
        if not running:
            return "none running"
        shown = ": " + ", ".join(sorted(running)) if len(running) <= _NAMED_WORKERS else ""
        return f"{len(running)} running{shown}"

    return look
