"""How many messages wait at the broker, so that only what it lost is published again."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from celery import Celery
from kombu.exceptions import KombuError

from testdata_agent.stores.queue.base import BULK, MODEL, QueueFault


class Broker(Protocol):
    """Knows what waits."""

    async def waiting(self) -> dict[str, int]:
        """Messages by queue, those under way to a worker left out.

        Raises:
            QueueFault: the broker cannot be reached.
        """
        ...


class CeleryBroker(Broker):
    """The broker of a Celery app, asked over one connection of a thread of its own."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="broker")
        self._connection: Any = None

    async def waiting(self) -> dict[str, int]:
        """See Broker."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._counts)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _counts(self) -> dict[str, int]:
        if self._connection is None:
            self._connection = self._app.connection_for_write()
        connection = self._connection
        try:
            return {queue: _count(connection, queue) for queue in (BULK, MODEL)}
        except (KombuError, OSError, *connection.connection_errors) as error:
            self._connection = None
            connection.collect()
            raise QueueFault(f"the broker cannot be reached: {type(error).__name__}") from error


def _count(connection: Any, queue: str) -> int:
    """Over all priorities of the queue, which the transport keeps apart."""
    try:
        return int(connection.default_channel.queue_declare(queue, passive=True).message_count)
    except connection.channel_errors:
        return 0  # a queue that holds nothing is not there
