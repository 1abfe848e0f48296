"""Records of jobs handed on from Redis by the gateway, beside a stream of gRPC alone; and what idle followers take."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc

from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as data
from tests.benchmarks import echo
from tests.benchmarks.table import Figure
from tests.benchmarks.timing import wall_seconds
from tests.benchmarks.usage import MEGABYTE, resident_bytes
from tests.integration.gateway.job_worker import migrate, worker_of
from tests.integration.gateway.running import JOB_SERVICE, SERVICE, Gateway, start
from tests.servers import RedisProcess

RECORDS = 250_000
#: Records of an entry, as workers write them.
ENTRY_RECORDS = 256
ROUNDS = 5
#: Of the 450 to 510 MB/s that a bare stream reaches on two cores, 200 MB/s: two fifths.
SHARE_OF_BARE = 0.4
FOLLOWERS = 1000
MOST_FOLLOWER_MEGABYTES = 100
#: By then every one of them waits.
_SETTLED_SECONDS = 5.0


def figures() -> list[Figure]:
    """Of the relay, then of the idle."""
    with TemporaryDirectory() as folder, _gateway(Path(folder)) as (gateway, worker_at):
        return [*_relay(gateway, worker_at, Path(folder)), *_idle(gateway)]


@contextmanager
def _gateway(folder: Path) -> Iterator[tuple[Gateway, tuple[str, str]]]:
    redis = RedisProcess(folder / "redis")
    redis.start()
    database = f"sqlite:///{folder / 'ledger.db'}"
    migrate(database)
    gateway = start(folder, REDIS_URL=redis.url, DATABASE_URL=database)
    try:
        yield gateway, (database, redis.url)
    finally:
        gateway.end()
        redis.stop()


def _relay(gateway: Gateway, worker_at: tuple[str, str], folder: Path) -> list[Figure]:
    job_id = _submit(gateway, RECORDS)
    asyncio.run(_made(worker_at, job_id))
    message = pb.StreamJobResultsRequest(job_id=job_id).SerializeToString()
    ours = (gateway.target, f"/{JOB_SERVICE}/StreamJobResults", message)
    chunks = _read(*ours)
    assert data.DataChunk.FromString(chunks[-1]).next_record == RECORDS
    size, typical = sum(map(len, chunks)), max(chunks, key=len)
    times = size // len(typical)
    with echo.running(typical, folder) as (_, port):
        bare = (f"127.0.0.1:{port}", f"/{SERVICE}/GenerateDataStream", str(times).encode())
        least = {name: float("inf") for name in ("ours", "bare")}
        for _ in range(ROUNDS):
            for name, stream in (("ours", ours), ("bare", bare)):
                least[name] = min(least[name], wall_seconds(partial(_read, *stream)))
    rate, bare_rate = size / least["ours"] / MEGABYTE, times * len(typical) / least["bare"] / MEGABYTE
    return [
        Figure(f"a job's {RECORDS:,} records handed on", rate, " MB/s"),
        Figure.share(f"the same, of a bare stream's ({bare_rate:,.0f} MB/s)", rate, bare_rate, least=SHARE_OF_BARE),
    ]


def _read(target: str, method: str, message: bytes) -> list[bytes]:
    """A stream's messages as bytes."""
    with grpc.insecure_channel(target, options=(("grpc.max_receive_message_length", -1),)) as channel:
        stream: Any = channel.unary_stream(method)
        return list(stream(message))


async def _made(worker_at: tuple[str, str], job_id: str) -> None:
    async with worker_of(*worker_at) as worker:
        for batch in await worker.ledger.batches(job_id):
            await worker.make(job_id, batch.number, entry_records=ENTRY_RECORDS)


def _idle(gateway: Gateway) -> list[Figure]:
    jobs = [_submit(gateway, 5) for _ in range(FOLLOWERS // 10)]
    asyncio.run(_follow(gateway, jobs[:1]))  # what the first one loads is not the followers'
    before = resident_bytes(gateway.process.pid)
    held = asyncio.run(_follow(gateway, jobs * 10))
    name = f"{FOLLOWERS:,} idle followers: memory more"
    return [Figure(name, (held - before) / MEGABYTE, " MB", most=MOST_FOLLOWER_MEGABYTES)]


async def _follow(gateway: Gateway, jobs: Sequence[str]) -> int:
    """The gateway's memory while as many followers wait for jobs that nobody works on."""
    async with grpc.aio.insecure_channel(gateway.target) as channel:
        stub: Any = jobs_pb2_grpc.JobServiceStub(channel)
        calls = [stub.StreamJobResults(pb.StreamJobResultsRequest(job_id=job_id)) for job_id in jobs]
        reads = [asyncio.ensure_future(call.read()) for call in calls]
        await asyncio.sleep(_SETTLED_SECONDS)
        assert not any(read.done() for read in reads)
        held = resident_bytes(gateway.process.pid)
        for call in calls:
            call.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        return held


def _submit(gateway: Gateway, count: int) -> str:
    request = data.GenerateRequest(entity="user", count=count, seed=7)
    stub = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    return str(stub.SubmitJob(pb.SubmitJobRequest(request=request)).job_id)
