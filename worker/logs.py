"""Celery's own log lines, as the JSON lines of the service."""

import logging

from structlog.typing import FilteringBoundLogger
from typing_extensions import override


class JsonHandler(logging.Handler):
    """Hands records of `logging` to structlog. What they say is Celery's: ids, queues and timings."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__()
        self._log = log

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        fields = {"logger": record.name}
        if record.exc_info and record.exc_info[0] is not None:
            # Its name alone: the words of an error may quote a request.
            fields["error"] = record.exc_info[0].__name__
        self._log.log(record.levelno, record.getMessage(), **fields)


def take_over(log: FilteringBoundLogger, level: str) -> None:
    """Has everything that is logged through `logging` in this process come out as JSON."""
    root = logging.getLogger()
    root.handlers = [JsonHandler(log)]
    wanted = logging.getLevelName(level.upper())
    # Models' libraries tell whole prompts when they are asked for details.
    root.setLevel(max(wanted, logging.INFO))
    for name in ("celery", "kombu"):
        logging.getLogger(name).setLevel(wanted)
    # Two lines a message, which say less than ours.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)
