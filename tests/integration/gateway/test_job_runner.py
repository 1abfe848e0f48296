"""Calls that are served by a job of their own, as those of the model path are; the worker is the test's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.admission import Admission
from gateway.dry_runs import DryRuns
from gateway.entities import Entities
from gateway.errors.refusal import Refusal
from gateway.health import Health
from gateway.interceptors.base import Call
from gateway.jobs.ceilings import Ceilings
from gateway.jobs.following import Following
from gateway.jobs.room import Room
from gateway.jobs.runner import JobRunner
from gateway.jobs.stores import JobStores
from gateway.jobs.submission import Submission
from gateway.metrics import Metrics
from gateway.paths import AbsentRunner, EngineRunner, Lack, Paths
from gateway.patterns.bugs import Bugs
from gateway.preparation import Preparation
from gateway.schemas import SchemaList
from gateway.scoring import Scoring
from gateway.servicers.test_data import TestDataServicer
from testdata_agent.engine.request import GenerationMethod
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.service import logs
from testdata_agent.service.labels import Labels
from testdata_agent.service.tracing import NoTracing
from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.queue.celery import CeleryQueue
from testdata_agent.stores.results.redis import RedisResults
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.job_worker import JobWorker

T, L, R, H = (GenerationMethod(name) for name in ("traditional", "llm", "rag", "hybrid"))
GIB = 1024**3


@dataclass
class Context:
    """What a servicer asks of grpc."""

    remaining: float | None = None
    initial: list[tuple[str, str]] = field(default_factory=list)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def time_remaining(self) -> float | None:
        return self.remaining

    async def send_initial_metadata(self, metadata: tuple[tuple[str, str], ...]) -> None:
        self.initial += metadata
        self.told.set()


@dataclass
class Served:
    """A servicer whose model path is served by jobs, and a worker for them."""

    servicer: TestDataServicer
    worker: JobWorker

    async def job_id(self, context: Context) -> str:
        """Of the job that a call has submitted, once it has."""
        await context.told.wait()
        ((name, job_id),) = context.initial
        assert name == "x-job-id"
        return job_id


@pytest.fixture
async def served(tmp_path: Path, redis_url: str) -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        database = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
        await migrations.upgrade(database)
        results, queue = RedisResults(redis_url), CeleryQueue(redis_url)
        for close in (database.dispose, results.close, queue.close):
            stack.push_async_callback(close)
        ledger = SqlJobs(database, results_ttl=3600)
        yield Served(_servicer(JobStores(ledger, results, queue)), JobWorker(ledger, results))


def _servicer(stores: JobStores) -> TestDataServicer:
    registry, metrics, log = Registry(), Metrics(), logs.logger()
    preparation = Preparation(registry)
    room = Room(stores.results, job_bytes=GIB, total_bytes=GIB)
    submission = Submission(stores, room, Ceilings(stores.ledger), metrics, NoTracing(), log)
    runner = JobRunner(stores, submission, Following(stores, log), preparation, patience_seconds=1.0)
    paths = Paths(
        {T: EngineRunner(), L: runner, R: AbsentRunner(Lack.NO_PATTERNS, "no"), H: AbsentRunner(Lack.NO_PATTERNS, "no")}
    )
    admission = Admission(
        Entities(registry, None),
        preparation,
        paths,
        Labels(registry),
        bugs=Bugs(None),
        metrics=metrics,
        tracing=NoTracing(),
        log=log,
        max_sync_records=1000,
    )
    return TestDataServicer(
        admission,
        Scoring(metrics, log),
        SchemaList(registry),
        Health({}),
        dry_runs=DryRuns(),
        tracing=NoTracing(),
        max_message_bytes=4 * 1024 * 1024,
    )


def call(context: Context, *, streaming: bool = False) -> Call:
    return Call(context, "GenerateData", streaming=streaming, request_id="r")


def carts(count: int = 5, **fields: Any) -> pb.GenerateRequest:
    return pb.GenerateRequest(entity="cart", count=count, generation_method=pb.LLM, seed=7, **fields)


async def test_a_call_is_answered_by_its_job_and_named_by_it(served: Served) -> None:
    context = Context(remaining=30)
    answering = asyncio.create_task(served.servicer.GenerateData(carts(), call(context)))
    job_id = await served.job_id(context)
    await served.worker.make_all(job_id)
    answer = await answering
    assert answer.record_count == 5
    assert answer.metadata.generation_path == "llm"
    assert answer.metadata.llm_tokens_used == 360
    assert answer.metadata.coherence_score == 1.0
    assert answer.metadata.seed == 7
    assert answer.metadata.routing_confidence == 1.0


async def test_a_stream_gives_each_record_as_it_comes(served: Served) -> None:
    context = Context(remaining=30)
    chunks = served.servicer.GenerateDataStream(carts(7), call(context, streaming=True))
    first = asyncio.create_task(anext(chunks))
    job_id = await served.job_id(context)
    await served.worker.make(job_id, 0)
    assert (await first).next_record == 1
    await served.worker.make(job_id, 1)
    assert (await anext(chunks)).next_record == 3
    for number in (2, 3):
        await served.worker.make(job_id, number)
    rest = [chunk async for chunk in chunks]
    assert [chunk.next_record for chunk in rest][-2:] == [7, 7]
    assert rest[-1].is_final
    assert rest[-1].metadata.records_accepted == 7


async def test_a_caller_that_leaves_does_not_end_the_job(served: Served) -> None:
    context = Context(remaining=30)
    answering = asyncio.create_task(served.servicer.GenerateData(carts(), call(context)))
    job_id = await served.job_id(context)
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    await served.worker.make_all(job_id)
    assert (await served.worker.ledger.get(job_id)).state == "succeeded"


async def test_a_call_without_a_deadline_is_told_where_its_records_will_be(served: Served) -> None:
    context = Context()
    with pytest.raises(Refusal) as raised:
        await served.servicer.GenerateData(carts(), call(context))
    assert raised.value.reason == "DEADLINE_EXCEEDED"
    assert await served.job_id(context) in raised.value.text


async def test_a_shortfall_is_answered_and_said(served: Served) -> None:
    context = Context(remaining=30)
    answering = asyncio.create_task(served.servicer.GenerateData(carts(), call(context)))
    job_id = await served.job_id(context)
    for number in (0, 1):
        await served.worker.make(job_id, number)
    await served.worker.make(job_id, 2, records=1, finish=False)
    await served.worker.finish(job_id, 2, records=1, why="the model refused")
    answer = await answering
    assert answer.record_count == 4
    assert answer.metadata.records_accepted == 4
    assert "the model refused" in answer.metadata.warnings


@pytest.mark.parametrize(("end", "reason"), [("fail", "JOB_FAILED"), ("cancel", "JOB_CANCELLED")])
async def test_a_job_that_ends_without_its_records_is_no_answer(served: Served, end: str, reason: str) -> None:
    context = Context(remaining=30)
    answering = asyncio.create_task(served.servicer.GenerateData(carts(), call(context)))
    job_id = await served.job_id(context)
    await served.worker.make(job_id, 0)
    if end == "fail":
        job = await served.worker.ledger.fail(job_id, reason="PROVIDER", error="no provider answers")
    else:
        job = await served.worker.ledger.cancel(job_id)
    await served.worker.results.announce(job_id, job.state)
    with pytest.raises(Refusal, match="1 of 5 records were made") as raised:
        await answering
    assert raised.value.reason == reason


@pytest.mark.parametrize("output_format", [pb.CSV, pb.SQL])
async def test_other_formats_are_written_from_the_records(served: Served, output_format: pb.OutputFormat) -> None:
    context = Context(remaining=30)
    wanted = carts(9, output_format=output_format)
    answering = asyncio.create_task(served.servicer.GenerateData(wanted, call(context)))
    await served.worker.make_all(await served.job_id(context))
    answer = await answering
    wanted.generation_method = pb.TRADITIONAL
    engine = await served.servicer.GenerateData(wanted, call(Context(remaining=30)))
    assert (answer.metadata.generation_path, engine.metadata.generation_path) == ("llm", "traditional")
    assert answer.data == engine.data
    assert answer.record_count == 9
