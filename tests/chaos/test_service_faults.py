"""Faults at the front door and at providers: no job is lost, no record is missing, comes twice or is paid twice."""

import asyncio
import json
import re
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.chaos.site import RECOVERY_SECONDS, Site
from tests.integration.gateway.running import Gateway, eventually, start
from tests.integration.model.service import Service, a_worker, service
from tests.integration.worker.desk import Desk
from tests.standin.content import records_asked
from tests.standin.faults import Fault
from tests.standin.protocols import Call
from tests.standin.server import StandIn

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

CONTEXT = "Carts of a family that moves into its first house"
#: Further than messages are held back for one that does not acknowledge them (12 h).
_HALF_A_DAY_AND_MORE = 50_000


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def running(standin: StandIn, tmp_path: Path) -> Iterator[Service]:
    with service(tmp_path, standin, LLM_STALL_SECONDS="2") as made:
        yield made


def jobs_of(gateway: Gateway) -> jobs_pb2_grpc.JobServiceStub:
    return jobs_pb2_grpc.JobServiceStub(gateway.channel())


def written_for(count: int, seed: int) -> pb.GenerateRequest:
    return pb.GenerateRequest(entity="cart", count=count, context=CONTEXT, seed=seed)


def submit(jobs: jobs_pb2_grpc.JobServiceStub, request: pb.GenerateRequest) -> str:
    return jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request)).job_id


def ended(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str) -> jobs_pb2.Job:
    wait = jobs_pb2.WaitJobRequest(job_id=job_id)
    wait.timeout.FromSeconds(60)
    return jobs.WaitJob(wait)


def rows(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str, from_record: int = 0) -> list[dict[str, Any]]:
    chunks = jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=job_id, from_record=from_record))
    return [record for chunk in chunks if not chunk.is_final for record in json.loads(chunk.data)]


def whole(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str, count: int) -> jobs_pb2.Job:
    """That the job succeeded with exactly its records, each once, in order, and says who made them."""
    job = ended(jobs, job_id)
    assert (job.state, job.records_done) == (jobs_pb2.SUCCEEDED, count), job
    found = rows(jobs, job_id)
    assert [record["_index"] for record in found] == list(range(count))
    assert len({record["cart_id"] for record in found}) == count
    assert sum(job.metadata.records_by_path.values()) == count
    return job


def test_the_gateway_is_killed_between_ledger_and_queue(running: Service, tmp_path: Path) -> None:
    """With a Redis that hangs the row is written and the message is not: that is the moment."""
    gateway, settings = running.gateway, running.settings
    kills, slowest, found = 3, 0.0, list[str]()
    for number in range(kills):
        running.redis.freeze()
        request = pb.GenerateRequest(entity="user", count=2_000, seed=number, request_id=f"killed-{number}")
        call = jobs_of(gateway).SubmitJob.future(jobs_pb2.SubmitJobRequest(request=request))

        def written(key: str = request.request_id) -> str | None:
            with sqlite3.connect(tmp_path / "ledger.db", timeout=10) as ledger:
                row = ledger.execute("SELECT job_id FROM jobs WHERE request_id = ?", (key,)).fetchone()
            ledger.close()
            return row[0] if row else None

        job_id = eventually(written, "the job is in the ledger")
        gateway.process.kill()
        gateway.process.wait()
        assert isinstance(call.exception(), grpc.RpcError)
        running.redis.thaw()
        began = time.monotonic()
        gateway = start(tmp_path, **settings)
        try:
            jobs = jobs_of(gateway)
            again = submit(jobs, request)
            assert again == job_id, "the caller who tries again gets the same job"
            assert [row["_index"] for row in rows(jobs, job_id)] == list(range(2_000))
            assert ended(jobs, job_id).state == jobs_pb2.SUCCEEDED
            slowest = max(slowest, time.monotonic() - began)
            found.append(job_id)
        except BaseException:
            gateway.end()
            raise
    gateway.end()
    say(f"Gateway killed between ledger and queue: {len(found)} of {kills} jobs whole, at most {slowest:.1f} s later")
    assert slowest < RECOVERY_SECONDS


def test_a_provider_that_is_down_slow_and_flapping(running: Service, standin: StandIn) -> None:
    jobs = jobs_of(running.gateway)
    counts: Counter[str] = Counter()

    def round_of(name: str, number: int) -> None:
        ids = [submit(jobs, written_for(6, number * 100 + job)) for job in range(6)]
        for job_id in ids:
            job = whole(jobs, job_id, 6)
            counts.update({f"{name}: {path}": made for path, made in job.metadata.records_by_path.items()})

    standin.fail(
        *[Fault.SERVER_ERROR, None, Fault.DROP, Fault.OVERLOADED, None, Fault.STALL, Fault.NO_CLOSING, None] * 2
    )
    round_of("flapping", 1)
    standin.faults.clear()
    standin.rate = 400
    round_of("slow", 2)
    standin.rate, standin.always = 0, Fault.SERVER_ERROR
    round_of("down", 3)
    standin.always = None
    began = time.monotonic()

    def written_again() -> bool:
        job = whole(jobs, submit(jobs, written_for(1, time.monotonic_ns() % 10**9)), 1)
        return "llm" in job.metadata.records_by_path

    while not written_again():
        assert time.monotonic() - began < 60, "the breaker never closed again"
        time.sleep(1)
    say(
        f"Provider flapping, slow and down: 18 jobs, {dict(counts)}; asked again {time.monotonic() - began:.1f} s later"
    )
    assert counts["slow: llm"] == 36
    assert counts["down: traditional"] > 0


