"""Timing on a machine that does other work too: things to be compared take turns, and the best of each counts."""

import time
from collections.abc import Callable, Mapping

Work = Callable[[], object]


def cpu_seconds(work: Work) -> float:
    """CPU time of this process for it: what others take from a busy machine is not counted, on either side."""
    start = time.process_time()
    work()
    return time.process_time() - start


def wall_seconds(work: Work) -> float:
    """How long it takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best_of_turns(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The least CPU time of each, in seconds, over rounds in which every one has its turn."""
    best = dict.fromkeys(works, float("inf"))
    for _ in range(rounds):
        for name, work in works.items():
            best[name] = min(best[name], cpu_seconds(work))
    return best
