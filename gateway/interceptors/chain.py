"""The one handler around every method: decode, intercept, serve, end."""

import asyncio
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Final

import grpc
from structlog.typing import FilteringBoundLogger

from gateway.decoding import Undecodable
from gateway.errors import rich
from gateway.errors.catalog import Status
from gateway.errors.refusal import Refusal
from gateway.errors.translation import translate
from gateway.interceptors.base import Call, Interceptor
from testdata_agent.service.logs import MAX_LOGGED_ID

UnaryMethod = Callable[[Any, Call], Awaitable[Any]]
GatheringMethod = Callable[[AsyncIterator[Any], Call], Awaitable[Any]]
StreamMethod = Callable[[Any, Call], AsyncGenerator[Any, None]]
TalkingMethod = Callable[[AsyncIterator[Any], Call], AsyncGenerator[Any, None]]

#: How long a call that ends because its client takes nothing waits for that client.
_GOODBYE_SECONDS: Final = 1.0

_CODES = {status: grpc.StatusCode[status.name] for status in Status}


class Chain:
    """Runs methods inside a fixed row of interceptors.

    `began` and `admits` go from the first to the last, `refused`, `ended` and `after` from the last to the first. Where
    one refuses a call, those behind it hear of its end all the same.
    """

    def __init__(
        self,
        interceptors: Sequence[Interceptor],
        log: FilteringBoundLogger,
        *,
        stall_seconds: float,
    ) -> None:
        """Takes what is around every method, outermost first, and how long a chunk waits for its client."""
        self._stall_seconds = stall_seconds
        self._began = tuple(i.began for i in interceptors if _overrides(i, "began"))
        self._admits = tuple(i.admits for i in interceptors if _overrides(i, "admits"))
        self._refused = tuple(i.refused for i in reversed(interceptors) if _overrides(i, "refused"))
        self._ended = tuple(i.ended for i in reversed(interceptors) if _overrides(i, "ended"))
        self._after = tuple(i.after for i in reversed(interceptors) if _overrides(i, "after"))
        self._log = log
        #: While it is there, calls that are taken up wait for it.
        self._held: asyncio.Event | None = None

    def hold(self) -> None:
        """Has calls that begin from now on wait for `release`; those under way go on."""
        self._held = asyncio.Event()

    def release(self) -> None:
        """Lets the calls that waited go on, in their order."""
        held, self._held = self._held, None
        if held is not None:
            held.set()

    def unary(self, name: str, method: UnaryMethod) -> Callable[[Any, Any], Awaitable[Any]]:
        """A grpc.aio unary behaviour for `method`."""
        began, admits = self._began, self._admits

        async def handle(request: Any, context: Any) -> Any:
            call = Call(context, name, streaming=False)
            if self._held is not None:
                await self._held.wait()  # whoever leaves meanwhile was never begun
            try:
                for hook in began:
                    hook(call, request)
                for admit in admits:
                    await admit(call, request)
                if type(request) is Undecodable:
                    raise Refusal("UNDECODABLE_REQUEST")
                return await method(request, call)
            except asyncio.CancelledError:
                self._left(call)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a status of the catalogue
                return await self._refuse(call, error)
            finally:
                self._end(call)

        return handle

    def gathering(self, name: str, method: GatheringMethod) -> Callable[[Any, Any], Awaitable[Any]]:
        """A grpc.aio client-streaming behaviour for `method`; interceptors see no request."""

        async def gather(requests: Any, call: Call) -> Any:
            return await method(_decoded(requests), call)

        return self.unary(name, gather)

    def stream(self, name: str, method: StreamMethod) -> Callable[[Any, Any], Awaitable[None]]:
        """A grpc.aio server-streaming behaviour for `method`; each write waits for the client to take it."""
        began, admits = self._began, self._admits

        async def handle(request: Any, context: Any) -> None:
            call = Call(context, name, streaming=True)
            if self._held is not None:
                await self._held.wait()  # whoever leaves meanwhile was never begun
            try:
                for hook in began:
                    hook(call, request)
                for admit in admits:
                    await admit(call, request)
                if type(request) is Undecodable:
                    raise Refusal("UNDECODABLE_REQUEST")
                async with aclosing(method(request, call)) as messages:
                    async for message in messages:
                        await _write(context, message, self._stall_seconds)
            except asyncio.CancelledError:
                self._left(call)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets a status of the catalogue
                await self._refuse(call, error)
            finally:
                self._end(call)

        return handle

    def talking(self, name: str, method: TalkingMethod) -> Callable[[Any, Any], Awaitable[None]]:
        """A grpc.aio behaviour for `method`, whose both sides stream; interceptors see no request."""

        def talk(requests: Any, call: Call) -> AsyncGenerator[Any, None]:
            return method(_decoded(requests), call)

        return self.stream(name, talk)

    def _end(self, call: Call) -> None:
        call.duration_seconds = call.elapsed_seconds()
        for hook in self._ended:
            hook(call)
        # The loop gets there when the answer has been handed to gRPC.
        asyncio.get_running_loop().call_soon(self._afterwards, call)

    def _afterwards(self, call: Call) -> None:
        for hook in self._after:
            hook(call)

    def _left(self, call: Call) -> None:
        """The caller cancelled, or its deadline passed."""
        remaining = call.context.time_remaining()
        late = remaining is not None and remaining <= 0
        call.status = call.reason = "DEADLINE_EXCEEDED" if late else "CANCELLED"

    async def _refuse(self, call: Call, error: Exception) -> Any:
        """Ends the call with the refusal that `error` is, or gives the answer that an interceptor has for it."""
        refusal = translate(error)
        call.status, call.reason = refusal.status.name, refusal.reason
        if refusal.status is Status.INTERNAL:
            self._log_fault(call, error)
        elif refusal.reason == "STORE_UNREACHABLE":
            self._log.warning(
                "store_unreachable",
                request_id=call.request_id[:MAX_LOGGED_ID],
                method=call.method,
                error=str(error)[:200],
            )
        answers = [hook(call, refusal) for hook in self._refused]
        answer = next((answer for answer in answers if answer is not None), None)
        if answer is not None and not call.streaming:
            return answer
        text = rich.details(refusal)
        trailer = rich.trailer(refusal, text, call.request_id)
        ending = call.context.abort(_CODES[refusal.status], text, ((rich.TRAILER, trailer),))
        await (_without_waiting(ending) if refusal.reason == "STREAM_STALLED" else ending)
        return None

    def _log_fault(self, call: Call, error: Exception) -> None:
        """Where it happened and what kind it was; never its message, which may hold a caller's values."""
        frames = traceback.extract_tb(error.__traceback__)
        self._log.error(
            "unexpected_error",
            request_id=call.request_id[:MAX_LOGGED_ID],
            method=call.method,
            error_type=type(error).__qualname__,
            frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
        )


async def _decoded(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The messages of a stream; raises Refusal at bytes that are none."""
    async for request in requests:
        if type(request) is Undecodable:
            raise Refusal("UNDECODABLE_REQUEST")
        yield request


async def _write(context: Any, message: Any, stall_seconds: float) -> None:
    """Sends `message`; a write that fails means that the caller is gone, and grpc may find that out only after it."""
    try:
        async with asyncio.timeout(stall_seconds):
            await context.write(message)
    except grpc.aio.InternalError as error:
        raise asyncio.CancelledError from error
    except TimeoutError as error:
        words = f"a chunk waited {stall_seconds:g} s for its client; go on from the next_record of the last one taken"
        raise Refusal("STREAM_STALLED", words) from error


async def _without_waiting(ending: Awaitable[None]) -> None:
    """Leaves the status to grpc, which sends it behind what the client has not taken yet: once it does, if ever."""
    try:
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await ending
    except TimeoutError as error:
        raise asyncio.CancelledError from error


def _overrides(interceptor: Interceptor, name: str) -> bool:
    return getattr(type(interceptor), name) is not getattr(Interceptor, name)
