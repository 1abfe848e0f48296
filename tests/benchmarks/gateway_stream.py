"""A million users through one stream, and through two processes: speed by the servers' CPU time, and memory."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from testdata_agent.v1 import testdata_pb2 as pb
from tests.benchmarks import gateways
from tests.benchmarks.table import Figure
from tests.benchmarks.timing import wall_seconds
from tests.benchmarks.usage import MEGABYTE, MemorySampler, children, cpu_seconds
from tests.integration.gateway.running import SERVICE, Gateway

RECORDS = 1_000_000
RECORDS_PER_SECOND = 150_000
MOST_MEGABYTES = 250
#: A course that rises by more is not flat.
FLAT_MEGABYTES = 10
#: What two processes must give for each second of CPU, of what one gives.
SHARE_OF_ONE = 0.85
#: Records of each of the two streams that compare one process with two, and how often the two take turns.
COMPARED_RECORDS, ROUNDS = 300_000, 3


@dataclass(frozen=True, slots=True)
class Streamed:
    """One or more streams, read to their ends."""

    records: int
    wall_seconds: float
    cpu_seconds: float

    @property
    def per_cpu_second(self) -> float:
        """Records for each second of the servers' CPU time."""
        return self.records / self.cpu_seconds


def figures() -> list[Figure]:
    """Of one process, then of two."""
    return [*_million(), *_two_processes()]


def _million() -> list[Figure]:
    with gateways.running() as gateway:
        _read(gateway, 20_000, 0)
        with MemorySampler(gateway.process.pid) as memory:
            streamed = _measured(gateway, [gateway.process.pid], 1, RECORDS)
    name, most, rise = f"stream of {RECORDS:,} users", max(memory.samples), memory.growth()
    return [
        Figure(f"{name}: records per server CPU second", streamed.per_cpu_second, least=RECORDS_PER_SECOND),
        Figure(f"{name}: records/s by the clock", streamed.records / streamed.wall_seconds),
        Figure(f"{name}: most resident memory", most / MEGABYTE, " MB", most=MOST_MEGABYTES),
        Figure(f"{name}: memory, last third over first", rise / MEGABYTE, " MB", 1, most=FLAT_MEGABYTES),
    ]


def _two_processes() -> list[Figure]:
    best = {1: 0.0, 2: 0.0}
    with gateways.running() as one, gateways.running(GATEWAY_PROCESSES="2") as two:
        servers = {1: (one, [one.process.pid]), 2: (two, children(two.process.pid))}
        for _ in range(ROUNDS):
            for processes, (gateway, pids) in servers.items():
                rate = _measured(gateway, pids, 2, COMPARED_RECORDS).per_cpu_second
                best[processes] = max(best[processes], rate)
    name = "two processes, two streams"
    return [
        Figure(f"{name}: records per server CPU second", best[2]),
        Figure.share(f"{name}: the same, of one process's ({best[1]:,.0f})", best[2], best[1], least=SHARE_OF_ONE),
    ]


def _measured(gateway: Gateway, pids: list[int], streams: int, records: int) -> Streamed:
    def work() -> None:
        readers = [threading.Thread(target=_read, args=(gateway, records, number)) for number in range(streams)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()

    before = cpu_seconds(pids)
    wall = wall_seconds(work)
    return Streamed(streams * records, wall, cpu_seconds(pids) - before)


def _read(gateway: Gateway, records: int, number: int) -> None:
    """Reads a stream to its end as bytes, over a connection of its own."""
    channel = gateway.channel(options=(("benchmark.client", number),))
    stream: Any = channel.unary_stream(
        f"/{SERVICE}/GenerateDataStream", request_serializer=pb.GenerateRequest.SerializeToString
    )
    (last,) = deque(stream(pb.GenerateRequest(entity="user", count=records)), maxlen=1)
    final = pb.DataChunk.FromString(last)
    assert final.is_final, "the stream broke off"
    assert final.metadata.records_accepted == records
