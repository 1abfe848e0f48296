"""Children that end when their parent does, by what the operating system offers for it."""

import os
import subprocess
import sys
from typing import IO

_LEASH = "testdata_agent.cli.service.leash"
_KERNEL_WATCHES = sys.platform.startswith("linux")


def command(module: str, *words: str) -> list[str]:
    """What starts `module`, with these words, as a child that ends with this process."""
    # -P: a folder of that name where the person happens to stand is not ours.
    python = [sys.executable, "-P", "-m"]
    if _KERNEL_WATCHES:
        return [*python, _LEASH, str(os.getpid()), module, *words]
    return [*python, module, *words]


def foreign(program: str, *words: str) -> list[str]:
    """The same for a program that is not Python's; `program` is its path."""
    if _KERNEL_WATCHES:
        return [sys.executable, "-P", "-m", _LEASH, str(os.getpid()), "--", program, *words]
    return [program, *words]


class Watcher:
    """Where the kernel has no such signal: a shell that waits for our end of a pipe to close, then ends the child.

    Args:
        pid: The child to end.
    """

    def __init__(self, pid: int) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r word; [ "$word" = released ] || kill -TERM "$0"', str(pid)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def release(self) -> None:
        """The child has ended: nothing is left to watch."""
        stdin: IO[bytes] | None = self._shell.stdin
        if stdin is not None:
            stdin.write(b"released\n")
            stdin.close()
        self._shell.wait()


def watch(pid: int) -> Watcher | None:
    """A watcher for `pid`, or None where the kernel does the watching."""
    return None if _KERNEL_WATCHES else Watcher(pid)
