"""Celery's connection to the broker, tried again every second.

Celery itself waits two seconds longer after each try, up to thirty, and has no setting for it: after a minute's outage
work would begin half a minute late. And it ends the worker when Redis is there and takes nothing: its memory or its
disk is full, it has become a replica, its own replicas are away.
"""

from typing import Any

from celery.app.amqp import AMQP
from kombu.connection import Connection
from redis.exceptions import ResponseError
from typing_extensions import override

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 1.0


class PatientConnection(Connection):
    """Tries again soon, for as long as it takes."""

    @override
    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        """See kombu.Connection."""
        pauses = {
            "interval_start": _FIRST_PAUSE_SECONDS,
            "interval_step": _FIRST_PAUSE_SECONDS,
            "interval_max": _LONGEST_PAUSE_SECONDS,
        }
        return super().ensure_connection(*args, **{**pauses, **options})  # type: ignore[no-untyped-call]

    @property
    @override
    def connection_errors(self) -> tuple[type[BaseException], ...]:
        """See kombu.Connection."""
        return (*super().connection_errors, ResponseError)


class Amqp(AMQP):  # type: ignore[misc]
    """Celery's, with that connection."""

    Connection = PatientConnection
