"""JSON logs, one object a line on standard output.

Nothing of a request's free text or of generated data is ever logged: only its id, its kind and its figures.
"""

import logging
import sys
from typing import Any, BinaryIO

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

#: Ids that callers choose are cut to this many characters in a log line.
MAX_LOGGED_ID = 128


def configure(level: str, **constants: Any) -> None:
    """Sets structlog up for this process.

    Args:
        level: Lines below it cost next to nothing and are dropped.
        constants: Put into every line (service, version, environment, process).
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.JSONRenderer(serializer=_serialize),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.BytesLoggerFactory(_standard_output()),
        context_class=dict,
        cache_logger_on_first_use=True,
    )
    _constants.clear()
    _constants.update(constants)


def logger() -> FilteringBoundLogger:
    """The process's logger, with its constants bound."""
    bound: FilteringBoundLogger = structlog.get_logger().bind(**_constants)
    return bound


_constants: dict[str, Any] = {}


def _serialize(event: dict[str, Any], **_options: Any) -> bytes:
    return orjson.dumps(event, default=str)


def _standard_output() -> BinaryIO:
    return sys.stdout.buffer
