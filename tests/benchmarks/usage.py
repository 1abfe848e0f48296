"""What processes use, as Linux counts it."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_000_000


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes so far, all threads, without their children."""
    return sum(_cpu_seconds(pid) for pid in pids)


def resident_bytes(pid: int) -> int:
    """Resident memory now."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES


def children(pid: int) -> list[int]:
    """The processes that `pid` has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


class MemorySampler:
    """Looks at a process's resident memory again and again, for a `with` block.

    Attributes:
        samples: Bytes, in order.
    """

    def __init__(self, pid: int, every_seconds: float = 0.1) -> None:
        self._pid, self._pause = pid, every_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.samples: list[int] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        self.samples.append(resident_bytes(self._pid))

    def growth(self) -> int:
        """From the highest of the first third to the highest of the last, in bytes; a flat course gives about 0."""
        third = max(1, len(self.samples) // 3)
        return max(self.samples[-third:]) - max(self.samples[:third])

    def _look(self) -> None:
        while not self._done.wait(self._pause):
            self.samples.append(resident_bytes(self._pid))


def _cpu_seconds(pid: int) -> float:
    # The second field, a name in parentheses, may hold blanks; user and system time are the 12th and 13th after it.
    after = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(after[11]) + int(after[12])) * _TICK_SECONDS
