"""The command and the gateway as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "testdata_agent.cli.main"]
#: What the caller's shell may hold and a test must not see.
FOREIGN = ("TESTDATA_SERVER", "TESTDATA_HOME", "GRPC_PORT", "HTTP_PORT", "ANTHROPIC_API_KEY", "VLLM_BASE_URL")


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without what steers the command, and with `variables`."""
    root = str(Path(__file__).parents[3])
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "PYTHONPATH": root, **variables}


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: bytes
    err: str


@pytest.fixture
def testdata(tmp_path: Path) -> Callable[..., Ended]:
    """Runs `testdata` with these words in a folder of the test's own, until it ends."""

    def run(*words: str, **variables: str) -> Ended:
        done = subprocess.run(
            [*COMMAND, *words], env=clean_environment(**variables), cwd=tmp_path, capture_output=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode())

    return run


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts `testdata` with these words and leaves it running; what still runs at the test's end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, variables: dict[str, str] | None = None, **options: Any) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [*COMMAND, *words], env=clean_environment(**(variables or {})), cwd=tmp_path, **options
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class Gateway:
    """A gateway process."""

    process: "subprocess.Popen[bytes]"
    target: str


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[Callable[[], Gateway]]:
    """Starts a gateway on ports of its own; returns when it is ready."""
    started: list[Gateway] = []

    def begin() -> Gateway:
        gateway = launch_gateway(tmp_path)
        started.append(gateway)
        return gateway

    yield begin
    for gateway in started:
        gateway.process.kill()
        gateway.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`host:port` of a gateway that the module's tests share."""
    gateway = launch_gateway(tmp_path_factory.mktemp("gateway"))
    yield gateway.target
    gateway.process.send_signal(signal.SIGTERM)
    gateway.process.wait()


def launch_gateway(folder: Path) -> Gateway:
    """Starts a gateway and waits until it is ready."""
    grpc_port, http_port = free_ports(2)
    variables = clean_environment(GRPC_PORT=str(grpc_port), HTTP_PORT=str(http_port))
    log = (folder / "gateway.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "gateway.main"], env=variables, cwd=folder, stdout=log, stderr=log
    )
    log.close()
    while not is_ready(http_port):
        assert process.poll() is None, (folder / "gateway.log").read_text()
        time.sleep(0.05)
    return Gateway(process, f"localhost:{grpc_port}")


def is_ready(http_port: int) -> bool:
    """Whether a gateway's readiness probe says so."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http_port}/health/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
