"""One batch, from its claim to its end in the ledger.

The message that brought it may come twice, late or never; only who wins the claim works, and whatever ends the work is
written down truthfully: done, cancelled with what was made, given back, counted as a failed attempt, or left to
whoever holds the claim now.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from structlog.typing import FilteringBoundLogger

from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.service.tracing import Kind, NoTracing, Span, Tracing
from testdata_agent.stores.jobs import BatchLost, Claim, Job, JobStore, LedgerUnreachable, UnknownJob
from testdata_agent.stores.jobs.clocks import LEASE_SECONDS, RENEW_SECONDS
from testdata_agent.stores.jobs.notes import merged
from testdata_agent.stores.results.base import ResultFault, ResultsFull, ResultsGone, ResultStore, ResultsUnreachable
from worker.bills import Bill
from worker.faults import where
from worker.heartbeat import Heartbeat, Holding, Interruption
from worker.metrics import Metrics
from worker.runners import AbsentRunner, Context, JobBroken, Runners
from worker.spending import Spending

#: Ids that callers choose are cut to this many characters in a log line.
_MAX_LOGGED_ID = 128


class Ending(StrEnum):
    """What became of a delivered message."""

    DONE = "done"
    CANCELLED = "cancelled"
    #: Given back unfinished, as if it had not been claimed.
    RETURNED = "returned"
    #: Given back, one attempt poorer.
    RETRIED = "retried"
    #: Another worker has the batch now.
    LOST = "lost"
    #: The job cannot go on.
    FAILED = "failed"
    #: There was nothing to do.
    IDLE = "idle"
    #: This process is ending: somebody else is to have the message.
    REFUSED = "refused"


@dataclass
class Execution:
    """Works on batches; any number at the same time, on one loop.

    Attributes:
        owner: Names this process in the ledger.
        batch_seconds: How long one attempt may take.
        stopping: Whether nothing new is begun.
        tracing: Where the spans of batches go, below those of the calls that submitted their jobs.
    """

    jobs: JobStore
    results: ResultStore
    runners: Runners
    heartbeat: Heartbeat
    metrics: Metrics
    log: FilteringBoundLogger
    owner: str
    batch_seconds: float
    stopping: bool = False
    tracing: Tracing = field(default_factory=NoTracing)

    def __post_init__(self) -> None:
        """Begins to count what is spent."""
        self._spending = Spending(self.metrics)

    def stop(self) -> None:
        """Ends all work; what is unfinished goes back."""
        self.stopping = True
        self.heartbeat.interrupt_all(Interruption.STOPPING)

    async def work(self, job_id: str, number: int) -> Ending:
        """Does what the message about a batch asks for."""
        if self.stopping:
            return Ending.REFUSED
        asked_ns = time.time_ns()
        claim = await self.jobs.claim(
            job_id, number, owner=self.owner, lease=LEASE_SECONDS, engine_version=ENGINE_VERSION
        )
        if claim is None:
            await self._look_at(job_id)
            return Ending.IDLE
        with self.tracing.span("batch", Kind.CONSUMER, parent=claim.job.traceparent, started_ns=asked_ns) as span:
            with self.tracing.span("claim", started_ns=asked_ns):
                pass  # it is had: what it took is known only now
            return await self._claimed(claim, span)

    async def _claimed(self, claim: Claim, span: Span) -> Ending:
        """Works on a batch, which is counted, logged and traced."""
        batch = claim.batch
        span.note(job_id=batch.job_id, job_path=claim.job.path, batch_number=batch.number, batch_attempt=batch.attempt)
        began = time.monotonic()
        holding = self.heartbeat.hold(claim)
        try:
            with self.metrics.working(batch.queue):
                ending, records = await self._worked(holding)
        finally:
            self.heartbeat.drop(holding)
        seconds = time.monotonic() - began
        self.metrics.batch(batch.queue, ending, seconds, records)
        span.note(batch_ending=ending.value, batch_records=records)
        self._log(claim).info("batch", ending=ending, seconds=round(seconds, 3), records=records)
        return ending

    async def _worked(self, holding: Holding) -> tuple[Ending, int]:
        """How it ended, and the records that this attempt added."""
        claim = holding.claim
        try:
            context = await Context.open(
                claim,
                self.results,
                tracing=self.tracing,
                paid=self._spending.of(claim.job),
                bill=self._bill_of(claim),
            )
        except ResultFault as error:
            return await self._fault(claim, error), 0
        before, began = context.end, time.monotonic()
        await self._run(holding, context)
        if claim.batch.number == 0 and before == claim.batch.start and context.first_at is not None:
            self.metrics.first_record(claim.job.path, _waited(claim.job) + context.first_at - began)
        ending = await self._recorded(holding, context)
        return ending, max(context.end - before, 0)

    async def _run(self, holding: Holding, context: Context) -> None:
        """Has the runner work until it returns, fails or is interrupted."""
        if self.stopping:
            holding.interrupt(Interruption.STOPPING)
        if holding.interruption is not None:
            return
        runner = self.runners.get(holding.claim.job.path, AbsentRunner())
        holding.task = asyncio.create_task(runner.run(holding.claim, context))
        done, _ = await asyncio.wait([holding.task], timeout=self.batch_seconds)
        if not done:
            holding.interrupt(Interruption.DEADLINE)
            await asyncio.wait([holding.task])

    async def _recorded(self, holding: Holding, context: Context) -> Ending:
        """As `_settled`, again and again while the ledger is away: what was paid is known here alone.

        A process that is ending waits no longer.
        """
        told = False
        while True:
            try:
                return await self._settled(holding, context)
            except LedgerUnreachable as error:
                if self.stopping:
                    raise
                if not told:
                    self._log(holding.claim).error("ledger_unreachable", error=str(error))
                told = True
            await asyncio.sleep(RENEW_SECONDS)

    async def _settled(self, holding: Holding, context: Context) -> Ending:
        """Writes down how the work ended."""
        claim, task = holding.claim, holding.task
        if task is not None and not task.cancelled():
            # It ended by itself, even if it was told to a moment later.
            error = task.exception()
            return await (self._finish(claim, context) if error is None else self._fault(claim, error, context))
        match holding.interruption:
            case Interruption.CANCELLED:
                return await self._finish(claim, context, cancelled=True)
            case Interruption.STOPPING:
                return await self._give_back(claim, context)
            case Interruption.LOST:
                await self._spend(claim, context)
                self.metrics.lost()
                return Ending.LOST
            case _:
                self._log(claim).error("batch_deadline", seconds=self.batch_seconds)
                return await self._give_back(claim, context, counted=True)

    async def _finish(self, claim: Claim, context: Context, *, cancelled: bool = False) -> Ending:
        """Done, if the streams hold what was to be made."""
        try:
            end = await context.look_again()
            context.notes |= context.counts() | await context.defects()
        except ResultFault as error:
            return await self._fault(claim, error, context)
        if end < claim.batch.stop and not cancelled and not context.short:
            self._log(claim).error("batch_incomplete", rows=end - claim.batch.start, wanted=claim.batch.size)
            return await self._give_back(claim, context, counted=True)
        notes = context.notes | ({"shortfall": [context.short]} if context.short else {})
        notes = merged(notes, context.owed.notes)
        try:
            job = await self.jobs.finish(claim, records=end - claim.batch.start, usage=context.owed.usage, notes=notes)
        except BatchLost:
            await self._spend(claim, context)
            self.metrics.lost()
            return Ending.LOST
        self.metrics.finished(claim.job.path, context.notes)
        await self._tell(job)
        return Ending.CANCELLED if cancelled else Ending.DONE

    async def _fault(self, claim: Claim, error: BaseException, context: Context | None = None) -> Ending:
        """What a fault means: the end of the job, a pause, or a failed attempt."""
        log = self._log(claim)
        match error:
            case JobBroken():
                return await self._fail(claim, error.reason, error.error, context)
            case ResultsFull():
                return await self._fail(claim, "RESULTS_FULL", f"{error}; stream the request instead", context)
            case ResultsGone():
                return await self._fail(claim, "RESULTS_GONE", str(error), context)
            case ResultsUnreachable():
                log.error("results_unreachable", error=str(error))
                return await self._give_back(claim, context)
            case LedgerUnreachable():
                return await self._give_back(claim, context)
            case _:
                log.error("batch_failed", error=type(error).__name__, where=where(error))
                return await self._give_back(claim, context, counted=True)

    async def _fail(self, claim: Claim, reason: str, error: str, context: Context | None) -> Ending:
        self._log(claim).error("job_failed", reason=reason)
        await self._spend(claim, context)
        await self._tell(await self.jobs.fail(claim.job.job_id, reason=reason, error=error))
        return Ending.FAILED

    async def _give_back(self, claim: Claim, context: Context | None, *, counted: bool = False) -> Ending:
        await self._spend(claim, context)
        await self.jobs.release(claim, counted=counted)
        return Ending.RETRIED if counted else Ending.RETURNED

    async def _spend(self, claim: Claim, context: Context | None) -> None:
        if context is None or context.owed == Bill():
            return
        await self._bill_of(claim)(context.owed)
        context.owed = Bill()

    def _bill_of(self, claim: Claim) -> Callable[[Bill], Awaitable[None]]:
        async def bill(owed: Bill) -> None:
            await self.jobs.spend(claim.job.job_id, usage=owed.usage, notes=dict(owed.notes))

        return bill

    async def _look_at(self, job_id: str) -> None:
        """A batch that was not to be had may just have been parked, and its job ended by that."""
        try:
            job = await self.jobs.get(job_id)
        except UnknownJob:
            return
        if job.error_reason == "BATCH_PARKED":
            self.metrics.parked()
            self.log.error("batch_parked", job_id=job_id, request_id=job.request_id[:_MAX_LOGGED_ID])
            await self._tell(job)

    async def _tell(self, job: Job) -> None:
        """Wakes those who follow a job, and bounds the life of what it made."""
        try:
            await self.results.announce(job.job_id, job.state)
            if job.finished_at is not None and job.results_expire_at is not None:
                await self.results.expire(job.job_id, seconds=job.results_expire_at - job.finished_at)
        except ResultFault as error:
            # The ledger has it; followers look there by themselves, and orphaned records go in time.
            self.log.warning("announcement_failed", job_id=job.job_id, error=type(error).__name__)

    def _log(self, claim: Claim) -> FilteringBoundLogger:
        job, batch = claim.job, claim.batch
        bound: FilteringBoundLogger = self.log.bind(
            job_id=job.job_id,
            request_id=job.request_id[:_MAX_LOGGED_ID],
            path=job.path,
            batch=batch.number,
            attempt=batch.attempt,
        )
        return bound


def _waited(job: Job) -> float:
    """Seconds from a job's submission to the start of its work, both by the database's clock."""
    return 0.0 if job.started_at is None else max(0.0, job.started_at - job.created_at)
