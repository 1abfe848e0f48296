"""The service under load: `testdata up` in a folder of its own, over the model's stand-in."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from testdata_agent.client import AsyncClient, ClientError, Health
from tests.benchmarks.usage import children
from tests.integration.gateway.running import environment, free_ports
from tests.standin.server import StandIn

#: So short that what is kept for a time is as much at the end of a long run as in its middle.
KEPT_SECONDS = 60
#: How long a start, or an end, may take on a machine that does other work too.
_PATIENCE_SECONDS = 90.0
FLOWER, REDIS = "Flower", "Redis"
_ROLES = {
    "gateway.main": "gateway",
    "-Q bulk": "bulk worker",
    "-Q model": "model worker",
    "worker flower": FLOWER,
    "-server 127.0.0.1": REDIS,
}
#: What the prefork pool of a worker consists of.
POOL_PROCESS = "bulk worker's pool"


class Service:
    """What runs.

    Attributes:
        target: The gateway's gRPC port.
        metrics_url: Of the gateway.
        standin: The model, which fails on demand.
        folder: Its state and its logs.
    """

    def __init__(self, folder: Path, standin: StandIn) -> None:
        self.folder, self.standin = folder, standin
        grpc_port, http_port, flower_port = free_ports(3)
        self.target = f"127.0.0.1:{grpc_port}"
        self.metrics_url = f"http://127.0.0.1:{http_port}/metrics"
        settings = {
            "TESTDATA_HOME": str(folder),
            "GATEWAY_HOST": "127.0.0.1",
            "GRPC_PORT": str(grpc_port),
            "HTTP_PORT": str(http_port),
            "FLOWER_PORT": str(flower_port),
            "ANTHROPIC_API_KEY": "sk-of-the-stand-in",
            "ANTHROPIC_BASE_URL": standin.url,
            "LLM_STALL_SECONDS": "3",
            "CACHE_TTL_SECONDS": str(KEPT_SECONDS),
            "JOBS_TTL_SECONDS": str(KEPT_SECONDS),
        }
        with (folder / "up.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "testdata_agent.cli.main", "up"],
                cwd=folder,
                env=environment(**settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def processes(self) -> Iterator[tuple[str, int]]:
        """(role, pid) of all that runs just now."""
        for pid in (self._process.pid, *_below(self._process.pid)):
            if role := _role(pid):
                yield role, pid

    def pids(self, role: str) -> list[int]:
        """Of the processes of a role."""
        return [pid for found, pid in self.processes() if found == role]

    def signal(self, role: str, number: signal.Signals) -> None:
        """Sends a signal to the first process of a role, where one runs."""
        for pid in self.pids(role)[:1]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return  # it has just ended by itself

    async def whole(self) -> float:
        """Waits until every part answers; gives how long that took.

        Raises:
            RuntimeError: The service ended, or a part did not come back.
        """
        began = time.monotonic()
        async with AsyncClient(self.target) as client:
            while not await self._is_whole(client.health):
                if self._process.poll() is not None:
                    raise RuntimeError(f"the service ended: {(self.folder / 'up.log').read_text()}")
                if time.monotonic() - began > _PATIENCE_SECONDS:
                    raise RuntimeError("a part of the service did not come back")
                await asyncio.sleep(0.1)
        return time.monotonic() - began

    async def recovered(self) -> float:
        """Waits until every part answers and jobs of both kinds, submitted now, have ended; gives how long that took.

        Raises:
            RuntimeError: A part, or a job, did not come to it.
        """
        began = time.monotonic()
        await self.whole()
        async with AsyncClient(self.target) as client:
            for job in (
                await client.jobs.submit("user", count=5),
                await client.jobs.submit("cart", count=1, context="Carts that show that models are asked again"),
            ):
                if not (await client.jobs.wait(job.job_id, seconds=_PATIENCE_SECONDS)).state.finished:
                    raise RuntimeError(f"{job.job_id} does not end")
        return time.monotonic() - began

    async def _is_whole(self, look: Callable[[], Awaitable[Health]]) -> bool:
        try:
            parts = (await look()).components
        except ClientError:
            return False
        workers = parts["worker"]
        return (parts["redis"], parts["patterns"]) == ("operational", "embedded") and workers.startswith("2 running")

    def end(self) -> int:
        """Asks it to end; gives the exit code."""
        self._process.terminate()
        try:
            return self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    """The service, which ends with the block."""
    with StandIn(first_token=0.1, rate=2000.0) as standin:
        service = Service(folder, standin)
        try:
            yield service
        finally:
            service.end()


def _below(pid: int) -> Iterator[int]:
    try:
        found = children(pid)
    except (FileNotFoundError, ProcessLookupError):
        return  # it has just ended
    for child in found:
        yield child
        yield from _below(child)


def _role(pid: int) -> str:
    """What a process is; empty where it is none of ours, or has ended."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    role = next((name for sign, name in _ROLES.items() if sign in words), "")
    if role == "bulk worker" and _role(int(parent)) in {"bulk worker", POOL_PROCESS}:
        return POOL_PROCESS
    return role
