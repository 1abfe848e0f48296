"""The one thread in which a runner has the engine work, beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from worker.runners import JobBroken

_T = TypeVar("_T")


class EngineThread:
    """Does one piece of work after another."""

    def __init__(self, name: str) -> None:
        """Takes what the thread is called."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, work: Callable[[], _T]) -> _T:
        """Gives what `work` gives.

        Raises:
            JobBroken: the engine refuses, which no repetition mends.
        """
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except InvalidRequest as error:
            raise JobBroken("INVALID_REQUEST", str(error)) from error
        except UnsatisfiableError as error:
            raise JobBroken("UNSATISFIABLE", str(error)) from error

    def close(self) -> None:
        """Ends the thread; work that has not begun is not done."""
        self._thread.shutdown(wait=False, cancel_futures=True)
