"""What was forgotten is found."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest
import structlog
from structlog.testing import capture_logs

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.stores.cassettes.base import Cassette
from testdata_agent.stores.cassettes.sql import SqlCassettes
from testdata_agent.stores.jobs import BatchState, JobState, LedgerUnreachable
from testdata_agent.stores.queue.base import QueueFault
from tests.unit.worker.site import Site, request
from tests.waiting import within


def numbers(site: Site) -> list[int]:
    return sorted(batch.number for batch in site.queue.messages)


def three_batches() -> GenerationRequest:
    return request(6_000)


async def test_a_batch_whose_message_was_never_sent_is_published_once(site: Site) -> None:
    await site.submit(three_batches(), publish_within=-1)
    assert await site.reaper.publish_late() == 3
    assert await site.reaper.publish_late() == 0
    assert numbers(site) == [0, 1, 2]
    assert site.count("republished_total") == 3


async def test_what_waits_in_a_long_queue_is_not_published_twice(site: Site) -> None:
    _, batches = await site.submit(three_batches(), publish_within=-1)
    await site.queue.publish(batches)
    assert await site.reaper.publish_late() == 0
    assert numbers(site) == [0, 1, 2]


async def test_of_a_queue_that_lost_some_as_many_are_published(site: Site) -> None:
    _, batches = await site.submit(three_batches(), publish_within=-1)
    await site.queue.publish(batches[:2])
    assert await site.reaper.publish_late() == 1
    assert len(site.queue.messages) == 3


async def test_a_dead_workers_batch_is_published_before_those_that_only_wait(site: Site) -> None:
    job, batches = await site.submit(three_batches(), publish_within=-1)
    await site.queue.publish(batches[:2])
    assert await site.jobs.claim(job.job_id, 2, owner="dead", lease=-1, engine_version=job.engine_version)
    assert await site.reaper.publish_late() == 1
    assert [batch.number for batch in site.queue.messages] == [0, 1, 2]


async def test_while_the_broker_is_away_deadlines_stay(site: Site) -> None:
    await site.submit(three_batches(), publish_within=-1)
    site.queue.away = True
    with pytest.raises(QueueFault):
        await site.reaper.publish_late()
    site.queue.away = False
    assert await site.reaper.publish_late() == 3


@pytest.mark.parametrize(
    ("fault", "event"), [(LedgerUnreachable("busy"), "reaper_waits"), (RuntimeError("ours"), "reaper_failed")]
)
async def test_a_ledger_that_is_away_is_waited_for_and_is_no_fault_of_ours(
    site: Site, monkeypatch: pytest.MonkeyPatch, fault: Exception, event: str
) -> None:
    async def depth() -> dict[str, int]:
        raise fault

    monkeypatch.setattr("worker.reaper.TICK_SECONDS", 0.001)
    monkeypatch.setattr(site.jobs, "depth", depth)
    with capture_logs() as logs:
        site.reaper.log = structlog.get_logger()
        ticking = asyncio.create_task(site.reaper.run())
        await within(10, lambda: _holds(bool(logs)))
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
    assert {line["event"] for line in logs} == {event}


async def _holds(what: bool) -> bool:
    return what


async def test_a_cancelled_job_of_a_dead_worker_ends(site: Site) -> None:
    job, _ = await site.submit(request(10))
    assert await site.jobs.claim(job.job_id, 0, owner="dead", lease=-1, engine_version=job.engine_version)
    await site.jobs.cancel(job.job_id)
    assert await site.reaper.publish_late() == 0
    assert (await site.jobs.get(job.job_id)).state is JobState.CANCELLED
    assert [batch.state for batch in await site.jobs.batches(job.job_id)] == [BatchState.CANCELLED]


async def test_models_answers_past_their_time_are_forgotten(site: Site) -> None:
    answers = SqlCassettes(site.jobs._engine)
    await answers.put("a" * 64, Cassette("claude", "{}"))
    for older_than, there in ((60, True), (-1, False)):
        site.reaper.forget = partial(answers.expire, older_than=older_than)
        await site.reaper.expire()
        assert (await answers.get("a" * 64) is not None) is there


async def test_results_past_their_time_are_forgotten(site: Site) -> None:
    job, _ = await site.submit(request(10))
    site.jobs._results_ttl = -1
    await site.jobs.cancel(job.job_id)
    await site.reaper.expire()
    assert site.results.expired == [(job.job_id, 0)]
