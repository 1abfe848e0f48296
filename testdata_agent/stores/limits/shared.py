"""Counts that gateways share, and the process's own for as long as nobody can ask for those."""

import time
from collections.abc import Callable
from typing import Final

from testdata_agent.stores.limits.base import Kind, LimitStore, LimitsUnreachable, Taken
from testdata_agent.stores.limits.embedded import EmbeddedLimits

#: After a failure the shared counts are left alone for so long; then one call alone tries them again.
PAUSE_SECONDS: Final = 2.0


class SharedLimits(LimitStore):
    """See LimitStore; it never raises. While the shared counts are away, each process holds clients to the whole limit.

    What this process took meanwhile is its own count's; what it took before is in that count, too.

    Args:
        shared: The counts of all.
        told: Told why when they are away, and "" when they are back; each once.
    """

    def __init__(self, shared: LimitStore, *, told: Callable[[str], None]) -> None:
        self._shared, self._told = shared, told
        self._own = EmbeddedLimits(clock_like(time.time()))
        self._again_at = 0.0
        self._trying = False
        #: Why the shared counts are away; empty: they are not.
        self.trouble = ""

    async def take(self, client_id: str, kind: Kind, amount: int, most: int) -> Taken:
        """See LimitStore."""
        if self._may_ask():
            self._trying = bool(self.trouble)
            try:
                taken = await self._shared.take(client_id, kind, amount, most)
            except LimitsUnreachable as fault:
                self._failed(fault)
            else:
                self._answered()
                if not taken.wait_seconds:
                    self._own.note(client_id, kind, amount)
                return taken
            finally:
                self._trying = False
        return await self._own.take(client_id, kind, amount, most)

    async def give_back(self, client_id: str, kind: Kind, amount: int, slot: int) -> None:
        """See LimitStore."""
        await self._own.give_back(client_id, kind, amount, slot)
        if not self.trouble:
            try:
                await self._shared.give_back(client_id, kind, amount, slot)
            except LimitsUnreachable as fault:
                self._failed(fault)

    def _may_ask(self) -> bool:
        return not self.trouble or (not self._trying and time.monotonic() >= self._again_at)

    def _failed(self, fault: LimitsUnreachable) -> None:
        self._again_at = time.monotonic() + PAUSE_SECONDS
        new = not self.trouble
        self.trouble = str(fault)
        if new:
            self._told(self.trouble)

    def _answered(self) -> None:
        if self.trouble:
            self.trouble = ""
            self._told("")


def clock_like(now: float) -> Callable[[], float]:
    """A clock that says `now` and goes forward from there, whatever becomes of the machine's."""
    offset = now - time.monotonic()
    return lambda: offset + time.monotonic()
