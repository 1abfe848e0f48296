"""Keeps the gateway alive between the start of `testdata up` and its end."""

import signal
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service.child import Child, RestartPolicy

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
    """Starts one child, waits until it is ready, starts it again when it dies.

    Args:
        child: What is kept alive.
        name: What it is called in messages.
        ready_url: Answers 200 when it is ready.
        log: Where it writes; its last lines explain a start that failed.
        say: Shows a line to the person at the terminal.
        policy: How long it stays dead.
    """

    def __init__(
        self,
        child: Child,
        *,
        name: str,
        ready_url: str,
        log: Path,
        say: Callable[[str], None],
        policy: RestartPolicy | None = None,
    ) -> None:
        self._child, self._name, self._ready_url, self._log, self._say = child, name, ready_url, log, say
        self._policy = policy or RestartPolicy()
        self._deaths = 0

    def start(self, stop: threading.Event) -> bool:
        """Starts the child and waits until it is ready.

        Returns:
            Whether it is; False when `stop` was set first.

        Raises:
            Failure: It ended, or was not ready in time.
        """
        logged = self._log.stat().st_size if self._log.exists() else 0
        self._child.start()
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while not stop.wait(_POLL_SECONDS):
            code = self._child.exit_code()
            if code is not None:
                said = _last_line(self._log, logged)
                raise Failure(f"the {self._name} ended with exit code {code} before it was ready: {said}")
            if self._ready():
                return True
            if time.monotonic() > deadline:
                raise Failure(f"the {self._name} was not ready within {_READY_WITHIN_SECONDS:.0f} s; see {self._log}")
        return False

    def keep(self, stop: threading.Event) -> None:
        """Returns when `stop` is set; until then, starts the child again whenever it dies."""
        while not stop.wait(_POLL_SECONDS):
            code = self._child.exit_code()
            if code is None:
                continue
            forgiven = self._child.lived_seconds >= self._policy.forgiven_after_seconds
            self._deaths = 1 if forgiven else self._deaths + 1
            pause = self._policy.pause(self._deaths)
            self._say(f"the {self._name} ended with exit code {code}; starting it again in {pause:g} s")
            if not stop.wait(pause):
                self._child.start()

    def stop(self) -> None:
        """Ends the child; calls that are running are given time to finish."""
        self._child.stop(_STOP_WITHIN_SECONDS)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(self._ready_url, timeout=1.0) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False  # not listening yet, or not ready: asked again in a moment


def _last_line(log: Path, start: int) -> str:
    """The last thing that the child said since its log was `start` bytes long."""
    with log.open("rb") as lines:
        lines.seek(start)
        last = deque((line.strip() for line in lines if line.strip()), maxlen=1)
    return last[0].decode(errors="replace") if last else "it said nothing"
