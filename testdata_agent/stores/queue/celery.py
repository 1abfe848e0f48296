"""Publishing to Celery over Redis, by one thread: publishing blocks, and an event loop must not."""

import asyncio
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from celery import Celery
from celery.exceptions import OperationalError

from testdata_agent.stores.jobs.job import Batch
from testdata_agent.stores.queue.base import TASK, QueueFault

#: How long a broker may take to answer. Without, one that hangs holds its callers for ever.
SOCKET_OPTIONS: Final[Mapping[str, Any]] = {
    "socket_timeout": 3.0,
    "socket_connect_timeout": 2.0,
    "socket_keepalive": True,
}
_FIRST_PAUSE_SECONDS: Final = 0.05
#: Workers that are there answer in a few milliseconds; all of it is waited for, since nobody knows how many there are.
_ANSWER_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 0.5


def broker_url(redis_url: str) -> str:
    """REDIS_URL as Celery spells it: `unix:///path?db=1` is `redis+socket:///path?virtual_host=1`.

    Over TLS, Celery believes any certificate where the URL says nothing of them, unlike every other client.
    """
    if redis_url.startswith("rediss://") and "ssl_cert_reqs=" not in redis_url:
        return f"{redis_url}{'&' if '?' in redis_url else '?'}ssl_cert_reqs=required"
    if not redis_url.startswith("unix://"):
        return redis_url
    return "redis+socket://" + redis_url.removeprefix("unix://").replace("?db=", "?virtual_host=")


@dataclass(frozen=True, slots=True)
class _Parcel:
    batches: tuple[Batch, ...]
    priority: int
    deadline: float
    handed_over: "Future[None]" = field(default_factory=Future)


class CeleryQueue:
    """Hands batches to the workers of one broker. A message is `{job_id, number}`, to the task `testdata.batch`.

    Args:
        redis_url: As in REDIS_URL.
        patience_seconds: How long a broker that is away is tried; the ledger's reaper publishes what was not.
    """

    def __init__(self, redis_url: str, *, patience_seconds: float = 3.0) -> None:
        self._patience = patience_seconds
        self._parcels: queue.SimpleQueue[_Parcel | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._app = Celery("testdata", broker=broker_url(redis_url), set_as_current=False)
        self._broker_is_away = False
        self._app.conf.update(
            broker_transport_options=dict(SOCKET_OPTIONS),
            broker_connection_timeout=SOCKET_OPTIONS["socket_connect_timeout"],
            task_publish_retry=False,
            task_ignore_result=True,
            task_serializer="json",
        )
        self._app.control.mailbox.producer_pool = None  # else it sends over a connection of the pool, not over ours
        transport = self._app.connection_for_write().transport
        #: What sending may raise: kombu translates most of what its driver does.
        self._faults = (OperationalError, OSError, *transport.connection_errors, *transport.channel_errors)

    async def publish(self, batches: Sequence[Batch], *, priority: int = 5) -> None:
        """See BatchQueue."""
        if not batches:
            return
        if self._thread is None:
            # Not earlier: a thread does not come along through a fork.
            self._thread = threading.Thread(target=self._work, name="publisher", daemon=True)
            self._thread.start()
        parcel = _Parcel(tuple(batches), priority, time.monotonic() + self._patience)
        self._parcels.put(parcel)
        await asyncio.wrap_future(parcel.handed_over)

    async def workers(self) -> tuple[str, ...]:
        """The names of the workers that answer within _ANSWER_SECONDS.

        Raises:
            QueueFault: the broker cannot be reached.
        """
        try:
            answers = await asyncio.to_thread(self._ask)
        except self._faults as error:
            raise QueueFault(f"the broker cannot be reached: {error}") from error
        return tuple(name for answer in answers for name in answer)

    def _ask(self) -> list[dict[str, Any]]:
        """What workers answer to a ping.

        Kombu sends it again for ever where the broker goes away after connecting, and whoever waits for its thread
        (the end of an event loop does) waits for ever too. So it goes over a connection that tries once.
        """
        with self._app.connection_for_write() as connection:
            connection.ensure = partial(connection.ensure, max_retries=0)
            answers: list[dict[str, Any]] = self._app.control.ping(timeout=_ANSWER_SECONDS, connection=connection)
        return answers

    async def close(self) -> None:
        """Sends what was given to it and ends the thread."""
        if self._thread is not None:
            self._parcels.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._app.close()

    def _work(self) -> None:
        while (parcel := self._parcels.get()) is not None:
            if not parcel.handed_over.set_running_or_notify_cancel():
                continue
            try:
                self._send_all(parcel)
            except Exception as error:  # noqa: BLE001 - whoever waits hears of it, and the thread goes on
                parcel.handed_over.set_exception(error)
            else:
                parcel.handed_over.set_result(None)

    def _send_all(self, parcel: _Parcel) -> None:
        if self._broker_is_away and time.monotonic() > parcel.deadline:
            # It has waited behind others that were tried in vain.
            raise QueueFault("the broker cannot be reached")
        with self._app.producer_pool.acquire(block=True) as producer:
            for batch in parcel.batches:
                self._send(batch, parcel, producer)

    def _send(self, batch: Batch, parcel: _Parcel, producer: Any) -> None:
        """Sends one message, again and again until the parcel's deadline; at least once."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                self._app.send_task(
                    TASK,
                    kwargs={"job_id": batch.job_id, "number": batch.number},
                    queue=batch.queue,
                    priority=parcel.priority,
                    producer=producer,
                    ignore_result=True,
                    retry=False,
                )
            except self._faults as error:
                self._broker_is_away = True
                if time.monotonic() + pause > parcel.deadline:
                    raise QueueFault(f"the broker cannot be reached: {error}") from error
            else:
                self._broker_is_away = False
                return
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
