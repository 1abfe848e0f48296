"""A real gateway process, and ways to ask it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc

SERVICE = "testdata.v1.TestDataService"
JOB_SERVICE = "testdata.v1.JobService"
SCHEMA_SERVICE = "testdata.v1.SchemaService"
REPOSITORY = Path(__file__).parents[3]
#: How long a test waits for what must come; it passes as soon as it does.
PATIENCE_SECONDS = 30.0


def eventually(happened: Callable[[], Any], what: str) -> Any:
    """Polls until `happened` gives something true, and gives that."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        result = happened()
        if result:
            return result
        time.sleep(0.02)
    pytest.fail(f"it never came about: {what}")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def environment(**settings: str) -> dict[str, str]:
    """A clean environment with these settings."""
    kept = ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT", "LANG", "COVERAGE_PROCESS_START")
    return {name: os.environ[name] for name in kept if name in os.environ} | settings


@dataclass
class Gateway:
    """A running gateway and ways to ask it."""

    process: subprocess.Popen[bytes]
    grpc_port: int
    http_port: int
    log_file: Path
    channels: list[grpc.Channel] = field(default_factory=list)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.grpc_port}"

    def channel(self, **options: Any) -> grpc.Channel:
        self.channels.append(grpc.insecure_channel(self.target, **options))
        return self.channels[-1]

    def raw(self, method: str) -> Callable[[bytes], bytes]:
        """Calls a method of ours with bytes and gives bytes."""
        call: Any = self.channel().unary_unary(f"/{SERVICE}/{method}")
        return partial(call)

    def raw_stream(self, method: str) -> Callable[[bytes], list[bytes]]:
        """As `raw`, for methods that stream."""
        call: Any = self.channel().unary_stream(f"/{SERVICE}/{method}")
        return lambda data: list(call(data))

    def stub(self, **options: Any) -> pb_grpc.TestDataServiceStub:
        return pb_grpc.TestDataServiceStub(self.channel(**options))

    def http(self, path: str, method: str = "GET") -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def ready(self) -> bool:
        try:
            return self.http("/health/ready")[0] == 200
        except OSError:
            return False

    def metric(self, line_start: str) -> float:
        """The sum of all samples whose line begins so; 0 where there is none."""
        lines = self.http("/metrics")[1].splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(line_start))

    def logs(self) -> list[dict[str, Any]]:
        text = self.log_file.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def logged(self, event: str, request_id: str) -> dict[str, Any]:
        """The log line of that event and call, once it is written."""

        return self._logged(event, "request_id", request_id)

    def logged_job(self, event: str, job_id: str) -> dict[str, Any]:
        """The log line of that event and job, once it is written."""
        return self._logged(event, "job_id", job_id)

    def _logged(self, event: str, name: str, value: str) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            lines = (line for line in self.logs() if line["event"] == event)
            return next((line for line in lines if line.get(name) == value), None)

        line: dict[str, Any] = eventually(found, f"{event} of {value} in the log")
        return line

    def end(self) -> int:
        """Asks it to end, and gives the exit code."""
        for channel in self.channels:
            channel.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def start(folder: Path, **settings: str) -> Gateway:
    grpc_port, http_port = free_ports(2)
    log_file = folder / f"gateway-{grpc_port}.log"
    ports = {"GRPC_PORT": str(grpc_port), "HTTP_PORT": str(http_port), "GATEWAY_HOST": "127.0.0.1"}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway"],
            cwd=REPOSITORY,
            env=environment(**{**ports, **settings}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    gateway = Gateway(process, grpc_port, http_port, log_file)

    def up() -> bool:
        assert process.poll() is None, f"the gateway ended: {log_file.read_text()}"
        return gateway.ready()

    try:
        eventually(up, "the gateway is ready")
    except BaseException:
        gateway.end()
        raise
    return gateway


@dataclass(frozen=True)
class Refused:
    """A refusal as a client reads it."""

    code: grpc.StatusCode
    text: str
    reason: str
    domain: str
    request_id: str
    violations: dict[str, str]


def refusal_of(call: Callable[[], Any]) -> Refused:
    """Makes a call that must be refused, and reads the rich error."""
    with pytest.raises(grpc.RpcError) as raised:
        call()
    error: Any = raised.value
    status = rpc_status.from_call(error)
    assert status is not None, f"{error.code()}: {error.details()} carries no details"
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    violations = {violation.field: violation.reason for violation in bad.field_violations}
    return Refused(error.code(), error.details(), info.reason, info.domain, info.metadata["request_id"], violations)


def cart_request(count: int = 3, **fields: Any) -> pb.GenerateRequest:
    """A request for carts."""
    return pb.GenerateRequest(entity="cart", count=count, **fields)
