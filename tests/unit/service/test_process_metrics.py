"""The figures of processes are the system's, and counters never go back."""

import os
import subprocess
import sys
import time
from pathlib import Path

from prometheus_client import CollectorRegistry

from testdata_agent.service.process_metrics import ProcessMetrics, processes_of

SPENDING = "import sys\nfor _ in range(10**7): pass\nprint(flush=True)\nsys.stdin.read()"


def value(registry: CollectorRegistry, name: str) -> float:
    found = registry.get_sample_value(name)
    assert found is not None
    return found


def registered(pids: list[int]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(ProcessMetrics(lambda: pids))
    return registry


def test_the_figures_are_those_of_the_process() -> None:
    registry = registered([os.getpid()])
    spent = sum(os.times()[:2])
    assert abs(value(registry, "process_cpu_seconds_total") - spent) < 1
    assert 10e6 < value(registry, "process_resident_memory_bytes") < 4e9
    assert value(registry, "process_open_fds") >= 3
    assert 0 < time.time() - value(registry, "process_start_time_seconds") < 86_400
    assert value(registry, "testdata_processes") == 1


def test_several_processes_are_summed_and_what_an_ended_one_spent_still_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", SPENDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        pids = [os.getpid(), child.pid]
        registry = registered(pids)
        assert value(registry, "testdata_processes") == 2
        alone = value(registered([os.getpid()]), "process_resident_memory_bytes")
        assert value(registry, "process_resident_memory_bytes") > alone
        both = value(registry, "process_cpu_seconds_total")
        own = value(registered([os.getpid()]), "process_cpu_seconds_total")
        assert both > own + 0.05
        child.kill()
    assert value(registry, "testdata_processes") == 1
    assert value(registry, "process_cpu_seconds_total") >= both


def test_processes_are_known_by_the_files_that_they_write(tmp_path: Path) -> None:
    for name in ("counter_12.db", "gauge_livesum_7.db", "histogram_12.db", "other.txt"):
        (tmp_path / name).touch()
    assert processes_of(tmp_path) == {7, 12}
