"""Work whose caller leaves at any one of its awaits."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any


class _Leaving(Coroutine[Any, Any, Any]):
    """A coroutine whose task is cancelled while it awaits for the n-th time."""

    def __init__(self, work: Coroutine[Any, Any, Any], number: int) -> None:
        self._work, self._left = work, number
        self.task: asyncio.Task[Any] | None = None

    def send(self, value: Any) -> Any:
        return self._awaited(self._work.send(value))

    def throw(self, *error: Any) -> Any:
        return self._awaited(self._work.throw(*error))

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Any:
        raise NotImplementedError  # a task drives it

    def _awaited(self, what: Any) -> Any:
        self._left -= 1
        if self._left == 0 and self.task is not None:
            asyncio.get_running_loop().call_soon(self.task.cancel)
        return what

    @property
    def came_about(self) -> bool:
        return self._left <= 0


async def left_at_every_await(
    work: Callable[[], Coroutine[Any, Any, Any]], afterwards: Callable[[int], Awaitable[None]]
) -> int:
    """Does the work once for each of its awaits, left at that one; then what is to hold afterwards.

    Returns:
        How many awaits there were.
    """
    number = 0
    while True:
        number += 1
        leaving = _Leaving(work(), number)
        leaving.task = asyncio.create_task(leaving)
        done, _ = await asyncio.wait({leaving.task}, timeout=30)
        assert done, f"it does not end when its caller leaves at await {number}"
        await afterwards(number)
        if not leaving.came_about:
            leaving.task.result()
            return number - 1
