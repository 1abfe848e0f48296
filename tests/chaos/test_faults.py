"""Whatever befalls workers, broker and messages: every job ends truthfully, with exactly its records, and soon."""

import asyncio
import random
import sys
import time

import pytest
import redis

from testdata_agent.stores.jobs import BatchState, JobState
from tests.chaos.site import RECOVERY_SECONDS, Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

_SEED = 20_261_125


def say(line: str) -> None:
    """What was counted, for whoever runs this with -s."""
    sys.stdout.write(line + "\n")


def names(count: int) -> list[str]:
    return [f"job-{number}" for number in range(count)]


async def test_workers_killed_at_random_during_200_jobs(site: Site) -> None:
    await site.start("prefork", "threads")
    chance, kills = random.Random(_SEED), {"child": 0, "worker": 0}
    jobs = names(200)

    async def killing() -> None:
        for _ in range(10):
            await asyncio.sleep(chance.uniform(0.5, 3))
            kills[chance.choice(site.workers).kill(chance)] += 1

    killer = asyncio.create_task(killing())
    for number, job_id in enumerate(jobs):
        await site.submit(job_id, 20 + number % 7 * 700)
        await asyncio.sleep(0.08)
    await killer
    await site.ready()
    recovery = await site.finished(jobs, 60)
    counts = await site.check(jobs)
    say(f"\nSIGKILL at random: {kills}, {dict(counts)}, all ended {recovery:.1f} s after the workers were back")
    assert counts["jobs"] == 200
    assert recovery < RECOVERY_SECONDS


async def test_redis_killed_and_started_again(site: Site) -> None:
    await site.start("prefork", "threads")
    jobs = names(60)
    for number, job_id in enumerate(jobs):
        await site.submit(job_id, 3_000)
        if number in {15, 35}:
            site.redis.kill()
            await asyncio.sleep(1)
            site.redis.start()
    recovery = await site.finished(jobs, 30)
    counts = await site.check(jobs)
    say(f"\nRedis killed twice: {dict(counts)}, all ended {recovery:.1f} s after the last submission")
    assert recovery < RECOVERY_SECONDS


async def test_redis_away_for_ten_seconds(site: Site) -> None:
    await site.start("prefork", "threads")
    jobs = names(20)
    for job_id in jobs[:10]:
        await site.submit(job_id, 10_000)
    site.redis.kill()
    for job_id in jobs[10:]:
        await site.submit(job_id, 2_000)
    await asyncio.sleep(10)
    site.redis.start()
    recovery = await site.finished(jobs, 30)
    counts = await site.check(jobs)
    say(f"\nRedis away for 10 s: {dict(counts)}, all ended {recovery:.1f} s after it was back")
    assert recovery < RECOVERY_SECONDS


@pytest.mark.parametrize("setting", ["min-replicas-to-write", "maxmemory"])
async def test_a_redis_that_is_there_and_takes_nothing(site: Site, setting: str) -> None:
    """Its replicas are away, or its memory is full: workers stay, and go on by themselves."""
    await site.start("prefork", "threads")
    await site.submit("before", 40_000)
    await asyncio.sleep(0.3)
    with redis.Redis.from_url(site.redis.url) as server:
        server.config_set(setting, 1)
        await site.submit("meanwhile", 5_000)
        await asyncio.sleep(4)
        server.config_set(setting, 0)
    recovery = await site.finished(["before", "meanwhile"], 30)
    assert [worker.process.poll() for worker in site.workers] == [None, None]
    # What was to be written to a full memory cannot wait: that job has failed and says why.
    job = await site.jobs.get("before")
    full = (job.state, job.error_reason) == (JobState.FAILED, "RESULTS_FULL")
    await site.check(["meanwhile"] if full and setting == "maxmemory" else ["before", "meanwhile"])
    say(f"\nRedis with {setting} for 4 s: all ended {recovery:.1f} s after it took something again")
    assert recovery < RECOVERY_SECONDS


async def test_every_message_comes_three_times(site: Site) -> None:
    await site.start("threads")
    jobs = names(20)
    for job_id in jobs:
        batches = await site.submit(job_id, 4_000)
        await site.queue.publish([*batches, *batches])
    await site.finished(jobs, 30)
    counts = await site.check(jobs)
    say(f"\nEvery message three times: {dict(counts)}")
    assert counts["redeliveries"] == 0


async def test_a_message_that_was_never_sent(site: Site) -> None:
    await site.start("threads")
    jobs = names(5)
    for job_id in jobs:
        await site.submit(job_id, 100, send=False)
    recovery = await site.finished(jobs, 30)
    counts = await site.check(jobs)
    say(f"\nNever sent: {dict(counts)}, all ended {recovery:.1f} s after submission")
    assert recovery < RECOVERY_SECONDS


async def test_a_batch_that_kills_its_worker_is_parked_and_harms_no_other(site: Site) -> None:
    await site.start("prefork")
    others = names(10)
    await site.submit("poison", 100, path="poison")
    for job_id in others:
        await site.submit(job_id, 500)
    await site.finished(others, 30)
    took = await site.finished(["poison"], 60)
    job = await site.jobs.get("poison")
    assert (job.state, job.error_reason) == (JobState.FAILED, "BATCH_PARKED")
    assert [batch.state for batch in await site.jobs.parked(limit=10)] == [BatchState.PARKED]
    assert await site.rows("poison") == [f'{{"_index":{row}}}' for row in range(3)]
    counts = await site.check(others)
    say(f"\nPoison: parked after {took:.1f} s with its 3 records readable; others {dict(counts)}")


async def test_cancelling_stops_a_running_batch_within_seconds_and_keeps_its_records(site: Site) -> None:
    await site.start("threads")
    await site.submit("slow", 1_500, path="slow")
    await asyncio.sleep(3)
    await site.jobs.cancel("slow")
    began = time.monotonic()
    await site.finished(["slow"], 10)
    took = time.monotonic() - began
    job, rows = await site.jobs.get("slow"), await site.rows("slow")
    assert job.state is JobState.CANCELLED
    assert 0 < job.records_done == len(rows) < 1_500
    say(f"\nCancelled: ended {took:.1f} s later with {len(rows)} records")
    assert took < 3


async def test_a_worker_that_is_told_to_end_gives_its_batch_back_and_another_goes_on(site: Site) -> None:
    for pool in ("threads", "prefork"):
        await site.start(pool)
        worker = site.workers[-1]
        job_id = f"slow-{pool}"
        (batch,) = await site.submit(job_id, 400, path="slow")
        await site.reached(batch, 50)
        seconds = worker.end()
        made = await site.results.end_of(batch)
        site.workers.remove(worker)
        (left,) = await site.jobs.batches(job_id)
        assert (left.state, left.attempt) == (BatchState.QUEUED, 0)
        await site.start(pool)
        await site.finished([job_id], 40)
        await site.check([job_id])
        say(f"\nSIGTERM ({pool}): ended in {seconds:.1f} s with {made} records made; another made the rest")
        assert 50 <= made < 400
        assert seconds < 10
        site.workers.pop().end()
