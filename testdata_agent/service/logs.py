"""JSON logs, one object a line on standard output.

Nothing of a request's free text or of generated data is ever logged: only its id, its kind and its figures.

A line costs a few microseconds and no system call of its own: lines are written together, FLUSH_SECONDS after the first
of them at the latest, errors and the process's last lines at once.
"""

import asyncio
import atexit
import logging
import sys
import threading
import time
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, BinaryIO

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

#: Ids that callers choose are cut to this many characters in a log line.
MAX_LOGGED_ID = 128

FLUSH_SECONDS = 0.05

_constants: dict[str, Any] = {}
_outputs: "list[_Lines]" = []


def configure(level: str, output: BinaryIO | None = None, **constants: Any) -> None:
    """Sets structlog up for this process.

    Args:
        level: Lines below it cost next to nothing and are dropped.
        output: Where lines go; None: standard output.
        constants: Put into every line (service, version, environment, process).
    """
    lines = _Lines(output if output is not None else sys.stdout.buffer)
    _outputs.append(lines)
    atexit.register(lines.write_out)
    structlog.configure(
        processors=[_Renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=lambda *_: lines,
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    _constants.clear()
    _constants.update(constants)


def flush() -> None:
    """Writes all lines out, where a process ends without its exit handlers."""
    for lines in _outputs:
        lines.write_out()


def logger() -> FilteringBoundLogger:
    """The process's logger, with its constants bound."""
    bound: FilteringBoundLogger = structlog.get_logger().bind(**_constants)
    return bound


class _Renderer:
    """An event -> one line of JSON with its level and the UTC time in milliseconds."""

    def __init__(self) -> None:
        self._second, self._prefix = -1, ""

    def __call__(self, _logger: Any, level: str, event: MutableMapping[str, Any]) -> bytes:
        event["level"] = level
        event["time"] = self._now()
        return orjson.dumps(event, default=str, option=orjson.OPT_APPEND_NEWLINE)

    def _now(self) -> str:
        second, nanos = divmod(time.time_ns(), 1_000_000_000)
        if second != self._second:
            self._second, self._prefix = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._prefix}.{nanos // 1_000_000:03d}Z"


class _Lines:
    """Gathers lines and writes them out together; without a running loop, at once.

    Where they cannot be written, as on a full disk, they are lost and whoever logs goes on working.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._is_told = False
        self._lock = threading.Lock()
        self._held: list[bytes] = []

    def info(self, line: bytes) -> None:
        """Takes a line that may wait."""
        with self._lock:
            self._held.append(line)
            waiting = len(self._held) > 1
        if waiting:
            return
        try:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.write_out)
        except RuntimeError:  # no loop is running here
            self.write_out()

    def error(self, line: bytes) -> None:
        """Takes a line that must not be lost with the process."""
        with self._lock:
            self._held.append(line)
        self.write_out()

    debug = msg = info
    warning = critical = exception = fatal = error

    def write_out(self) -> None:
        """Writes all that is held."""
        with self._lock:
            held, self._held = self._held, []
            if not held:
                return
            try:
                self._output.write(b"".join(held))
                self._output.flush()
            except (OSError, ValueError) as error:
                self._tell(error)

    def _tell(self, error: Exception) -> None:
        """Says once, in the one place that is left, that lines are lost."""
        if not self._is_told:
            self._is_told = True
            with suppress(OSError, ValueError):
                sys.stderr.write(f"log lines cannot be written, and are lost while that is so: {error}\n")
