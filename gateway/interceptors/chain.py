"""The one handler around every method: decode, intercept, serve, end."""

import asyncio
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import grpc
from structlog.typing import FilteringBoundLogger

from gateway.decoding import Undecodable
from gateway.errors import rich
from gateway.errors.catalog import Status
from gateway.errors.refusal import Refusal
from gateway.errors.translation import translate
from gateway.interceptors.base import Call, Interceptor
from gateway.logs import MAX_LOGGED_ID

UnaryMethod = Callable[[Any, Call], Awaitable[Any]]
StreamMethod = Callable[[Any, Call], AsyncGenerator[Any, None]]

_CODES = {status: grpc.StatusCode[status.name] for status in Status}


class Chain:
    """Runs methods inside a fixed row of interceptors.

    `began` goes from the first to the last, `refused` and `ended` from the last to the first.
    """

    def __init__(self, interceptors: Sequence[Interceptor], log: FilteringBoundLogger) -> None:
        self._began = tuple(i.began for i in interceptors if _overrides(i, "began"))
        self._refused = tuple(i.refused for i in reversed(interceptors) if _overrides(i, "refused"))
        self._ended = tuple(i.ended for i in reversed(interceptors) if _overrides(i, "ended"))
        self._log = log

    def unary(self, name: str, method: UnaryMethod) -> Callable[[Any, Any], Awaitable[Any]]:
        """A grpc.aio unary behaviour for `method`."""
        began, ended = self._began, self._ended

        async def handle(request: Any, context: Any) -> Any:
            call = Call(context, name, streaming=False)
            try:
                for hook in began:
                    hook(call, request)
                if type(request) is Undecodable:
                    raise Refusal("UNDECODABLE_REQUEST")
                return await method(request, call)
            except asyncio.CancelledError:
                self._left(call)
                raise
            except Exception as error:
                return await self._refuse(call, error)
            finally:
                for last in ended:
                    last(call)

        return handle

    def stream(self, name: str, method: StreamMethod) -> Callable[[Any, Any], Awaitable[None]]:
        """A grpc.aio server-streaming behaviour for `method`; each write waits for the client to take it."""
        began, ended = self._began, self._ended

        async def handle(request: Any, context: Any) -> None:
            call = Call(context, name, streaming=True)
            try:
                for hook in began:
                    hook(call, request)
                if type(request) is Undecodable:
                    raise Refusal("UNDECODABLE_REQUEST")
                async with aclosing(method(request, call)) as messages:
                    async for message in messages:
                        await context.write(message)
            except asyncio.CancelledError:
                self._left(call)
                raise
            except Exception as error:
                await self._refuse(call, error)
            finally:
                for last in ended:
                    last(call)

        return handle

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
        for hook in self._refused:
            answer = hook(call, refusal)
            if answer is not None and not call.streaming:
                return answer
        text = rich.details(refusal)
        trailer = rich.trailer(refusal, text, call.request_id)
        await call.context.abort(_CODES[refusal.status], text, ((rich.TRAILER, trailer),))
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


def _overrides(interceptor: Interceptor, name: str) -> bool:
    return getattr(type(interceptor), name) is not getattr(Interceptor, name)
