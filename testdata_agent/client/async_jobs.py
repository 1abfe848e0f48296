"""Jobs, in asyncio."""

import asyncio
from collections.abc import AsyncIterator, Collection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias, Unpack

import grpc
import grpc.aio

from testdata_agent.client import job_calls, transport
from testdata_agent.client.answer import Record, placed_records
from testdata_agent.client.arguments import RequestArguments
from testdata_agent.client.channels import ended_by_others
from testdata_agent.client.errors import CancelledError, UnavailableError
from testdata_agent.client.job import Job, JobPage, JobState, ResultPage, to_job, to_names, to_page, to_results
from testdata_agent.client.retry import RetryPolicy
from testdata_agent.client.translation import translate
from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import testdata_pb2
from testdata_agent.v1.jobs_pb2_grpc import JobServiceStub

if TYPE_CHECKING:  # a name that only the stubs' types know
    from testdata_agent.v1.jobs_pb2_grpc import JobServiceAsyncStub

_Chunks: TypeAlias = "grpc.aio.UnaryStreamCall[pb.StreamJobResultsRequest, testdata_pb2.DataChunk]"


class _Call(Protocol):
    """Makes a unary call, again where it found no server."""

    async def __call__(self, method: Any, request: object, timeout_seconds: float | None) -> Any: ...


class AsyncJobStream:
    """The records of a job, those that are there and those to come: iterate over it, or over `texts()`.

    A connection that breaks is made again, and the stream goes on from the next record. Leaving it ends the following
    and not the job.

    Attributes:
        job_id: Whose records these are.
        metadata: How they were made; None until the last one has been read.
        next_record: `_index` of the record after those handed on so far: where another stream would go on.
        records: How many were handed on.
    """

    def __init__(
        self, stub: "JobServiceAsyncStub", target: str, retry: RetryPolicy, job_id: str, from_record: int
    ) -> None:
        self._stub, self._target, self._retry = stub, target, retry
        self._call: _Chunks | None = None
        self._closed = False
        self.job_id = job_id
        self.metadata: testdata_pb2.GenerationMetadata | None = None
        self.next_record = from_record
        self.records = 0

    async def texts(self) -> AsyncIterator[str]:
        """Yields each chunk's text: a whole JSON array, whole lines or whole statements."""
        async for chunk in self._chunks():
            self.next_record = chunk.next_record
            self.records += chunk.next_record - chunk.first_record
            yield chunk.data

    async def __aiter__(self) -> AsyncIterator[Record]:
        async for chunk in self._chunks():
            for after, record in placed_records(chunk):
                self.next_record = after
                self.records += 1
                yield record
            self.next_record = chunk.next_record

    async def _chunks(self) -> AsyncIterator[testdata_pb2.DataChunk]:
        failures = 0
        while self.metadata is None and not self._closed:
            try:
                async for chunk in self._open():
                    failures = 0
                    if chunk.is_final:
                        self.metadata = chunk.metadata
                    elif chunk.data:
                        yield chunk
            except grpc.aio.AioRpcError as error:
                if self._closed:
                    return
                failures += 1
                known = translate(error, self._target)
                pause = job_calls.pause_before_resuming(self._retry, failures, error.code(), known)
                if pause is None:
                    raise known from error
                await asyncio.sleep(pause)
            except asyncio.CancelledError as error:
                if not ended_by_others():
                    raise
                if self._closed:
                    return
                raise CancelledError("this client was closed") from error
            else:
                failures += self.metadata is None
                if failures >= self._retry.attempts:
                    raise UnavailableError(f"{self._target} ends the stream again and again without its final chunk")
            finally:
                self._leave()  # whoever leaves the loop early reads no further

    def _open(self) -> _Chunks:
        self._call = self._stub.StreamJobResults(
            pb.StreamJobResultsRequest(job_id=self.job_id, from_record=self.next_record)
        )
        return self._call

    def close(self) -> None:
        """Ends the following."""
        self._closed = True
        self._leave()

    def _leave(self) -> None:
        if self._call is not None:
            self._call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncJobs:
    """The jobs of one gateway; reached as `client.jobs`."""

    def __init__(self, channel: grpc.aio.Channel, target: str, call: _Call) -> None:
        self._stub, self._target, self._call = JobServiceStub(channel), target, call

    async def submit(
        self, entity: str = "", *, timeout_seconds: float | None = None, **arguments: Unpack[RequestArguments]
    ) -> Job:
        """Has workers make the records of one request, any number of them; returns at once.

        `request_id` is the idempotency key: the same one with the same request gives the same job.
        """
        request = job_calls.submission(entity, **arguments)
        return to_job(await self._call(self._stub.SubmitJob, request, timeout_seconds))

    async def each(
        self, states: Collection[JobState | str] = (), *, page_size: int = 0, timeout_seconds: float | None = None
    ) -> AsyncIterator[Job]:
        """All jobs, newest first; of these states, or any. Pages are asked for as they are needed."""
        token = ""
        while True:
            page = await self.list(states, page_size=page_size, page_token=token, timeout_seconds=timeout_seconds)
            for job in page:
                yield job
            token = page.next_page_token
            if not token:
                return

    async def get(self, job_id: str, *, timeout_seconds: float | None = None) -> Job:
        """How a job stands."""
        return to_job(await self._call(self._stub.GetJob, pb.GetJobRequest(job_id=job_id), timeout_seconds))

    async def list(
        self,
        states: Collection[JobState | str] = (),
        *,
        page_size: int = 0,
        page_token: str = "",
        timeout_seconds: float | None = None,
    ) -> JobPage:
        """A page of jobs, newest first; of these states, or all. `page_size` 0 leaves it to the server."""
        request = pb.ListJobsRequest(page_size=page_size, page_token=page_token, states=to_names(states))
        return to_page(await self._call(self._stub.ListJobs, request, timeout_seconds))

    async def cancel(self, job_id: str, *, timeout_seconds: float | None = None) -> Job:
        """Asks for the end of a job; what was made stays readable."""
        return to_job(await self._call(self._stub.CancelJob, pb.CancelJobRequest(job_id=job_id), timeout_seconds))

    async def wait(self, job_id: str, *, seconds: float | None = None) -> Job:
        """The job once it has ended, or after so many seconds as it is then."""
        deadline = transport.Deadline(seconds)
        while True:
            remaining = deadline.remaining()
            at_once = job_calls.WAIT_SECONDS if remaining is None else min(remaining, job_calls.WAIT_SECONDS)
            request = job_calls.waiting(job_id, at_once)
            job = to_job(await self._call(self._stub.WaitJob, request, at_once + job_calls.WAIT_GRACE_SECONDS))
            if job.state.finished or deadline.remaining() == 0:
                return job

    async def results(
        self, job_id: str, *, from_record: int = 0, max_records: int = 0, timeout_seconds: float | None = None
    ) -> ResultPage:
        """A page of the records that are there. `max_records` 0 leaves it to the server."""
        request = pb.GetJobResultsRequest(job_id=job_id, from_record=from_record, max_records=max_records)
        return to_results(await self._call(self._stub.GetJobResults, request, timeout_seconds))

    def follow(
        self, job_id: str, *, from_record: int = 0, retry: RetryPolicy = job_calls.FOLLOW_RETRY
    ) -> AsyncJobStream:
        """The records of a job as they are made, through broken connections."""
        return AsyncJobStream(self._stub, self._target, retry, job_id, from_record)
