"""`make load-ghz`: calls and streams as ghz measures them, a client that shares no code with the service.

ghz learns the contract from the gateway by reflection. Every row is the best of some turns; the machine is shared by
ghz and the gateway, so the last columns are what both reach together.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import gateways
from tests.benchmarks.markdown import table
from tests.benchmarks.usage import MEGABYTE, cpu_seconds, resident_bytes
from tests.integration.gateway.running import REPOSITORY, SERVICE, Gateway

_TURNS = 3


@dataclass(frozen=True, slots=True)
class Course:
    """One row.

    Attributes:
        clients: At once, each over a connection of its own.
        calls: In all.
    """

    method: str
    request: dict[str, Any]
    clients: int
    calls: int

    @property
    def name(self) -> str:
        """What is asked for."""
        way = "stream of " if self.method == "GenerateDataStream" else ""
        return f"{way}{self.request['count']:,} {self.request['entity']}s"


_CARTS = {"entity": "cart", "count": 10}
_COURSES = (
    *[Course("GenerateData", _CARTS, clients, 2000) for clients in (1, 4, 16, 50)],
    Course("GenerateData", {"entity": "order", "count": 10}, 16, 2000),
    Course("GenerateData", {"entity": "user", "count": 1000}, 4, 200),
    Course("GenerateDataStream", {"entity": "cart", "count": 1000}, 4, 100),
    Course("GenerateDataStream", {"entity": "user", "count": 20_000}, 1, 8),
    Course("GenerateDataStream", {"entity": "user", "count": 20_000}, 4, 16),
)
_HEAD = ("calls", "clients", "calls/s", "p50 ms", "p95 ms", "p99 ms", "failed", "server CPU ms a call")


def main() -> int:
    """Prints the table; the exit code is 1 when a call failed."""
    program = subprocess.run(["tools/go-tool", "ghz"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    with gateways.running() as gateway:
        rows = [_measured(Path(program.stdout), gateway, course) for course in _COURSES]
        held = resident_bytes(gateway.process.pid) / MEGABYTE
    for line in table(_HEAD, rows):
        print(line)
    print(f"memory of the gateway at the end: {held:.0f} MB")
    return 1 if any(row[_HEAD.index("failed")] != "0" for row in rows) else 0


def _measured(program: Path, gateway: Gateway, course: Course) -> Sequence[str]:
    best: dict[str, Any] = {}
    least_cpu, failed = float("inf"), 0
    for _ in range(_TURNS):
        before = cpu_seconds([gateway.process.pid])
        told = _turn(program, gateway.target, course)
        least_cpu = min(least_cpu, (cpu_seconds([gateway.process.pid]) - before) / course.calls)
        failed += course.calls - told["statusCodeDistribution"].get("OK", 0)
        best = max(best, told, key=lambda one: one.get("rps", 0.0))
    times = {one["percentage"]: one["latency"] / 1e6 for one in best["latencyDistribution"]}
    percentiles = [f"{times[share]:.2f}" for share in (50, 95, 99)]
    rate = f"{best['rps']:,.0f}" if best["rps"] >= 10 else f"{best['rps']:.1f}"
    return [course.name, f"{course.clients}", rate, *percentiles, f"{failed}", f"{least_cpu * 1000:.2f}"]


def _turn(program: Path, target: str, course: Course) -> dict[str, Any]:
    clients = f"{course.clients}"
    words = ["--insecure", "--call", f"{SERVICE}/{course.method}", "--data", json.dumps(course.request)]
    words += ["--concurrency", clients, "--connections", clients, "--total", f"{course.calls}", "--format", "json"]
    done = subprocess.run([program, *words, target], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"ghz ended with {done.returncode}: {done.stderr}{done.stdout[-500:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


if __name__ == "__main__":
    sys.exit(main())
