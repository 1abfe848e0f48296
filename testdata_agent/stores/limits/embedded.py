"""Counts within one process, for one thread: they end with it, and other processes have their own."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from testdata_agent.stores.limits.base import SLOT_SECONDS, WINDOW_SECONDS, Kind, LimitStore, Taken

#: Counts that are looked through for those that are over, each time that so many were made.
_SWEEP: Final = 1000


class EmbeddedLimits(LimitStore):
    """See LimitStore.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, Kind], _Count] = {}

    async def take(self, client_id: str, kind: Kind, amount: int, most: int) -> Taken:
        """See LimitStore."""
        now = self._clock()
        slot = int(now)
        count = self._count(client_id, kind, slot)
        free_at = count.free_at(amount, most, slot)
        if free_at > slot:
            return Taken(free_at - now, slot)
        count.add(amount, slot)
        return Taken(0.0, slot)

    async def give_back(self, client_id: str, kind: Kind, amount: int, slot: int) -> None:
        """See LimitStore."""
        count = self._counts.get((client_id, kind))
        if count is not None:
            count.remove(amount, slot)

    def note(self, client_id: str, kind: Kind, amount: int) -> None:
        """Counts what was taken elsewhere, whatever the most is."""
        slot = int(self._clock())
        self._count(client_id, kind, slot).add(amount, slot)

    def _count(self, client_id: str, kind: Kind, slot: int) -> "_Count":
        count = self._counts.get((client_id, kind))
        if count is None:
            if len(self._counts) % _SWEEP == _SWEEP - 1:
                self._counts = {key: held for key, held in self._counts.items() if held.forget(slot)}
            count = self._counts[client_id, kind] = _Count()
        count.forget(slot)
        return count


class _Count:
    """What one client took of a kind: (second, amount), oldest first, and their sum."""

    __slots__ = ("_slots", "_sum")

    def __init__(self) -> None:
        self._slots: deque[list[int]] = deque()
        self._sum = 0

    def forget(self, slot: int) -> bool:
        """Drops what lies too far back; whether anything is left."""
        while self._slots and _end(self._slots[0][0]) <= slot:
            self._sum -= self._slots.popleft()[1]
        return bool(self._slots)

    def free_at(self, amount: int, most: int, slot: int) -> int:
        """The second from which on `amount` more would be within `most`."""
        over = self._sum + amount - most
        at = slot
        for begun, taken in self._slots:
            if over <= 0:
                break
            over -= taken
            at = _end(begun)
        return at

    def add(self, amount: int, slot: int) -> None:
        if self._slots and self._slots[-1][0] == slot:
            self._slots[-1][1] += amount
        else:
            self._slots.append([slot, amount])
        self._sum += amount

    def remove(self, amount: int, slot: int) -> None:
        for held in self._slots:
            if held[0] == slot:
                given = min(amount, held[1])
                held[1] -= given
                self._sum -= given


def _end(slot: int) -> int:
    """The first second in which what was counted in `slot` counts no more."""
    return slot + WINDOW_SECONDS + SLOT_SECONDS
