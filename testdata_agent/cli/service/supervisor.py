"""Keeps the parts of a server alive between the start of `testdata up` and its end."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service.part import Part

_POLL_SECONDS: Final = 0.05
#: A machine that compiles every module at its first start needs several seconds; none needs this long.
_READY_WITHIN_SECONDS: Final = 60.0
#: A little more than the gateway gives its running calls when it is told to end (DRAIN_SECONDS).
_STOP_WITHIN_SECONDS: Final = 35.0


@contextmanager
def stop_requested() -> Iterator[threading.Event]:
    """Yields an event that Ctrl-C and SIGTERM set; within the block they do nothing else."""
    requested = threading.Event()

    def request(_signal: int, _frame: FrameType | None) -> None:
        requested.set()

    before = {number: signal.signal(number, request) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield requested
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Supervisor:
    """Starts parts one after another, starts those again that die, and ends them the other way round.

    All of it happens in the one thread that calls it: children end with the thread that started them.

    Args:
        say: Shows a line to the person at the terminal.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._parts: list[Part] = []

    def start(self, part: Part) -> None:
        """Starts a part and keeps it from now on; returns at once."""
        self._parts.append(part)
        part.start()

    def await_ready(self, part: Part, stop: threading.Event) -> bool:
        """Waits until a part that was started is ready.

        Returns:
            Whether it is; False when `stop` was set first.

        Raises:
            Failure: It ended, or was not ready in time.
        """
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while not stop.wait(_POLL_SECONDS):
            code = part.child.exit_code()
            if code is not None:
                raise Failure(f"the {part.name} ended with exit code {code} before it was ready: {part.last_words()}")
            if part.ready():
                return True
            if time.monotonic() > deadline:
                raise Failure(f"the {part.name} was not ready within {_READY_WITHIN_SECONDS:.0f} s; see {part.log}")
        return False

    def keep(self, stop: threading.Event) -> None:
        """Returns when `stop` is set; until then, starts parts again whenever they die."""
        while not stop.wait(_POLL_SECONDS):
            for part in self._parts:
                part.look(self._say)

    def stop(self) -> None:
        """Ends all parts; calls and batches that are under way are given time to finish, and the first ends last."""
        for part in self._parts[1:]:
            part.child.ask_to_end()
        for part in reversed(self._parts):
            part.child.stop(_STOP_WITHIN_SECONDS)
        self._parts.clear()
