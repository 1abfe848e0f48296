"""How the work on a batch ends, and what the ledger says then."""

import asyncio
from typing import Any

import pytest

from testdata_agent.stores.jobs import BatchState, Claim, Job, JobState, LedgerUnreachable, Usage
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.stores.results.base import ResultsFull, ResultsUnreachable
from tests.unit.worker.site import Scripted, Site
from worker.execution import Ending
from worker.runners import Context, JobBroken


async def begun(site: Site, after: int = 3) -> tuple[str, Scripted, "asyncio.Task[Ending]"]:
    """A job whose one batch is being worked on, and has made `after` of its ten records."""
    runner = site.runners["scripted"] = Scripted(then=after)
    job, _ = await site.submit(path="scripted")
    work = asyncio.create_task(site.execution.work(job.job_id, 0))
    await runner.waiting.wait()
    return job.job_id, runner, work


async def state(site: Site, job_id: str) -> tuple[JobState, int, BatchState, int]:
    job, (batch,) = await site.jobs.get(job_id), await site.jobs.batches(job_id)
    return job.state, job.records_done, batch.state, batch.attempt


async def test_a_message_that_comes_twice_does_the_work_once(site: Site) -> None:
    job_id, _, work = await begun(site)
    assert await site.process("two").work(job_id, 0) is Ending.IDLE
    assert len(site.results.rows(job_id)) == 3
    site.execution.stop()
    assert await work is Ending.RETURNED


async def test_after_the_end_a_message_finds_nothing_to_do(site: Site) -> None:
    site.runners["scripted"] = Scripted()
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert await site.execution.work(job.job_id, 0) is Ending.IDLE
    assert await site.execution.work("no-such-job", 0) is Ending.IDLE
    assert len(site.results.rows(job.job_id)) == 10


async def test_cancelling_ends_the_work_and_keeps_what_was_made(site: Site) -> None:
    job_id, _, work = await begun(site)
    await site.jobs.cancel(job_id)
    await site.heartbeat.beat()
    assert await work is Ending.CANCELLED
    assert await state(site, job_id) == (JobState.CANCELLED, 3, BatchState.DONE, 1)
    assert site.results.announced[-1] == (job_id, JobState.CANCELLED)


async def test_a_worker_that_ends_gives_its_batch_back_uncounted_and_another_finishes_it(site: Site) -> None:
    job_id, runner, work = await begun(site)
    site.execution.stop()
    assert await work is Ending.RETURNED
    assert await state(site, job_id) == (JobState.RUNNING, 0, BatchState.QUEUED, 0)
    assert await site.execution.work(job_id, 0) is Ending.REFUSED
    runner.then = None
    assert await site.process("two").work(job_id, 0) is Ending.DONE
    assert site.results.rows(job_id) == [f'{{"row":{row}}}' for row in range(10)]
    assert await state(site, job_id) == (JobState.SUCCEEDED, 10, BatchState.DONE, 1)


async def test_a_worker_whose_lease_ran_out_stops_when_it_hears_that_another_has_the_batch(site: Site) -> None:
    job_id, runner, work = await begun(site)
    for holding in site.heartbeat._held:
        await site.jobs.renew([holding.claim], lease=-1)
    runner.then = None
    assert await site.process("two").work(job_id, 0) is Ending.DONE
    await site.heartbeat.beat()
    assert await work is Ending.LOST
    assert await state(site, job_id) == (JobState.SUCCEEDED, 10, BatchState.DONE, 2)
    assert site.count("claims_lost_total") == 1


async def test_work_that_loses_its_cancellation_is_cancelled_again(site: Site) -> None:
    class Deaf(Scripted):
        async def run(self, claim: Any, context: Context) -> None:
            try:
                await super().run(claim, context)
            except asyncio.CancelledError:
                await super().run(claim, context)

    runner = site.runners["scripted"] = Deaf(then=3)
    job, _ = await site.submit(path="scripted")
    work = asyncio.create_task(site.execution.work(job.job_id, 0))
    await runner.waiting.wait()
    site.execution.stop()
    await asyncio.sleep(0.01)
    assert not work.done()
    await site.heartbeat.beat()
    assert await work is Ending.RETURNED


async def test_a_batch_that_fails_again_and_again_is_parked_and_its_job_says_so(site: Site) -> None:
    site.runners["scripted"] = Scripted(then=4, fault=KeyError("price"))
    job, _ = await site.submit(path="scripted")
    endings = [await site.execution.work(job.job_id, 0) for _ in range(4)]
    assert endings == [Ending.RETRIED, Ending.RETRIED, Ending.RETRIED, Ending.IDLE]
    failed = await site.jobs.get(job.job_id)
    assert (failed.state, failed.error_reason) == (JobState.FAILED, "BATCH_PARKED")
    assert site.results.announced == [(job.job_id, JobState.FAILED)]
    assert len(site.results.rows(job.job_id)) == 4
    site.runners["scripted"] = Scripted()
    assert await site.jobs.retry(job.job_id, 0)
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert await state(site, job.job_id) == (JobState.SUCCEEDED, 10, BatchState.DONE, 1)


