"""Channels that say in the client's words that they were closed, or which event loop they are of."""

import asyncio
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from testdata_agent.client.errors import ClosedError, SetupError

_Method = Callable[..., Any]


class MethodsOfChannel(ABC):
    """The four kinds of methods that stubs ask a channel for, made in one place."""

    def unary_unary(self, *said: Any, **named: Any) -> _Method:
        """As of a channel."""
        return self._method("unary_unary", said, named)

    def unary_stream(self, *said: Any, **named: Any) -> _Method:
        """As of a channel."""
        return self._method("unary_stream", said, named)

    def stream_unary(self, *said: Any, **named: Any) -> _Method:
        """As of a channel."""
        return self._method("stream_unary", said, named)

    def stream_stream(self, *said: Any, **named: Any) -> _Method:
        """As of a channel."""
        return self._method("stream_stream", said, named)

    @abstractmethod
    def _method(self, kind: str, said: tuple[Any, ...], named: dict[str, Any]) -> _Method:
        """What calls a method of this kind, such as `unary_stream`."""


class GuardedChannel(MethodsOfChannel):
    """A channel of grpc, until it is closed."""

    def __init__(self, channel: Any) -> None:
        self._channel, self._closed = channel, False

    def close(self) -> None:
        """Ends the calls in flight; there are no further ones."""
        self._closed = True
        self._channel.close()

    def _method(self, kind: str, said: tuple[Any, ...], named: dict[str, Any]) -> _Method:
        method = getattr(self._channel, kind)(*said, **named)

        def call(request: Any, **more: Any) -> Any:
            if self._closed:
                raise ClosedError
            return method(request, **more)

        return call


class LoopChannel(MethodsOfChannel):
    """A channel of grpc.aio, of the event loop of its first call: it may be made where none runs.

    Args:
        open_channel: Opens it, in that loop.
    """

    def __init__(self, open_channel: Callable[[], Any]) -> None:
        self._open, self._closed = open_channel, False
        self._channel: Any = None
        #: In flight, or nearly: gRPC finds those alone that a task waits for directly.
        self._calls: weakref.WeakSet[Any] = weakref.WeakSet()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def close(self) -> None:
        """Ends the calls in flight; there are no further ones."""
        self._closed = True
        if self._channel is not None and self._loop is asyncio.get_running_loop():
            for call in list(self._calls):
                call.cancel()
            await self._channel.close()

    def _method(self, kind: str, said: tuple[Any, ...], named: dict[str, Any]) -> _Method:
        made: list[_Method] = []

        def call(request: Any, **more: Any) -> Any:
            channel = self._current()
            if not made:
                made.append(getattr(channel, kind)(*said, **named))
            begun = made[0](request, **more)
            self._calls.add(begun)
            return begun

        return call

    def _current(self) -> Any:
        if self._closed:
            raise ClosedError
        loop = asyncio.get_running_loop()
        if self._channel is None:
            self._loop, self._channel = loop, self._open()
        elif loop is not self._loop:
            raise SetupError("this client is of another event loop; make one in each (in a fixture, of the same scope)")
        return self._channel


def ended_by_others() -> bool:
    """Whether the cancellation that came up is of a call that somebody closed, not of the task that waits for it."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0
