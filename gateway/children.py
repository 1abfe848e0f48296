"""One child process of the gateway's parent: started, watched, started again."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from structlog.typing import FilteringBoundLogger

#: What a child writes when it serves.
READY = b"ready\n"

#: The pause before a dead child is started again: doubled each time it dies soon, up to the longest.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
#: A child that has lived this long begins with the first pause again.
SETTLED_SECONDS = 60.0


class Child:
    """Keeps one process alive.

    The two share a socket pair: the child writes READY when it serves, and reads the end of the stream when its
    parent has died, however that came about.
    """

    def __init__(
        self,
        index: int,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        log: FilteringBoundLogger,
        ended: Callable[[int], None],
    ) -> None:
        """Takes the command, to which `--child INDEX --lifeline FD` is added, and who hears of each end (by pid)."""
        self._index = index
        self._command = tuple(command)
        self._environment = dict(environment)
        self._log = log
        self._ended = ended
        self._process: asyncio.subprocess.Process | None = None
        self._told = asyncio.Event()
        self._number = signal.SIGTERM
        self.serving = False
        self.has_served = False

    async def keep(self) -> int:
        """Runs the process until it is told to stop, again and again.

        Returns:
            Its exit code, when it ended before it ever served (nothing would be better the next time) or was stopped.
        """
        pause = FIRST_PAUSE_SECONDS
        code = 0
        while not self._told.is_set():
            began = time.monotonic()
            code = await self._run_once()
            if self._told.is_set() or not self.has_served:
                return code
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began > SETTLED_SECONDS else pause
            self._log.error("child_died", child=self._index, exit_code=code, again_in_seconds=pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._told.wait()
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Asks the process to end, one that is just being started too, and keeps it from being started again."""
        self._number = number
        self._told.set()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def _run_once(self) -> int:
        ours, theirs = socket.socketpair()
        with theirs:
            command = (*self._command, "--child", str(self._index), "--lifeline", str(theirs.fileno()))
            self._process = await asyncio.create_subprocess_exec(
                *command, env=self._environment, pass_fds=(theirs.fileno(),), stdin=asyncio.subprocess.DEVNULL
            )
        if self._told.is_set():
            self._process.send_signal(self._number)
        watch = asyncio.ensure_future(self._watch(ours))
        try:
            return await self._process.wait()
        finally:
            self.serving = False
            watch.cancel()
            ours.close()
            self._ended(self._process.pid)

    async def _watch(self, lifeline: socket.socket) -> None:
        lifeline.setblocking(False)
        said = await asyncio.get_running_loop().sock_recv(lifeline, len(READY))
        if said:
            self.serving = self.has_served = True


def own_command() -> tuple[str, ...]:
    """How this program is started once more."""
    isolation = ("-P",) if sys.flags.safe_path else ()
    return (sys.executable, *isolation, "-m", "gateway")


class Lifeline:
    """The child's end of the pair."""

    def __init__(self, file_descriptor: int) -> None:
        self._socket = socket.socket(fileno=file_descriptor)
        self._socket.setblocking(False)
        os.set_inheritable(file_descriptor, False)

    def ready(self) -> None:
        """Tells the parent that this process serves."""
        self._socket.sendall(READY)

    def on_cut(self, loop: asyncio.AbstractEventLoop, react: Callable[[], None]) -> None:
        """Calls `react` once when the parent is gone."""

        def readable() -> None:
            loop.remove_reader(self._socket)
            react()

        loop.add_reader(self._socket, readable)