async def test_an_attempt_has_its_time(site: Site) -> None:
    site.runners["scripted"] = Scripted(then=2)
    job, _ = await site.submit(path="scripted")
    assert await site.process("one", batch_seconds=0.05).work(job.job_id, 0) is Ending.RETRIED
    assert await state(site, job.job_id) == (JobState.RUNNING, 0, BatchState.QUEUED, 1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (JobBroken("BUDGET_SPENT", "no tokens are left"), "BUDGET_SPENT"),
        (ResultsFull("the job has its RESULTS_MAX_BYTES"), "RESULTS_FULL"),
    ],
)
async def test_what_no_repetition_mends_ends_the_job_and_keeps_its_records(
    site: Site, fault: Exception, reason: str
) -> None:
    site.runners["scripted"] = Scripted(then=4, fault=fault)
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.FAILED
    failed = await site.jobs.get(job.job_id)
    assert (failed.state, failed.error_reason) == (JobState.FAILED, reason)
    assert site.results.announced == [(job.job_id, JobState.FAILED)]
    assert len(site.results.rows(job.job_id)) == 4


class Forgetful(SqlJobs):
    """A ledger that does not answer so many times; of the last of them it has heard all the same."""

    def __init__(self, jobs: SqlJobs, away: int) -> None:
        self.__dict__ = jobs.__dict__
        self.away = away

    async def finish(self, claim: Claim, **outcome: Any) -> Job:
        self.away -= 1
        if self.away < 0:
            return await super().finish(claim, **outcome)
        if self.away == 0:
            await super().finish(claim, **outcome)
        raise LedgerUnreachable("away")


async def test_what_was_paid_is_written_down_once_the_ledger_is_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.execution.RENEW_SECONDS", 0.01)

    class Paying(Scripted):
        async def run(self, claim: Claim, context: Context) -> None:
            context.spend("m", "write", Usage(output_tokens=7))
            await super().run(claim, context)

    site.runners["scripted"] = Paying()
    job, _ = await site.submit(path="scripted")
    execution = site.process("one")
    execution.jobs = Forgetful(site.jobs, 3)
    assert await execution.work(job.job_id, 0) is Ending.DONE
    ended = await site.jobs.get(job.job_id)
    assert (ended.state, ended.records_done, ended.usage.output_tokens) == (JobState.SUCCEEDED, 10, 7)


async def test_a_ledger_that_is_away_is_no_failed_attempt(site: Site) -> None:
    site.runners["scripted"] = Scripted(then=4, fault=LedgerUnreachable("busy"))
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.RETURNED
    assert await state(site, job.job_id) == (JobState.RUNNING, 0, BatchState.QUEUED, 0)


async def test_a_path_that_no_worker_has_is_named(site: Site) -> None:
    job, _ = await site.submit(path="rag")
    assert await site.execution.work(job.job_id, 0) is Ending.FAILED
    failed = await site.jobs.get(job.job_id)
    assert (failed.error_reason, "rag" in failed.error) == ("PATH_UNAVAILABLE", True)


@pytest.mark.parametrize("then", [0, 4])
async def test_while_the_streams_are_away_a_batch_waits_and_no_attempt_counts(site: Site, then: int) -> None:
    if then:
        site.runners["scripted"] = Scripted(then=then, fault=ResultsUnreachable("away"))
    else:
        site.results.fault = ResultsUnreachable("away")
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.RETURNED
    assert (await state(site, job.job_id))[2:] == (BatchState.QUEUED, 0)


class Stopping(Scripted):
    """Returns too early."""

    def __init__(self, short: str = "") -> None:
        super().__init__()
        self.short = short

    async def run(self, claim: Any, context: Context) -> None:  # noqa: ARG002 - see Runner
        await context.emit(["{}"] * 6)
        context.spend("m", "write", Usage(output_tokens=60))
        context.short = self.short


async def test_a_batch_is_not_done_before_the_streams_hold_it(site: Site) -> None:
    site.runners["scripted"] = Stopping()
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.RETRIED
    assert await state(site, job.job_id) == (JobState.RUNNING, 0, BatchState.QUEUED, 1)
    assert (await site.jobs.get(job.job_id)).usage.output_tokens == 60


async def test_a_shortfall_that_is_stated_is_done_with_fewer_records(site: Site) -> None:
    site.runners["scripted"] = Stopping("the model made no more that fit")
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    ended = await site.jobs.get(job.job_id)
    assert (ended.state, ended.records_done, ended.records_requested) == (JobState.SUCCEEDED, 6, 10)
    assert ended.metadata["shortfall"] == ["the model made no more that fit"]
    assert ended.usage.output_tokens == 60


async def test_what_an_interrupted_attempt_cost_is_kept(site: Site) -> None:
    class Paying(Scripted):
        async def run(self, claim: Any, context: Context) -> None:
            context.spend("m", "write", Usage(output_tokens=7))
            await super().run(claim, context)

    runner = site.runners["scripted"] = Paying(then=2)
    job, _ = await site.submit(path="scripted")
    work = asyncio.create_task(site.execution.work(job.job_id, 0))
    await runner.waiting.wait()
    site.execution.stop()
    assert await work is Ending.RETURNED
    kept = await site.jobs.get(job.job_id)
    assert kept.usage.output_tokens == 7
    assert kept.metadata["tokens_by_model"] == {"m": {"input": 0, "output": 7, "cached": 0}}
    assert kept.metadata["tokens_by_stage"] == {"write": 7}


async def test_followers_that_cannot_be_told_do_not_undo_the_work(site: Site) -> None:
    class Breaking(Scripted):
        async def run(self, claim: Any, context: Context) -> None:
            await super().run(claim, context)
            look = context.look_again

            async def looking() -> int:
                end = await look()
                site.results.fault = ResultsUnreachable("away")
                return end

            context.look_again = looking  # type: ignore[method-assign]

    site.runners["scripted"] = Breaking()
    job, _ = await site.submit(path="scripted")
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert (await site.jobs.get(job.job_id)).state is JobState.SUCCEEDED
