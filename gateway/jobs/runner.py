"""Calls that wait for their records, served by a job of their own: the model path of GenerateData and its stream."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final

from typing_extensions import override

from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.jobs.delivery import delivery_of
from gateway.jobs.following import Following
from gateway.jobs.stores import JobStores
from gateway.jobs.submission import Submission
from gateway.pace import Pace
from gateway.paths import Admitted, Runner
from gateway.patterns.choosing import Chosen
from gateway.preparation import Preparation
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.stores.jobs import Job, JobState
from testdata_agent.stores.results.base import Entry

#: How long a call without a deadline waits for its job.
PATIENCE_SECONDS: Final = 300.0
#: The initial metadata that names the job.
JOB_ID_HEADER: Final = "x-job-id"


class JobRunner(Runner):
    """Submits a job for the call and follows it. A caller that leaves does not end the job: paid work is kept."""

    def __init__(
        self,
        stores: JobStores,
        submission: Submission,
        following: Following,
        preparation: Preparation,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._stores = stores
        self._submission = submission
        self._following = following
        self._preparation = preparation
        self._patience = patience_seconds

    @override
    async def look(self, request: GenerationRequest, run: Run) -> Chosen | None:
        """Serves whatever it is put in the table for."""
        return None

    @override
    async def blocks(self, admitted: Admitted, call: Call, pace: Pace) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """See Runner.

        Raises:
            Refusal: JOB_FAILED or JOB_CANCELLED, once what was made has been given; DEADLINE_EXCEEDED, naming the job,
                where the caller has no deadline and the job takes longer than a call waits.
        """
        await self._stores.check()
        job = call.job = await self._submission.submit(admitted, call)
        await call.context.send_initial_metadata(((JOB_ID_HEADER, job.job_id),))
        delivery = await delivery_of(job, self._preparation)
        first_row = admitted.run.first_row
        async with aclosing(self._following.follow(job, first_row)) as entries:
            async for entry in self._within_patience(entries, call, job):
                yield entry.first - first_row, delivery.rows(entry)
        call.job = await self._stores.ledger.get(job.job_id)
        _require_success(call.job)

    async def _within_patience(
        self, entries: AsyncGenerator[Entry, None], call: Call, job: Job
    ) -> AsyncIterator[Entry]:
        # With a deadline of the caller's own, grpc ends the call.
        end = time.monotonic() + self._patience if call.context.time_remaining() is None else None
        while True:
            remaining = None if end is None else max(0.0, end - time.monotonic())
            try:
                async with asyncio.timeout(remaining):
                    entry = await anext(entries)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise Refusal(
                    "DEADLINE_EXCEEDED",
                    f"the records took longer than {self._patience:g} s; job {job.job_id} goes on: read them by"
                    " StreamJobResults, or end it by CancelJob",
                ) from error
            yield entry


def _require_success(job: Job) -> None:
    there = f"{job.records_done} of {job.records_requested} records were made"
    if job.state is JobState.FAILED:
        raise Refusal("JOB_FAILED", f"job {job.job_id} failed: {job.error}; {there}: GetJobResults gives them")
    if job.state is JobState.CANCELLED:
        raise Refusal("JOB_CANCELLED", f"job {job.job_id} was cancelled; {there}: GetJobResults gives them")
