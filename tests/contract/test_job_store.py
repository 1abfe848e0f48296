"""What every job ledger promises, whatever it is kept in."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from testdata_agent.engine.request import FieldConstraint, GenerationMethod, GenerationRequest, Scenario, SchemaSource
from testdata_agent.engine.request_data import from_data, to_data
from testdata_agent.stores import migrations
from testdata_agent.stores.database import UnknownDatabase, open_database
from testdata_agent.stores.jobs import (
    MAX_ATTEMPTS,
    Batch,
    BatchLost,
    BatchState,
    IllegalTransition,
    Job,
    JobState,
    QueueCensus,
    RequestConflict,
    UnknownJob,
    Usage,
    Window,
)
from testdata_agent.stores.jobs.sql import SqlJobs

VERSION = "1.0.0"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlJobs]:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    yield SqlJobs(engine, results_ttl=3600)
    await engine.dispose()


def job(number: int = 1, **changes: object) -> Job:
    made = Job(
        job_id=f"job-{number}",
        client_id="anonymous",
        request_id=f"request-{number}",
        fingerprint="f",
        path="traditional",
        request={"entity": "cart"},
        records_requested=20,
        engine_version=VERSION,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def batches(of: Job, count: int = 2) -> list[Batch]:
    return [Batch(job_id=of.job_id, number=n, queue="bulk", start=n * 10, stop=n * 10 + 10) for n in range(count)]


async def submitted(store: SqlJobs, number: int = 1, count: int = 2, **changes: object) -> Job:
    made, new = await store.submit(job(number, **changes), batches(job(number), count), publish_within=60)
    assert new
    return made


async def claim(
    store: SqlJobs, job_id: str, number: int, *, owner: str = "one", lease: float = 60, version: str = VERSION
) -> Any:
    return await store.claim(job_id, number, owner=owner, lease=lease, engine_version=version)


async def test_a_job_goes_from_queued_over_running_to_succeeded(store: SqlJobs) -> None:
    made = await submitted(store)
    assert made.state is JobState.QUEUED
    assert made.created_at > 0
    first, second = await claim(store, made.job_id, 0), await claim(store, made.job_id, 1)
    assert (await store.get(made.job_id)).state is JobState.RUNNING
    running = await store.finish(first, records=10, usage=Usage(output_tokens=5), notes={"rejected": 1})
    assert (running.state, running.records_done) == (JobState.RUNNING, 10)
    ended = await store.finish(second, records=8, usage=Usage(output_tokens=7), notes={"rejected": 2})
    assert (ended.state, ended.records_done, ended.usage.output_tokens) == (JobState.SUCCEEDED, 18, 12)
    assert ended.metadata == {"rejected": 3}
    assert ended.results_expire_at is not None
    assert ended.finished_at is not None
    assert ended.results_expire_at - ended.finished_at == pytest.approx(3600, abs=1)


async def test_the_same_request_gives_the_same_job_and_another_body_is_refused(store: SqlJobs) -> None:
    made = await submitted(store)
    again, new = await store.submit(job(2, request_id="request-1"), batches(job(2)), publish_within=60)
    assert (again.job_id, new) == (made.job_id, False)
    with pytest.raises(RequestConflict):
        await store.submit(job(3, request_id="request-1", fingerprint="g"), batches(job(3)), publish_within=60)
    other, new = await store.submit(
        job(4, request_id="request-1", client_id="another"), batches(job(4)), publish_within=60
    )
    assert new
    with pytest.raises(UnknownJob):
        await store.get(other.job_id, client_id="anonymous")


async def test_submissions_at_the_same_moment_make_one_job(store: SqlJobs) -> None:
    answers = await asyncio.gather(
        *[store.submit(job(n, request_id="same"), batches(job(n)), publish_within=60) for n in range(20)]
    )
    assert sum(new for _, new in answers) == 1
    assert len({made.job_id for made, _ in answers}) == 1


async def test_a_batch_is_claimed_by_one_alone(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    claims = await asyncio.gather(*[claim(store, made.job_id, 0, owner=f"worker-{n}") for n in range(10)])
    assert sum(found is not None for found in claims) == 1


async def test_a_job_ends_whoever_finishes_the_last_of_its_batches_at_once(store: SqlJobs) -> None:
    for number in range(4):
        made = await submitted(store, number, count=6)
        claims = [await claim(store, made.job_id, n) for n in range(6)]
        await asyncio.gather(*[store.finish(held, records=10, usage=Usage(), notes={"rejected": 1}) for held in claims])
        ended = await store.get(made.job_id)
        assert (ended.state, ended.records_done, ended.metadata) == (JobState.SUCCEEDED, 60, {"rejected": 6})


async def test_all_that_may_happen_to_a_job_at_once_leaves_it_in_order(store: SqlJobs) -> None:
    """Workers that claim, renew, finish and give back, reapers, and a caller who cancels: none waits for ever."""

    async def worked(made: Job, number: int) -> None:
        while held := await claim(store, made.job_id, number, owner=f"worker-{number % 3}", lease=0.01):
            await store.renew([held], lease=0.01)
            await store.overdue(limit=3, publish_within=0)
            try:
                if number % 2:
                    await store.finish(held, records=10, usage=Usage(output_tokens=1), notes={})
                await store.release(held, counted=True)
            except BatchLost:
                continue

    async def ended(made: Job, *, cancelled: bool) -> None:
        await (store.cancel(made.job_id) if cancelled else store.fail(made.job_id, reason="ENOUGH", error="enough"))

    jobs = [await submitted(store, number, count=6) for number in range(4)]
    everything = [worked(made, number) for number in range(6) for made in jobs]
    await asyncio.gather(*everything, *[ended(made, cancelled=index % 2 == 0) for index, made in enumerate(jobs)])
    await asyncio.sleep(0.05)  # so that leases of whoever lost a batch have run out
    await store.overdue(limit=100, publish_within=0)
    for made in jobs:
        states = {batch.state for batch in await store.batches(made.job_id)}
        assert (await store.get(made.job_id)).state.finished, states
        assert states <= {BatchState.DONE, BatchState.CANCELLED, BatchState.PARKED}


async def test_a_lease_that_ran_out_passes_the_batch_on_and_the_first_worker_has_lost_it(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    late = await claim(store, made.job_id, 0, owner="slow", lease=-1)
    taken = await claim(store, made.job_id, 0, owner="quick")
    assert (taken.batch.attempt, taken.job.attempts) == (2, 1)
    with pytest.raises(BatchLost):
        await store.finish(late, records=10, usage=Usage(), notes={})
    assert (await store.finish(taken, records=10, usage=Usage(), notes={})).state is JobState.SUCCEEDED


async def test_renewed_leases_hold_and_bring_back_what_is_to_be_cancelled(store: SqlJobs) -> None:
    made, other = await submitted(store, 1, 1), await submitted(store, 2, 1)
    held = await claim(store, made.job_id, 0, lease=-1)
    second = await claim(store, other.job_id, 0)
    renewal = await store.renew([held, second], lease=60)
    assert renewal.held == {(made.job_id, 0, 1), (other.job_id, 0, 1)}
    assert renewal.ending == frozenset()
    assert await claim(store, made.job_id, 0, owner="another") is None
    assert (await store.cancel(made.job_id)).state is JobState.RUNNING
    assert (await store.renew([held, second], lease=60)).ending == {made.job_id}
    ended = await store.finish(held, records=4, usage=Usage(), notes={})
    assert (ended.state, ended.records_done) == (JobState.CANCELLED, 4)


async def test_only_what_is_still_held_is_renewed(store: SqlJobs) -> None:
    made = await submitted(store)
    lost, given_back = await claim(store, made.job_id, 0, lease=-1), await claim(store, made.job_id, 1)
    taken = await claim(store, made.job_id, 0)
    await store.release(given_back)
    renewal = await store.renew([lost, given_back, taken], lease=60)
    assert renewal.held == {(made.job_id, 0, 2)}
    assert (await store.renew([], lease=60)).held == frozenset()


async def test_a_failed_attempt_counts_and_what_it_cost_is_kept(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        held = await claim(store, made.job_id, 0)
        assert held.batch.attempt == attempt
        await store.spend(made.job_id, usage=Usage(output_tokens=5), notes={"faults": ["Broken"]})
        await store.release(held, counted=True)
    assert await claim(store, made.job_id, 0) is None
    failed = await store.get(made.job_id)
    assert (failed.state, failed.error_reason) == (JobState.FAILED, "BATCH_PARKED")
    assert (failed.usage.output_tokens, failed.metadata) == (15, {"faults": ["Broken"]})


async def test_a_queued_job_is_cancelled_at_once_and_stays_so(store: SqlJobs) -> None:
    made = await submitted(store)
    assert (await store.cancel(made.job_id)).state is JobState.CANCELLED
    assert await claim(store, made.job_id, 0) is None
    assert (await store.cancel(made.job_id)).state is JobState.CANCELLED
    assert (await store.fail(made.job_id, reason="X", error="y")).state is JobState.CANCELLED


async def test_a_cancelled_job_whose_worker_died_ends_all_the_same(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    await claim(store, made.job_id, 0, lease=-1)
    await store.cancel(made.job_id)
    assert await store.overdue(limit=10, publish_within=60) == ()
    assert (await store.get(made.job_id)).state is JobState.CANCELLED


@pytest.mark.parametrize("counted", [False, True])
async def test_a_cancelled_job_whose_batch_is_given_back_ends_all_the_same(store: SqlJobs, counted: bool) -> None:
    made = await submitted(store, count=1)
    held = await claim(store, made.job_id, 0)
    await store.cancel(made.job_id)
    await store.release(held, counted=counted)
    assert await store.overdue(limit=10, publish_within=60) == ()
    assert (await store.get(made.job_id)).state is JobState.CANCELLED
    assert await store.depth() == {}


async def test_a_batch_that_ends_its_worker_too_often_is_parked_and_can_be_tried_again(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    for _ in range(MAX_ATTEMPTS):
        assert await claim(store, made.job_id, 0, lease=-1) is not None
    assert await claim(store, made.job_id, 0) is None
    failed = await store.get(made.job_id)
    assert (failed.state, failed.error_reason) == (JobState.FAILED, "BATCH_PARKED")
    assert [batch.state for batch in await store.parked(limit=10)] == [BatchState.PARKED]
    assert not await store.retry(made.job_id, 5)
    assert await store.retry(made.job_id, 0)
    again = await claim(store, made.job_id, 0)
    assert (again.job.state, again.job.error_reason, again.batch.attempt) == (JobState.RUNNING, "", 1)
    ended = await store.finish(again, records=10, usage=Usage(), notes={})
    assert (ended.state, ended.records_done) == (JobState.SUCCEEDED, 10)


async def test_a_parked_batch_of_a_job_that_failed_for_something_else_stays_parked(store: SqlJobs) -> None:
    """Nobody would take it, and it would count as one that waits for ever."""
    made = await submitted(store)
    for _ in range(MAX_ATTEMPTS):
        assert await claim(store, made.job_id, 0, lease=-1) is not None
    assert await claim(store, made.job_id, 0) is None
    await store.fail(made.job_id, reason="MODEL_UNAVAILABLE", error="no model answers")
    assert not await store.retry(made.job_id, 0)
    assert [batch.number for batch in await store.parked(limit=10)] == [0]
    assert await store.depth() == {}


async def test_a_batch_is_finished_once_however_often_its_worker_says_so(store: SqlJobs) -> None:
    """A worker that got no answer does not know whether it was heard."""
    made = await submitted(store)
    held = await claim(store, made.job_id, 0)
    for _ in range(2):
        said = await store.finish(held, records=10, usage=Usage(output_tokens=5), notes={"rejected": 1})
        assert (said.state, said.records_done, said.usage.output_tokens) == (JobState.RUNNING, 10, 5)
        assert said.metadata == {"rejected": 1}


async def test_what_is_overdue_is_given_out_once(store: SqlJobs) -> None:
    made, new = await store.submit(job(), batches(job(), 3), publish_within=-1)
    assert new
    given = await asyncio.gather(*[store.overdue(limit=2, publish_within=60) for _ in range(3)])
    assert sorted(batch.number for some in given for batch in some) == [0, 1, 2]
    assert await store.overdue(limit=10, publish_within=60) == ()
    assert await store.depth() == {"bulk": 3}
    assert (await claim(store, made.job_id, 0, lease=-1)) is not None
    (again,) = await store.overdue(limit=10, publish_within=60)
    assert (again.number, again.state, again.attempt) == (0, BatchState.QUEUED, 1)


async def test_a_census_tells_how_queues_and_jobs_stand(store: SqlJobs) -> None:
    empty = await store.census(ended_within=300)
    assert (empty.queues, empty.unfinished, empty.ended) == ({}, 0, {})
    first, second = await submitted(store, 1, count=3), await submitted(store, 2, count=1)
    await claim(store, first.job_id, 0)
    for _ in range(MAX_ATTEMPTS):
        await claim(store, second.job_id, 0, lease=-1)
    assert await claim(store, second.job_id, 0) is None
    done = await submitted(store, 3, count=1)
    await store.finish(await claim(store, done.job_id, 0), records=10, usage=Usage(), notes={})
    model = Batch(job_id="job-4", number=0, queue="model", start=0, stop=10)
    await store.submit(job(4), [model], publish_within=60)

    seen = await store.census(ended_within=300)
    bulk = seen.queues["bulk"]
    assert (bulk.queued, bulk.running, bulk.parked) == (2, 1, 1)
    assert 0 <= bulk.oldest_seconds < 60
    assert seen.queues["model"] == QueueCensus(queued=1, oldest_seconds=seen.queues["model"].oldest_seconds)
    assert seen.unfinished == 2
    assert seen.ended == {(JobState.FAILED, "BATCH_PARKED"): 1, (JobState.SUCCEEDED, ""): 1}
    assert (await store.census(ended_within=-1)).ended == {}


async def test_a_census_says_how_long_the_oldest_waiting_job_has_waited(store: SqlJobs) -> None:
    made = await submitted(store, count=2)
    await submitted(store, 2, count=1)
    await asyncio.sleep(0.3)
    oldest = (await store.census(ended_within=300)).queues["bulk"].oldest_seconds
    assert oldest >= 0.25
    for number in (0, 1):
        await claim(store, made.job_id, number)
    await claim(store, "job-2", 0)
    assert (await store.census(ended_within=300)).queues["bulk"] == QueueCensus(running=3)


async def test_a_batch_given_back_counts_no_attempt(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    await store.release(await claim(store, made.job_id, 0))
    again = await claim(store, made.job_id, 0)
    assert again.batch.attempt == 1


async def test_a_batch_whose_records_went_missing_is_opened_again_while_its_job_runs(store: SqlJobs) -> None:
    made = await submitted(store)
    await store.finish(await claim(store, made.job_id, 0), records=10, usage=Usage(), notes={})
    assert await store.reopen(made.job_id, 0)
    assert not await store.reopen(made.job_id, 1)
    for number in (0, 1):
        await store.finish(await claim(store, made.job_id, number), records=10, usage=Usage(), notes={})
    assert not await store.reopen(made.job_id, 0)


async def test_an_older_worker_leaves_a_newer_job_alone(store: SqlJobs) -> None:
    made = await submitted(store, count=1)
    assert await claim(store, made.job_id, 0, version="0.9.0") is None
    assert await claim(store, made.job_id, 0) is not None


async def test_pages_go_through_all_jobs_newest_first(store: SqlJobs) -> None:
    for number in range(7):
        await submitted(store, number)
    await store.cancel("job-3")
    seen, token = [], ""
    while True:
        page = await store.page("anonymous", states=[], size=3, token=token)
        seen += [made.job_id for made in page.jobs]
        token = page.next_token
        if not token:
            break
    assert seen == [f"job-{number}" for number in range(6, -1, -1)]
    cancelled = await store.page("anonymous", states=[JobState.CANCELLED], size=3, token="")
    assert [made.job_id for made in cancelled.jobs] == ["job-3"]
    with pytest.raises(ValueError, match="page_token"):
        await store.page("anonymous", states=[], size=3, token="!")


async def test_rows_are_kept_for_their_time(store: SqlJobs) -> None:
    made = await submitted(store)
    await store.cancel(made.job_id)
    assert await store.expire(rows_older_than=3600) == ()
    await store.expire(rows_older_than=-1)
    with pytest.raises(UnknownJob):
        await store.get(made.job_id)


async def test_many_writers_share_one_database(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(4)]
    await migrations.upgrade(engines[0])
    stores = [SqlJobs(engine, results_ttl=60) for engine in engines]
    await asyncio.gather(*[stores[n % 4].submit(job(n), batches(job(n), 1), publish_within=60) for n in range(40)])
    claims = await asyncio.gather(*[claim(stores[n % 4], f"job-{n // 4}", 0, owner=f"{n}") for n in range(160)])
    assert sum(found is not None for found in claims) == 40
    for engine in engines:
        await engine.dispose()


async def test_a_database_of_another_revision_is_refused_with_the_command(database_url: str) -> None:
    engine = open_database(database_url)
    with pytest.raises(migrations.WrongRevision, match="testdata migrate"):
        await migrations.check(engine)
    await migrations.upgrade(engine)
    await migrations.check(engine)
    await engine.dispose()
    with pytest.raises(UnknownDatabase):
        open_database("mysql://somewhere")


def test_no_finished_state_changes() -> None:
    ended = job().evolve(JobState.RUNNING).evolve(JobState.SUCCEEDED)
    for state in JobState:
        with pytest.raises(IllegalTransition):
            ended.evolve(state)


def test_a_request_is_kept_whole() -> None:
    request = GenerationRequest(
        entity="cart",
        count=5,
        schema_source=SchemaSource(kind="schema.fields", fields={"a": {"type": "string"}}),
        constraints={"a": FieldConstraint(min=1, enum_values=("x",))},
        scenarios=(Scenario(name="s", count=2, overrides={"a": "b"}),),
        hints=("fast",),
        method=GenerationMethod.LLM,
        seed=2**64 - 1,
    )
    assert from_data(to_data(request)) == request


async def test_a_job_keeps_its_clients_own_ceilings(store: SqlJobs) -> None:
    made = await submitted(store, 1, token_ceilings={"day": 5, "month": None})
    assert (await store.get(made.job_id)).token_ceilings == {"day": 5, "month": None}
    assert (await store.get((await submitted(store, 2)).job_id)).token_ceilings == {}


async def test_a_clients_spending_is_known_by_windows_and_outlives_its_jobs(store: SqlJobs) -> None:
    made = await submitted(store, 1, tokens_expected=100)
    await submitted(store, 2, client_id="other", tokens_expected=7)
    await store.spend(made.job_id, usage=Usage(input_tokens=20, output_tokens=5, cost_micros=3), notes={})
    await store.finish(await claim(store, made.job_id, 0), records=10, usage=Usage(output_tokens=15), notes={})
    for window in Window:
        spent = await store.spent("anonymous", window)
        assert (spent.tokens, spent.expected) == (40, 60)
        assert 0 < spent.until - time.time() <= 31 * 86_400
    await store.cancel(made.job_id)
    await store.expire(rows_older_than=-1)
    with pytest.raises(UnknownJob):
        await store.get(made.job_id)
    spent = await store.spent("anonymous", Window.DAY)
    assert (spent.tokens, spent.expected) == (40, 0)
    assert (await store.spent("other", Window.DAY)).tokens == 0
    assert (await store.spent("other", Window.DAY)).expected == 7


async def test_what_many_spend_at_once_adds_up(store: SqlJobs) -> None:
    for number in range(4):
        await submitted(store, number)
    usage = Usage(input_tokens=3, output_tokens=4, cached_tokens=1, cost_micros=2)
    await asyncio.gather(*[store.spend(f"job-{n % 4}", usage=usage, notes={}) for n in range(40)])
    assert (await store.spent("anonymous", Window.DAY)).tokens == 280


@pytest.mark.parametrize(
    ("moment", "first", "after"),
    [("2026-11-25", "2026-11-01", "2026-12-01"), ("2027-01-31", "2027-01-01", "2027-02-01"),
     ("2028-02-29", "2028-02-01", "2028-03-01"), ("2026-12-01", "2026-12-01", "2027-01-01")],
)  # fmt: skip
def test_months_are_those_of_the_calendar(moment: str, first: str, after: str) -> None:
    day, start, end = [(date.fromisoformat(text) - date(1970, 1, 1)).days for text in (moment, first, after)]
    assert (Window.MONTH.first_day(day), Window.MONTH.next_day(day)) == (start, end)
    assert (Window.DAY.first_day(day), Window.DAY.next_day(day)) == (day, day + 1)
