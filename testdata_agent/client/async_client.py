"""The asyncio client of the gateway."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Self, TypeAlias, TypeVar, Unpack

import grpc
import grpc.aio

from testdata_agent.client import catalogue, transport
from testdata_agent.client.answer import Answer, Record, placed_records
from testdata_agent.client.arguments import RequestArguments
from testdata_agent.client.async_jobs import AsyncJobs
from testdata_agent.client.async_patterns import AsyncPatterns
from testdata_agent.client.async_registry import AsyncSchemaRegistry
from testdata_agent.client.catalogue import SchemaSummary
from testdata_agent.client.channels import ended_by_others
from testdata_agent.client.conversion import to_answer, to_request
from testdata_agent.client.errors import CancelledError, ClientError
from testdata_agent.client.health import Health
from testdata_agent.client.retry import RetryPolicy, pause_before_repeating
from testdata_agent.client.tls import Tls
from testdata_agent.client.translation import translate
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1.testdata_pb2_grpc import TestDataServiceStub

_T = TypeVar("_T")
_Chunks: TypeAlias = "grpc.aio.UnaryStreamCall[pb.GenerateRequest, pb.DataChunk]"


class AsyncStream:
    """The records of one request as they are made: iterate over it, or over `texts()`, once.

    Leaving it early (`close`, or the end of an `async with` block) stops the server's work.

    Attributes:
        metadata: Path, seed, score and counts; None until the last chunk has been read.
        next_record: `_index` of the record after those handed on so far: where a new call would go on.
    """

    def __init__(self, open_call: Callable[[], _Chunks], target: str, retry: RetryPolicy, first_record: int) -> None:
        self._open, self._target, self._retry = open_call, target, retry
        self._call: _Chunks | None = None
        self.metadata: pb.GenerationMetadata | None = None
        self.next_record = first_record

    async def texts(self) -> AsyncIterator[str]:
        """Yields each chunk's text as the server wrote it: a whole JSON array, whole lines or whole statements."""
        async for chunk in self._chunks():
            self.next_record = chunk.next_record
            yield chunk.data

    async def __aiter__(self) -> AsyncIterator[Record]:
        async for chunk in self._chunks():
            for after, record in placed_records(chunk):
                self.next_record = after
                yield record
            self.next_record = chunk.next_record

    async def _chunks(self) -> AsyncIterator[pb.DataChunk]:
        if self._call is not None:
            raise ClientError("a stream is read once; ask for another (with its seed it gives the same records)")
        # Only an opening that brought nothing is tried again: what has been handed on is not handed on twice.
        attempt = 1
        while True:
            received = False
            try:
                self._call = self._open()
                async for chunk in self._call:
                    received = True
                    if chunk.is_final:
                        self.metadata = chunk.metadata
                    elif chunk.data:
                        yield chunk
                return
            except grpc.aio.AioRpcError as error:
                known = translate(error, self._target)
                pause = None if received else pause_before_repeating(self._retry, attempt, error.code(), known)
                if pause is None:
                    raise known from error
                await asyncio.sleep(pause)
                attempt += 1
            except asyncio.CancelledError as error:
                if not ended_by_others():
                    raise
                raise CancelledError("the stream was closed") from error
            finally:
                self.close()  # whoever leaves the loop early reads no further

    def close(self) -> None:
        """Ends the call; the server stops making records."""
        if self._call is not None:
            self._call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient:
    """A connection to one gateway, for the event loop that it is first used in.

    Args:
        target: `host:port` of the gateway's gRPC port.
        timeout_seconds: For each call, its retries included; a call may set its own. Streams have none by default.
        retry: When a call that found no server is made again.
        tls: How to connect by TLS, `Tls()` at the least; None connects in plain text.
        api_key: Sent with every call, for a gateway that wants one.
        insecure: Whether the key may leave this machine in plain text.

    Raises:
        SetupError: It cannot be set up so.

    Every method raises `testdata_agent.client.errors.ClientError` in its most specific kind.

    Attributes:
        jobs: Requests that workers make the records of: submit, follow, wait, read.
        registry: Schemas that are registered under a name: register, get, list, delete.
        patterns: Records that are varied into new ones: learn, search, record_defect, rate, delete, stats.
    """

    def __init__(
        self,
        target: str = transport.DEFAULT_TARGET,
        *,
        timeout_seconds: float = transport.DEFAULT_TIMEOUT_SECONDS,
        retry: RetryPolicy | None = None,
        tls: Tls | None = None,
        api_key: str | None = None,
        insecure: bool = False,
    ) -> None:
        self.target = target
        self._timeout = timeout_seconds
        self._retry = retry or RetryPolicy()
        self._channel = transport.async_channel(target, tls, api_key, insecure=insecure)
        self._stub = TestDataServiceStub(self._channel)
        self.jobs = AsyncJobs(self._channel, self.target, self._call)
        self.registry = AsyncSchemaRegistry(self._channel, self._call)
        self.patterns = AsyncPatterns(self._channel, self.target, self._call)

    async def generate(
        self, entity: str = "", *, timeout_seconds: float | None = None, **arguments: Unpack[RequestArguments]
    ) -> Answer:
        """The records of one request, in one answer. Over the server's limit (1000 records): use `stream`."""
        request = to_request(entity, **arguments)
        return to_answer(await self._call(self._stub.GenerateData, request, timeout_seconds))

    def stream(
        self, entity: str = "", *, timeout_seconds: float | None = None, **arguments: Unpack[RequestArguments]
    ) -> AsyncStream:
        """The records of one request as they are made, any number of them in little memory."""
        request, timeout = to_request(entity, **arguments), transport.timeout_of(timeout_seconds)
        return AsyncStream(
            lambda: self._stub.GenerateDataStream(request, timeout=timeout),
            self.target,
            self._retry,
            request.first_row,
        )

    async def schemas(self, domain: str = "", *, timeout_seconds: float | None = None) -> list[SchemaSummary]:
        """What the server can make; of one domain where it is named."""
        answer = await self._call(self._stub.GetSchemas, pb.GetSchemasRequest(domain=domain), timeout_seconds)
        return catalogue.summaries(answer.schemas)

    async def health(self, *, timeout_seconds: float | None = None) -> Health:
        """What the server says about itself and its parts."""
        answer = await self._call(self._stub.HealthCheck, pb.HealthCheckRequest(), timeout_seconds)
        return Health(answer.status, dict(answer.components))

    async def _call(self, method: Callable[..., Awaitable[_T]], request: object, timeout_seconds: float | None) -> _T:
        deadline = transport.Deadline(self._timeout if timeout_seconds is None else timeout_seconds)
        attempt = 1
        while True:
            try:
                return await method(request, timeout=deadline.remaining())
            except grpc.aio.AioRpcError as error:
                known = translate(error, self.target)
                pause = pause_before_repeating(self._retry, attempt, error.code(), known)
                if pause is None or not deadline.leaves(pause):
                    raise known from error
                await asyncio.sleep(pause)
                attempt += 1
            except asyncio.CancelledError as error:
                if not ended_by_others():
                    raise
                raise CancelledError("this client was closed in mid-call") from error

    def __repr__(self) -> str:
        return f"<AsyncClient of {self.target}>"

    async def close(self) -> None:
        """Closes the connection; calls in flight are cancelled."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
