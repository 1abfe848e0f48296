"""Batches through Celery, by a worker of its own making (celery.contrib.pytest)."""

import orjson

from testdata_agent.engine.request import GenerationMethod
from testdata_agent.generator import Generator
from testdata_agent.stores.jobs import JobState
from tests.integration.worker.desk import Desk
from tests.standin.server import StandIn


async def test_a_job_of_the_engine_has_the_records_of_the_stream(desk: Desk) -> None:
    asked = await desk.submit("bulk", count=5_000)
    job = await desk.ended("bulk")
    assert (job.state, job.records_done) == (JobState.SUCCEEDED, 5_000)
    run = await Generator().prepare(asked)
    assert await desk.rows("bulk") == run.rows(0, 5_000)
    assert job.metadata["scenario_counts"] == {"default": 5_000}


async def test_messages_that_come_three_times_do_the_work_once(desk: Desk) -> None:
    await desk.submit("often", count=4_000, times=3)
    job = await desk.ended("often")
    assert (job.state, job.records_done, job.attempts) == (JobState.SUCCEEDED, 4_000, 0)
    assert [orjson.loads(row)["_index"] for row in await desk.rows("often")] == list(range(4_000))


async def test_a_model_writes_the_batches_of_its_path(desk: Desk, standin: StandIn) -> None:
    await desk.submit("model", GenerationMethod.LLM, count=12, context="carts of new parents buying nursery things")
    job = await desk.ended("model")
    assert (job.state, job.records_done, job.error) == (JobState.SUCCEEDED, 12, "")
    assert [orjson.loads(row)["_index"] for row in await desk.rows("model")] == list(range(12))
    assert job.usage.output_tokens > 0
    assert job.metadata["records_by_path"] == {"llm": 12}
    assert len(standin.calls) >= 2


async def test_jobs_of_both_kinds_run_side_by_side(desk: Desk, standin: StandIn) -> None:
    standin.first_token = 0.5
    names = [f"job-{number}" for number in range(6)]
    for number, name in enumerate(names):
        await desk.submit(name, GenerationMethod.LLM if number % 2 else GenerationMethod.TRADITIONAL, count=6)
    ended = [await desk.ended(name) for name in names]
    assert {job.state for job in ended} == {JobState.SUCCEEDED}
    assert sum(job.records_done for job in ended) == 36
