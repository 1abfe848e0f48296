"""What processes hold, looked at again and again."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.usage import MEGABYTE, resident_bytes
from tests.load.service import Service

_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at one process; memory is resident, in MB."""

    at: float
    memory: float
    descriptors: int
    threads: int


@dataclass
class Life:
    """One process from its first look to its last."""

    role: str
    pid: int
    samples: list[Sample] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it was looked at."""
        return self.samples[-1].at - self.samples[0].at


class Watch:
    """Of all processes of a service, from now on."""

    def __init__(self, service: Service) -> None:
        self._service, self._began = service, time.monotonic()
        self._lives: dict[int, Life] = {}

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            self.look()
            await asyncio.sleep(_EVERY_SECONDS)

    def look(self) -> None:
        """Once, at all that runs."""
        for role, pid in self._service.processes():
            if sample := _sample(pid, time.monotonic() - self._began):
                self._lives.setdefault(pid, Life(role, pid)).samples.append(sample)

    def lives(self) -> list[Life]:
        """Of each role the process that was watched for longest; of a pool every one that still runs."""
        return sorted(self._lives.values(), key=lambda life: (life.role, -life.seconds))


def _sample(pid: int, at: float) -> Sample | None:
    try:
        folder = Path(f"/proc/{pid}")
        descriptors = len(list((folder / "fd").iterdir()))
        threads = len(list((folder / "task").iterdir()))
        return Sample(at, resident_bytes(pid) / MEGABYTE, descriptors, threads)
    except (FileNotFoundError, ProcessLookupError):
        return None  # it has just ended
