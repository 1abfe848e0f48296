"""One process that is kept alive."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from testdata_agent.cli.service import tether


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """How long a dead child stays dead.

    Attributes:
        first_pause_seconds: Before the first new start; doubles with every further one.
        longest_pause_seconds: No pause is longer.
        forgiven_after_seconds: A child that lived so long begins at the first pause again.
    """

    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 30.0
    forgiven_after_seconds: float = 60.0

    def pause(self, deaths: int) -> float:
        """Seconds to wait after that many deaths in a row."""
        return min(self.first_pause_seconds * 2.0 ** (deaths - 1), self.longest_pause_seconds)


class Child:
    """A command in a session of its own, so that Ctrl-C reaches us alone and we end it in order.

    Args:
        command: Program and arguments.
        environment: All of it; nothing is inherited.
        log: What the child says on stdout and stderr is appended here.
        held: File descriptors that stay open in the child.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path, held: Sequence[int]) -> None:
        self._command, self.environment, self._log, self._held = command, environment, log, held
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: tether.Watcher | None = None
        self._started_at = 0.0

    def start(self) -> None:
        """Starts it; returns at once. What an earlier one left running is ended first."""
        if self._process is not None:
            self._kill_session()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=self._held,
                start_new_session=True,
            )
        self._watcher = tether.watch(self._process.pid)
        self._started_at = time.monotonic()

    @property
    def lived_seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._started_at

    def exit_code(self) -> int | None:
        """What it ended with (minus the signal's number, if one ended it), or None while it runs."""
        code = None if self._process is None else self._process.poll()
        if code is not None and self._watcher is not None:
            self._watcher.release()
            self._watcher = None
        return code

    def ask_to_end(self) -> None:
        """Asks it to end, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, patience_seconds: float) -> None:
        """Asks it to end; ends it and all that it started by force after `patience_seconds`."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                self._kill_session()
        self.exit_code()

    def _kill_session(self) -> None:
        assert self._process is not None  # stop() has looked
        with suppress(ProcessLookupError):  # it ended between the two looks
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
