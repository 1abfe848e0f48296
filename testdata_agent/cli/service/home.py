"""The folder that holds a server's state, and the locks that keep two servers apart."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO, Final

from testdata_agent.cli.faults import Failure

#: A log larger than this is put aside when the next server starts.
_LOG_LIMIT_BYTES: Final = 16 * 1024 * 1024


class Home:
    """One folder for one running server.

    Args:
        path: Made if it is not there, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._locks: list[IO[str]] = []

    def open(self) -> None:
        """Makes the folder and takes it for this process.

        Raises:
            Failure: It cannot be made, or another server has it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._lock("up.lock"):
                raise Failure(
                    f"another `testdata up` ({self._holder('up.lock')}) holds {self.path};"
                    " stop it, or set TESTDATA_HOME to another folder"
                )
            for log in self.path.glob("*.log"):
                if log.stat().st_size > _LOG_LIMIT_BYTES:
                    log.replace(log.with_suffix(".log.1"))
        except OSError as error:
            raise Failure(f"cannot use {self.path}: {(error.strerror or str(error)).lower()}") from error

    def log(self, name: str) -> Path:
        """What a part of the server writes."""
        return self.path / f"{name}.log"

    def children_lock(self, patience_seconds: float) -> int:
        """A lock that children inherit, so that it is held for as long as one of them lives, whatever became of us.

        Waits for the children of an earlier server, which are ending by then.

        Returns:
            The file descriptor to hand to every child.

        Raises:
            Failure: They have not ended within `patience_seconds`.
        """
        deadline = time.monotonic() + patience_seconds
        while not self._lock("children.lock"):
            if time.monotonic() > deadline:
                raise Failure(f"processes of an earlier `testdata up` on {self.path} are still running; end them first")
            time.sleep(0.05)
        return self._locks[-1].fileno()

    def close(self) -> None:
        """Gives the folder back."""
        for lock in self._locks:
            lock.close()
        self._locks.clear()

    def _lock(self, name: str) -> bool:
        lock = (self.path / name).open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._locks.append(lock)
        return True

    def _holder(self, name: str) -> str:
        pid = (self.path / name).read_text().strip()
        return f"process {pid}" if pid else "just starting"
