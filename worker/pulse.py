"""A file that is touched every two seconds while the queue is reached: what a container's health check looks at.

Asking by `celery status` starts a Python with all of Celery each time, and hears of other workers too.
"""

from pathlib import Path
from typing import Any

from celery import signals


class Pulse:
    """Touches a file with each heartbeat that Celery sends from this worker."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def check(self) -> None:
        """Sees that the file's folder can be written to. What an earlier worker left there is no sign of this one.

        Raises:
            OSError: it cannot.
        """
        self._file.touch()
        self._file.unlink()

    def follow(self) -> None:
        """From now on; before the worker starts its heart."""
        signals.heartbeat_sent.connect(self._beat, weak=False)

    def _beat(self, **_: Any) -> None:
        self._file.touch()
