"""From starting the process to ready, and what a process holds while it has nothing to do."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import gateways
from tests.benchmarks.table import Figure
from tests.benchmarks.timing import wall_seconds
from tests.benchmarks.usage import MEGABYTE, children, resident_bytes
from tests.integration.gateway.running import start

MOST_SECONDS = 1.5
MOST_IDLE_MEGABYTES = 120
ROUNDS = 5
#: A gateway is idle this long after it is ready.
REST_SECONDS = 1.0


def figures() -> list[Figure]:
    """Starts it some times: the first warms the disk and writes bytecode."""
    with TemporaryDirectory() as folder:
        times = [_start(Path(folder)) for _ in range(ROUNDS)]
    with gateways.running() as one, gateways.running(GATEWAY_PROCESSES="2") as two:
        time.sleep(REST_SECONDS)
        alone = resident_bytes(one.process.pid)
        parent = resident_bytes(two.process.pid)
        child = max(map(resident_bytes, children(two.process.pid)))
    held = {"a gateway process": alone, "one of two processes": child, "their parent": parent}
    return [
        Figure("start to ready", min(times), " s", 2, most=MOST_SECONDS),
        *(
            Figure(f"idle memory of {process}", resident / MEGABYTE, " MB", most=MOST_IDLE_MEGABYTES)
            for process, resident in held.items()
        ),
    ]


def _start(folder: Path) -> float:
    gateways = []
    took = wall_seconds(lambda: gateways.append(start(folder)))
    gateways[0].end()
    return took
