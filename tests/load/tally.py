"""What the callers saw: how many calls of each kind, how long they took, and what was wrong."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

#: Of each kind of fault so many are told in words.
_TOLD = 5


class Wrong(Exception):  # noqa: N818 - a finding, of which the run goes on
    """Something came back that is not as it must be."""


@dataclass
class Kind:
    """Calls of one kind.

    Attributes:
        took: (seconds since the start, seconds that it took) of each that went well.
        interrupted: Ended by a gateway that was killed meanwhile, as they may be.
    """

    took: list[tuple[float, float]] = field(default_factory=list)
    records: int = 0
    interrupted: int = 0
    wrong: int = 0


class Tally:
    """Of one run."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.kinds: defaultdict[str, Kind] = defaultdict(Kind)
        self._told: Counter[str] = Counter()
        self.findings: list[str] = []

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def well(self, kind: str, seconds: float, records: int) -> None:
        """A call went as it must."""
        self.kinds[kind].took.append((self.now, seconds))
        self.kinds[kind].records += records

    def interrupted(self, kind: str) -> None:
        """A call was ended by a gateway that was killed."""
        self.kinds[kind].interrupted += 1

    def wrong(self, kind: str, words: str) -> None:
        """A call went otherwise than it must."""
        self.kinds[kind].wrong += 1
        self._told[kind] += 1
        if self._told[kind] <= _TOLD:
            self.findings.append(f"{self.now:6.1f} s, {kind}: {words[:1000]}")

    @property
    def mistakes(self) -> int:
        """How many calls went wrong."""
        return sum(kind.wrong for kind in self.kinds.values())


def percentile(seconds: list[float], share: float) -> float:
    """The value below which that share lies; 0 of none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
