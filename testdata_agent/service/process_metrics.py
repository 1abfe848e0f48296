"""Memory, time and files of the processes of one part, summed, under the names that Prometheus' clients use.

Read from /proc; where there is none (macOS), only their number is told.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ProcessMetrics(Collector):
    """The sums over the processes that `pids` gives when it is asked. Pages that they share count in each of them."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._seconds: dict[int, float] = {}
        #: Of processes that have ended, so that the counter never goes back.
        self._seconds_before = 0.0

    @override
    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        usages = {pid: usage for pid in self._pids() if (usage := _usage(pid)) is not None}
        yield GaugeMetricFamily("testdata_processes", "Processes that work together here.", len(usages))
        if not usages or not _PROC.is_dir():
            return
        self._seconds_before += sum(spent for pid, spent in self._seconds.items() if pid not in usages)
        self._seconds = {pid: usage[0] for pid, usage in usages.items()}
        seconds = self._seconds_before + sum(self._seconds.values())
        yield CounterMetricFamily("process_cpu_seconds", "Processor time of all processes, in seconds.", seconds)
        resident = sum(usage[1] for usage in usages.values())
        yield GaugeMetricFamily("process_resident_memory_bytes", "Resident memory of all processes.", resident)
        files = sum(usage[2] for usage in usages.values())
        yield GaugeMetricFamily("process_open_fds", "Open file descriptors of all processes.", files)
        began = min(usage[3] for usage in usages.values())
        yield GaugeMetricFamily("process_start_time_seconds", "When the first of them began, since the epoch.", began)


def processes_of(folder: Path) -> set[int]:
    """The ids in the names of the files that prometheus_client's processes write to a folder."""
    return {int(pid) for path in folder.glob("*_*.db") if (pid := path.stem.rpartition("_")[2]).isdigit()}


def _usage(pid: int) -> tuple[float, int, int, float] | None:
    """(seconds of processor time, resident bytes, open files, start since the epoch); None: it has ended."""
    try:
        if not _PROC.is_dir():
            os.kill(pid, 0)
            return 0.0, 0, 0, 0.0
        # The second field is the program's name in brackets, and may hold anything.
        fields = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        open_files = sum(1 for _ in (_PROC / str(pid) / "fd").iterdir())
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    seconds = (int(fields[11]) + int(fields[12])) / _TICKS
    return seconds, int(fields[21]) * _PAGE_BYTES, open_files, _booted_at() + int(fields[19]) / _TICKS


@cache
def _booted_at() -> float:
    lines = (_PROC / "stat").read_text(encoding="utf-8").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("btime")))
