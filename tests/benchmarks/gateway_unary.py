"""Unary calls of ten records beside a bare echo of the same bytes: one after another, and from 50 clients at once."""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.benchmarks import echo, gateways
from tests.benchmarks.table import Figure
from tests.benchmarks.usage import cpu_seconds

#: The most that a call may take, in calls of the echo, and the share of the echo's calls that clients must get.
LATENCY_RATIO, THROUGHPUT_SHARE = 1.7, 0.40
ROUNDS = 8
SEQUENTIAL_CALLS = 250
CLIENTS = 50
CALLS_PER_CLIENT = 30
RECORDS = 10
ENTITIES = ("cart", "user", "payment")


@dataclass(slots=True)
class Measured:
    """The best that one server did, over all rounds."""

    p50_seconds: float = float("inf")
    calls_per_second: float = 0.0
    cpu_seconds_per_call: float = float("inf")


def figures() -> list[Figure]:
    """Of every entity that has a target."""
    return [figure for entity in ENTITIES for figure in _of(pb.GenerateRequest(entity=entity, count=RECORDS))]


def _of(request: pb.GenerateRequest) -> list[Figure]:
    with ExitStack() as stack:
        gateway = stack.enter_context(gateways.running())
        answer = gateway.stub().GenerateData(request)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        echo_pid, echo_port = stack.enter_context(echo.running(answer.SerializeToString(), folder))
        servers = {"gateway": (gateway.process.pid, gateway.grpc_port), "echo": (echo_pid, echo_port)}
        measured = asyncio.run(_measure(servers, request))
    ours, bare = measured["gateway"], measured["echo"]
    name, share = f"{RECORDS} {request.entity}s", f"calls/s of {CLIENTS} clients"
    latency = ours.p50_seconds / bare.p50_seconds
    cpu = ours.cpu_seconds_per_call / bare.cpu_seconds_per_call
    rate, reference = ours.calls_per_second, bare.calls_per_second
    return [
        Figure(
            f"{name}: latency, of the echo's ({bare.p50_seconds * 1e3:.2f} ms)", latency, "x", 2, most=LATENCY_RATIO
        ),
        Figure.share(f"{name}: {share}, of the echo's ({reference:,.0f})", rate, reference, least=THROUGHPUT_SHARE),
        Figure(f"{name}: {share}", rate),
        Figure(f"{name}: server CPU, of the echo's ({bare.cpu_seconds_per_call * 1e6:.0f} us a call)", cpu, "x", 2),
    ]


async def _measure(servers: Mapping[str, tuple[int, int]], request: pb.GenerateRequest) -> dict[str, Measured]:
    """The servers take turns, the other resting meanwhile."""
    measured = {name: Measured() for name in servers}
    for _ in range(ROUNDS):
        for name, (pid, port) in servers.items():
            await _sequential(port, request, measured[name])
            await _side_by_side(pid, port, request, measured[name])
    return measured


async def _sequential(port: int, request: pb.GenerateRequest, measured: Measured) -> None:
    async with _channel(port, 0) as channel:
        call = _call(channel)
        await call(request)
        times = []
        for _ in range(SEQUENTIAL_CALLS):
            start = time.perf_counter()
            await call(request)
            times.append(time.perf_counter() - start)
    measured.p50_seconds = min(measured.p50_seconds, statistics.median(times))


async def _side_by_side(pid: int, port: int, request: pb.GenerateRequest, measured: Measured) -> None:
    """Each client has a connection of its own."""
    channels = [_channel(port, number) for number in range(CLIENTS)]
    try:
        calls = [_call(channel) for channel in channels]
        await asyncio.gather(*(call(request) for call in calls))

        async def client(call: Callable[[pb.GenerateRequest], Any]) -> None:
            for _ in range(CALLS_PER_CLIENT):
                await call(request)

        before, start = cpu_seconds([pid]), time.perf_counter()
        await asyncio.gather(*map(client, calls))
        took, used = time.perf_counter() - start, cpu_seconds([pid]) - before
    finally:
        for channel in channels:
            await channel.close()
    made = CLIENTS * CALLS_PER_CLIENT
    measured.calls_per_second = max(measured.calls_per_second, made / took)
    measured.cpu_seconds_per_call = min(measured.cpu_seconds_per_call, used / made)


def _channel(port: int, number: int) -> grpc.aio.Channel:
    # gRPC shares connections between channels of equal arguments.
    return grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=(("benchmark.client", number),))


def _call(channel: grpc.aio.Channel) -> Callable[[pb.GenerateRequest], Any]:
    method: Callable[[pb.GenerateRequest], Any] = pb_grpc.TestDataServiceStub(channel).GenerateData
    return method
