"""A breaker: after several failures in a row a provider is left alone for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class BreakerState(StrEnum):
    """CLOSED lets calls through, OPEN none, HALF_OPEN one that finds out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass
class Breaker:
    """Counts failures of one provider.

    Attributes:
        clock: Seconds that only go forward.
        threshold: Failures in a row that open it.
        pause: Seconds that it stays open at first; doubled each time that the call which finds out fails.
    """

    clock: Callable[[], float]
    threshold: int = 5
    pause: float = 5.0
    longest_pause: float = 60.0
    _failures: int = 0
    _open_until: float = 0.0
    _next_pause: float = 0.0
    _asking: bool = False

    @property
    def state(self) -> BreakerState:
        """Where it stands."""
        if self._failures < self.threshold:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.clock() < self._open_until or self._asking else BreakerState.HALF_OPEN

    def allows(self) -> bool:
        """Whether a call may be made; in HALF_OPEN the first that asks may."""
        match self.state:
            case BreakerState.CLOSED:
                return True
            case BreakerState.HALF_OPEN:
                self._asking = True
                return True
            case _:
                return False

    def succeeded(self) -> None:
        """A call went well."""
        self._failures, self._asking, self._next_pause = 0, False, 0.0

    def failed(self, *, fatal: bool = False) -> None:
        """A call failed; `fatal`: as every other would, so it opens at once."""
        was_open = self._failures >= self.threshold
        self._failures = self.threshold if fatal else self._failures + 1
        self._asking = False
        if self._failures >= self.threshold:
            longer = min(self._next_pause * 2, self.longest_pause) if was_open else self.pause
            self._next_pause = longer or self.pause
            self._open_until = self.clock() + self._next_pause

    def left(self) -> None:
        """A call was ended by us; it says nothing of the provider."""
        self._asking = False
