"""testdata.v1.JobService: convert, call, convert back."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Final

from gateway.admission import Admission
from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.jobs.assembly import Jobs
from gateway.jobs.delivery import delivery_of
from gateway.jobs.facts import STATES, describe_job, metadata_of
from gateway.jobs.submission import faults_of, fingerprint_of
from gateway.jobs.waiting import finished_or_late
from gateway.preparation import Preparation
from gateway.sizes import require_fit
from gateway.streaming import chunk_characters, parts
from testdata_agent.engine.errors import Violation
from testdata_agent.stores.jobs import Job, UnknownJob
from testdata_agent.stores.results.base import ResultFault
from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import testdata_pb2

#: What a list of jobs holds where nobody says, and at the most.
DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 1000
#: What a page of records holds where nobody says, and at the most.
DEFAULT_PAGE_RECORDS: Final = 1000
MAX_PAGE_RECORDS: Final = 10_000
#: What a caller who cancels waits for a Redis that is away.
_TELL_SECONDS: Final = 1.0

_STATES_BY_NUMBER: Final = {number: state for state, number in STATES.items()}
#: The form of every id that this service gives.
_JOB_ID: Final = re.compile(r"job-[0-9a-f]{32}")


class JobServicer:
    """Serves the seven methods. Refusals are raised; the chain around it turns them into statuses."""

    def __init__(self, jobs: Jobs, admission: Admission, preparation: Preparation, *, max_message_bytes: int) -> None:
        self._stores, self._submission, self._following = jobs.stores, jobs.submission, jobs.following
        self._draining = jobs.draining
        self._admission = admission
        self._preparation = preparation
        self._chunk_characters = chunk_characters(max_message_bytes)

    async def SubmitJob(self, message: pb.SubmitJobRequest, call: Call) -> pb.Job:  # noqa: N802 - its name in the contract
        """Writes a job down and sends it off.

        Raises:
            Refusal: see Admission and Room.
            RequestConflict: the request_id stands for another request.
        """
        if not message.HasField("request"):
            raise Refusal.of([Violation("request", "REQUIRED", "a job is made of a request; set it")])
        request = message.request
        call.request_id = request.request_id or call.request_id
        await self._stores.check()
        faults = faults_of(request)
        job = None if faults else await self._submission.found(request, call)
        if job is None:
            admitted = await self._admission.admit(request, call, any_count=True, faults=faults)
            job = await self._submission.submit(
                admitted, call, request_id=request.request_id, fingerprint=fingerprint_of(request)
            )
        call.job = job
        return describe_job(job)

    async def GetJob(self, message: pb.GetJobRequest, call: Call) -> pb.Job:  # noqa: N802
        """The job as it is."""
        return describe_job(await self._job(message.job_id, call))

    async def ListJobs(self, message: pb.ListJobsRequest, call: Call) -> pb.ListJobsResponse:  # noqa: N802
        """A page of the caller's jobs, newest first."""
        require_fit(message)
        faults = []
        if message.page_size < 0:
            faults.append(Violation("page_size", "INVALID_PAGE_SIZE", f"{message.page_size} is less than 0"))
        states = [_STATES_BY_NUMBER.get(number) for number in message.states]
        faults += [
            Violation(f"states[{index}]", "UNKNOWN_ENUM_VALUE", f"{number} is no state of jobs; {_known_states()}")
            for index, (number, state) in enumerate(zip(message.states, states, strict=True))
            if state is None
        ]
        if faults:
            raise Refusal.of(faults)
        await self._stores.check()
        size = min(message.page_size or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
        wanted = {state for state in states if state is not None}
        try:
            page = await self._stores.ledger.page(
                call.caller.client_id, states=wanted, size=size, token=message.page_token
            )
        except ValueError as error:
            fault = Violation("page_token", "INVALID_PAGE_TOKEN", "it is none that this service gave; begin with none")
            raise Refusal.of([fault]) from error
        return pb.ListJobsResponse(jobs=map(describe_job, page.jobs), next_page_token=page.next_token)

    async def CancelJob(self, message: pb.CancelJobRequest, call: Call) -> pb.Job:  # noqa: N802
        """Asks for the end of a job; one that has ended stays as it is."""
        before = await self._job(message.job_id, call)
        job = call.job = await self._stores.ledger.cancel(before.job_id, client_id=call.caller.client_id)
        if job.state.finished and not before.state.finished:
            # It is cancelled whether or not followers hear of it at once: they look by themselves, too.
            with suppress(ResultFault, TimeoutError):
                async with asyncio.timeout(_TELL_SECONDS):
                    await self._stores.results.announce(job.job_id, job.state)
        return describe_job(job)

    async def WaitJob(self, message: pb.WaitJobRequest, call: Call) -> pb.Job:  # noqa: N802
        """The job once it has ended, or at the timeout as it is."""
        seconds = None
        if message.HasField("timeout"):
            seconds = message.timeout.seconds + message.timeout.nanos / 1e9
            if seconds < 0:
                raise Refusal.of([Violation("timeout", "INVALID_TIMEOUT", "it is less than 0")])
        job = await self._job(message.job_id, call)
        waiting = finished_or_late(self._stores, job.job_id, client_id=call.caller.client_id, seconds=seconds)
        job = call.job = await self._draining.result(waiting)
        return describe_job(job)

    async def GetJobResults(self, message: pb.GetJobResultsRequest, call: Call) -> pb.GetJobResultsResponse:  # noqa: N802
        """A page of the records that are there."""
        faults = _faults_of_place(message.from_record)
        if message.max_records < 0:
            faults.append(Violation("max_records", "INVALID_PAGE_SIZE", f"{message.max_records} is less than 0"))
        if faults:
            raise Refusal.of(faults)
        job = await self._job(message.job_id, call)
        first_row = job.request["first_row"]
        row = max(message.from_record, first_row)
        page = await self._following.page(
            job,
            row,
            max_records=min(message.max_records or DEFAULT_PAGE_RECORDS, MAX_PAGE_RECORDS),
            max_characters=self._chunk_characters,
        )
        delivery = await delivery_of(job, self._preparation)
        rows = [text for entry in page.entries for text in delivery.rows(entry)]
        answer = pb.GetJobResultsResponse(
            job_id=job.job_id,
            data=delivery.text(rows, head=row == first_row),
            record_count=len(rows),
            first_record=page.entries[0].first if page.entries else page.next_record,
            next_record=page.next_record,
            is_final=page.final,
            state=STATES[job.state],
            metadata=metadata_of(job) if page.final else None,
        )
        call.records, call.sent_bytes = len(rows), answer.ByteSize()
        return answer

    async def StreamJobResults(  # noqa: N802
        self, message: pb.StreamJobResultsRequest, call: Call
    ) -> AsyncGenerator[testdata_pb2.DataChunk, None]:
        """Records that are there and those to come; the last chunk has no data but the metadata."""
        faults = _faults_of_place(message.from_record)
        if faults:
            raise Refusal.of(faults)
        job = await self._job(message.job_id, call)
        first_row = job.request["first_row"]
        row = end = max(message.from_record, first_row)
        delivery = await delivery_of(job, self._preparation)
        index = 0
        async with aclosing(self._following.follow(job, row)) as entries:
            async for entry in self._draining.each(entries):
                end = entry.first
                for rows in parts(delivery.rows(entry), self._chunk_characters):
                    first, end = end, end + len(rows)
                    chunk = testdata_pb2.DataChunk(
                        request_id=job.request_id,
                        data=delivery.text(rows, head=index == 0 and row == first_row),
                        chunk_index=index,
                        first_record=first,
                        next_record=end,
                    )
                    call.sent_bytes += chunk.ByteSize()
                    yield chunk
                    call.records += len(rows)
                    index += 1
        job = await self._stores.ledger.get(job.job_id)
        yield testdata_pb2.DataChunk(
            request_id=job.request_id,
            chunk_index=index,
            is_final=True,
            first_record=end,
            next_record=end,
            metadata=metadata_of(job),
        )

    async def _job(self, job_id: str, call: Call) -> Job:
        """The caller's job; the call is about it from here on."""
        await self._stores.check()
        if not _JOB_ID.fullmatch(job_id):
            raise UnknownJob(f"there is no job {job_id[:60]!r}")
        try:
            call.job = await self._stores.ledger.get(job_id, client_id=call.caller.client_id)
        except UnknownJob as error:
            raise UnknownJob(f"there is no job {job_id!r}; jobs that ended long ago are forgotten") from error
        call.path = call.job.path
        return call.job


def _faults_of_place(from_record: int) -> list[Violation]:
    if from_record < 0:
        return [Violation("from_record", "OUT_OF_RANGE", f"{from_record} is less than 0")]
    return []


def _known_states() -> str:
    return "known: " + ", ".join(f"{state.name} ({number})" for state, number in STATES.items())
