"""The engine's batches."""

import asyncio
from collections import Counter
from dataclasses import replace

import orjson
import pytest

from testdata_agent.engine.request import OutputFormat, Scenario
from testdata_agent.stores.jobs import Batch, JobState
from testdata_agent.stores.results.base import Entry, ResultsGap
from tests.unit.worker.site import Site, request
from worker.bulk import BulkRunner
from worker.execution import Ending
from worker.runners import Context


@pytest.fixture(autouse=True)
def bulk(site: Site) -> BulkRunner:
    runner = BulkRunner(site.generator)
    site.runners["traditional"] = runner
    return runner


async def test_the_batches_of_a_job_are_the_rows_of_the_stream(site: Site) -> None:
    asked = request(5_000, first_row=10_000)
    job, batches = await site.submit(asked)
    for batch in reversed(batches):
        assert await site.execution.work(job.job_id, batch.number) is Ending.DONE
    stream = await site.generator.prepare(asked)
    assert site.results.rows(job.job_id) == stream.rows(0, 5_000)
    ended = await site.jobs.get(job.job_id)
    assert (ended.state, ended.records_done) == (JobState.SUCCEEDED, 5_000)
    assert site.results.announced[-1] == (job.job_id, JobState.SUCCEEDED)
    ((expiring, seconds),) = site.results.expired
    assert expiring == job.job_id
    assert seconds == pytest.approx(3600, abs=1)


async def test_its_metadata_add_up_over_the_batches(site: Site) -> None:
    scenarios = (Scenario(name="a", count=1_500), Scenario(name="b", count=1_000))
    job, batches = await site.submit(request(4_100, scenarios=scenarios, first_row=3))
    for batch in batches:
        await site.execution.work(job.job_id, batch.number)
    said = (await site.jobs.get(job.job_id)).metadata
    assert said["scenario_counts"] == {"a": 1_500, "b": 1_000, "default": 1_600}
    assert (said["records_attempted"], said["records_accepted"]) == (4_100, 4_100)
    assert said["records_by_path"] == {"traditional": 4_100}
    assert 200 <= said["records_scored"] <= 203
    assert said["checks_passed"] == said["checks_applied"] > 0


async def test_a_batch_that_comes_again_goes_on_where_the_first_attempt_got_to(site: Site) -> None:
    asked = request(1_000)
    job, (batch,) = await site.submit(asked)
    rows = (await site.generator.prepare(asked)).rows(0, 1_000)
    await site.results.append(batch, Entry(0, tuple(rows[:300])))
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert site.results.rows(job.job_id) == rows
    assert site.count("records_total", queue="bulk") == 700


async def test_its_metadata_count_what_was_on_its_way_when_it_was_cancelled(site: Site) -> None:
    """The server takes an entry whose writer does not hear of it any more."""
    job, _ = await site.submit(request(2_000))
    held = site.results.append

    async def cancelled_meanwhile(batch: Batch, entry: Entry) -> bool:
        added = await held(batch, entry)
        if entry.first:
            await site.jobs.cancel(job.job_id)
            await site.heartbeat.beat()
            await asyncio.sleep(0)
        return added

    site.results.append = cancelled_meanwhile  # type: ignore[method-assign]
    assert await site.execution.work(job.job_id, 0) is Ending.CANCELLED
    ended = await site.jobs.get(job.job_id)
    assert 256 < ended.records_done < 2_000
    assert ended.metadata["records_by_path"] == {"traditional": ended.records_done}
    assert ended.metadata["scenario_counts"] == {"default": ended.records_done}


async def test_its_metadata_count_the_defects_that_an_earlier_attempt_gave(site: Site) -> None:
    asked = request(60, entity="order", defect_triggering=True)
    job, (batch,) = await site.submit(asked)
    rows = (await site.generator.prepare(asked)).rows(0, 60)
    await site.results.append(batch, Entry(0, tuple(rows[:45])))
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    said = (await site.jobs.get(job.job_id)).metadata["defects"]
    given = Counter(orjson.loads(row)["_defect"]["class"] for row in rows)
    assert said["records_by_class"] == given
    assert sum(said["records_by_verdict"].values()) == 60


async def test_streams_hold_json_whatever_format_was_asked_for(site: Site) -> None:
    job, _ = await site.submit(request(20, output_format=OutputFormat.CSV))
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert [orjson.loads(row)["_index"] for row in site.results.rows(job.job_id)] == list(range(20))


async def test_rows_that_the_server_lost_are_made_again(site: Site) -> None:
    asked = request(600)
    job, _ = await site.submit(asked)
    site.results.fault = None
    held = site.results.append
    calls = 0

    async def losing(batch: object, entry: Entry) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:
            site.results.streams.clear()
            raise ResultsGap("rows are missing")
        return await held(batch, entry)  # type: ignore[arg-type]

    site.results.append = losing  # type: ignore[method-assign]
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert site.results.rows(job.job_id) == (await site.generator.prepare(asked)).rows(0, 600)


async def test_a_request_that_cannot_be_met_ends_the_job_with_its_reason(site: Site) -> None:
    job, _ = await site.submit(request(10, entity="no_such_entity"))
    assert await site.execution.work(job.job_id, 0) is Ending.FAILED
    failed = await site.jobs.get(job.job_id)
    assert (failed.state, failed.error_reason) == (JobState.FAILED, "INVALID_REQUEST")
    assert "no_such_entity" in failed.error


async def test_the_loop_is_free_while_the_engine_works(site: Site, bulk: BulkRunner) -> None:
    job, _ = await site.submit(request(2_000))
    claim = await site.jobs.claim(job.job_id, 0, owner="one", lease=60, engine_version=job.engine_version)
    assert claim is not None
    context = await Context.open(replace(claim), site.results)
    beats = 0

    async def beating() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.002)

    beat = asyncio.create_task(beating())
    await bulk.run(claim, context)
    beat.cancel()
    assert beats > 2
    assert context.end == 2_000