def test_a_worker_killed_while_a_model_writes_pays_for_no_finished_record_twice(
    running: Service, standin: StandIn, tmp_path: Path
) -> None:
    standin.rate = 100
    jobs, count, kills, lost = jobs_of(running.gateway), 30, 3, 0
    worker = running.worker
    with ExitStack() as workers:
        for number in range(kills):
            before = len(standin.closed_records)
            job_id = submit(jobs, written_for(count, number))
            eventually(partial(page, jobs, job_id), "the first record is there")
            worker.kill()
            worker.wait()
            eventually(lambda: not standin.running, "the model hears that nobody listens")
            there, calls = left(running.settings, job_id), len(standin.calls)
            log = tmp_path / f"worker-{number}.log"
            worker = workers.enter_context(a_worker(running.settings, log))
            assert whole(jobs, job_id, count).attempts >= 1
            asked = asked_first(standin.calls[calls:])
            for rows_of_batch, end in there.items():
                assert not any(row in asked for row in range(rows_of_batch.start, end)), "it is there, and paid for"
                assert end == rows_of_batch.stop or asked[end] <= rows_of_batch.stop - end
            lost += len(standin.closed_records) - before - count
        worker.terminate()
        assert worker.wait(30) == 0
    say(f"Workers killed while a model writes: {kills} jobs of {count} whole; {lost} records written that nobody kept")


def left(settings: dict[str, str], job_id: str) -> dict[range, int]:
    """The rows of each of a job's batches, and the row after the last that is there."""

    async def looked() -> dict[range, int]:
        async with Desk.open(settings["REDIS_URL"], settings["DATABASE_URL"]) as desk:
            batches = await desk.jobs.batches(job_id)
            return {range(batch.start, batch.stop): await desk.results.end_of(batch) for batch in batches}

    return asyncio.run(looked())


def asked_first(calls: list[Call]) -> dict[int, int]:
    """By the row that a call begins at, how many records it asks for; of several, the first."""
    first: dict[int, int] = {}
    for call in calls:
        found = re.search(r"numbers (\d+) to \d+ of", call.prompt)
        if found and "corrected" not in call.prompt:
            first.setdefault(int(found[1]) - 1, records_asked(call.prompt))
    return first


def page(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str) -> str:
    """The first of its records that are there."""
    return jobs.GetJobResults(jobs_pb2.GetJobResultsRequest(job_id=job_id, max_records=1)).data.strip("[]")


def test_a_caller_that_goes_away_in_mid_stream_pays_once_and_goes_on_later(running: Service, standin: StandIn) -> None:
    standin.rate = 600
    callers, read = 8, 0
    for number in range(callers):
        stream = running.gateway.stub().GenerateDataStream(written_for(20, number), timeout=60)
        first = next(stream)
        job_id = str(dict(stream.initial_metadata())["x-job-id"])
        stream.cancel()
        jobs = jobs_of(running.gateway)
        seen = json.loads(first.data)
        rest = rows(jobs, job_id, first.next_record)
        assert [record["_index"] for record in (*seen, *rest)] == list(range(20))
        assert {record["cart_id"] for record in seen}.isdisjoint(record["cart_id"] for record in rest)
        whole(jobs, job_id, 20)
        read += len(seen)
    written = len(standin.closed_records)
    say(f"Callers gone in mid-stream: {callers} jobs of 20 whole, {read} records read before; {written} written")
    # Each was written once; the model may write one more than was asked for.
    assert written <= callers * 20 * 1.25


async def test_workers_whose_clocks_are_half_a_day_wrong(site: Site) -> None:
    """Their own clocks, that is: leases and deadlines go by the database's."""
    await site.start("threads", CHAOS_CLOCK_SHIFT=str(_HALF_A_DAY_AND_MORE))
    await site.start("threads", CHAOS_CLOCK_SHIFT=str(-_HALF_A_DAY_AND_MORE))
    await site.start("prefork")
    jobs = [f"job-{number}" for number in range(40)]
    for number, job_id in enumerate(jobs):
        await site.submit(job_id, 3_000)
        if number == 20:
            site.workers[0].process.kill()
            site.workers[0].process.wait()
            site.workers[0].start()
        await asyncio.sleep(0.05)
    await site.ready()
    recovery = await site.finished(jobs, 30)
    counts = await site.check(jobs)
    say(f"Clocks 14 hours ahead and behind: {dict(counts)}, all ended {recovery:.1f} s after the last worker was back")
    assert recovery < RECOVERY_SECONDS
