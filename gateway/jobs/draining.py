"""Calls that wait for others end when the server is about to: their callers go on at another one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import TypeVar

from gateway.errors.refusal import Refusal

_T = TypeVar("_T")


class Draining:
    """Ends waits."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    def begin(self) -> None:
        """The server takes no more calls."""
        self._begun.set()

    async def result(self, work: Awaitable[_T]) -> _T:
        """What `work` gives. Raises a Refusal (DRAINING) when the server drains before that."""
        task = asyncio.ensure_future(work)
        begun = asyncio.ensure_future(self._begun.wait())
        try:
            await asyncio.wait({task, begun}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise Refusal("DRAINING")
        finally:
            begun.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def each(self, items: AsyncGenerator[_T, None]) -> AsyncIterator[_T]:
        """The items as they come. Raises a Refusal (DRAINING) when the server drains before the next."""
        while True:
            try:
                item = await self.result(anext(items))
            except StopAsyncIteration:
                return
            yield item
