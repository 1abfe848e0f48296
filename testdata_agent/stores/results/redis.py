"""Record streams in Redis Streams. One server, replicated or not; no cluster: a script touches several keys."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Self, TypeVar, cast

from redis import asyncio as client
from redis import exceptions

from testdata_agent.stores.jobs.job import Batch, JobState
from testdata_agent.stores.redis_connections import opened
from testdata_agent.stores.results import scripts
from testdata_agent.stores.results.base import (
    Entry,
    Limits,
    ResultFault,
    ResultsFull,
    ResultsGap,
    ResultsGone,
    ResultsUnreachable,
)
from testdata_agent.stores.results.multiplexer import HELD, Id, Item, LinkBroken, Multiplexer

#: Connections of one process for all but listening.
_CONNECTIONS: Final = 16
_CONNECT_SECONDS: Final = 2.0
#: A server that is silent for longer is gone. Longer than a read blocks.
_SILENCE_SECONDS: Final = 5.0
_BLOCK_MS: Final = 4000
#: A follower that has heard nothing for so long looks up by itself: an announcement may have been lost.
_LOOK_UP_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0

#: The server is away, or busy with its start, or has just become a replica.
_AWAY: Final = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.MasterDownError,
    OSError,
)
#: How it begins to say that it is not in a state to answer: its disk is full, its replicas are away, a script runs.
_IN_NO_STATE: Final = ("MISCONF ", "NOREPLICAS ", "BUSY ", "UNBLOCKED ")
#: It is there and will not have us: waiting mends nothing.
_REFUSED: Final = (exceptions.AuthenticationError, exceptions.AuthorizationError)

#: The states after which nothing more is announced, as they are written.
_ENDED: Final = frozenset(state.encode() for state in JobState if state.finished) | {b"expired"}

_T = TypeVar("_T")


class RedisResults:
    """The record streams of one Redis, for one event loop.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        limits: On what the streams hold.
        patience_seconds: How long a call waits for a server that is away.
    """

    def __init__(self, url: str, *, limits: Limits | None = None, patience_seconds: float = 15.0) -> None:
        self._url, self._limits, self._patience = url, limits or Limits(), patience_seconds
        self._redis = _open(url, connections=_CONNECTIONS)
        self._append = self._redis.register_script(scripts.APPEND)
        self._end = self._redis.register_script(scripts.END)
        self._expire = self._redis.register_script(scripts.EXPIRE)
        self._used = self._redis.register_script(scripts.USED)
        self._announce = self._redis.register_script(scripts.ANNOUNCE)
        self.listening = Multiplexer(self._link)

    async def __aenter__(self) -> Self:
        """As it is."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        await self.close()

    async def close(self) -> None:
        """Ends all following and closes the connections."""
        await self.listening.close()
        await self._redis.aclose()

    async def ping(self) -> None:
        """Returns when the server answers; raises ResultsUnreachable at once when it does not."""
        await _translated(self._redis.ping())

    async def append(self, batch: Batch, entry: Entry) -> bool:
        """See ResultStore."""
        rows = "\n".join(entry.rows)
        if rows.count("\n") != len(entry.rows) - 1:
            raise ValueError("a row must be one line, and an entry must have a row")
        packed = rows.encode()
        limits = self._limits
        words: tuple[Any, ...] = (batch.job_id, batch.number, batch.start, entry.first, len(entry.rows), packed)
        bounds = (len(packed), limits.job_bytes, limits.total_bytes, _ms(limits.orphan_seconds))
        said, *found = await self._call(lambda: self._append(args=[*words, *bounds, entry.end]))
        match said:
            case b"added" | b"past":
                return bool(said == b"added")
            case b"gap":
                raise ResultsGap(
                    f"job {batch.job_id}, batch {batch.number}: row {entry.first} cannot follow row {int(found[0]) - 1}"
                )
            case b"gone":
                raise _gone(batch)
            case b"job":
                raise ResultsFull(f"the job's records would take more than RESULTS_MAX_BYTES={limits.job_bytes}")
            case _:
                raise ResultsFull(f"all records would take more than RESULTS_TOTAL_BYTES={limits.total_bytes}")

    async def end_of(self, batch: Batch) -> int:
        """See ResultStore."""
        said, *found = await self._call(lambda: self._end(args=[batch.job_id, batch.number]))
        if said == b"gone":
            raise _gone(batch)
        return int(found[0]) if found else batch.start

    async def read(self, batch: Batch, *, row: int, limit: int) -> tuple[Entry, ...]:
        """See ResultStore."""
        entries: list[Entry] = []
        wanted = limit
        while wanted > 0 and row < batch.stop:
            found = await self._page(batch, row, min(HELD, wanted))
            for entry in found[:wanted]:
                entries.append(cut := _cut(entry, row, wanted))
                row, wanted = cut.end, wanted - len(cut.rows)
                if wanted <= 0:
                    break
            if not found:
                break
        return tuple(entries)

    async def follow(self, batch: Batch, *, row: int) -> AsyncIterator[Entry | None]:
        """See ResultStore."""
        stream, events = _stream(batch), _events(batch.job_id)
        announced, _ = await self._last_announcement(batch.job_id)
        look_up = announced > (0, 0)
        listener = self.listening.listen({stream: (row, 0), events: announced}, at_once=False)
        try:
            behind = True
            while row < batch.stop:
                while behind and (entries := await self._page(batch, row, HELD)):
                    for entry in entries:
                        row = entry.end
                        yield entry
                if row >= batch.stop:
                    return
                if behind:
                    listener.resume({stream: (row, 0)})
                if look_up:
                    yield None
                items, look_up = await listener.next(_LOOK_UP_SECONDS)
                behind = listener.overflowed or look_up
                for item in items:
                    if item.key == events:
                        look_up = behind = True
                    elif (entry := _entry(item.id, item.fields)).end > row:
                        row, taken = entry.end, _after(entry, row, batch)
                        yield taken
        finally:
            listener.close()

    async def announce(self, job_id: str, state: JobState) -> None:
        """See ResultStore."""
        await self._call(lambda: self._announce(args=[job_id, state.value, _ms(self._limits.orphan_seconds)]))

    async def wait(self, job_id: str, *, seconds: float) -> None:
        """See ResultStore."""
        began = time.monotonic()
        announced, ended = await self._last_announcement(job_id)
        if ended:
            return
        listener = self.listening.listen({_events(job_id): announced}, at_once=True)
        try:
            await listener.next(max(seconds - (time.monotonic() - began), 0.0))
        finally:
            listener.close()

    async def expire(self, job_id: str, *, seconds: float) -> None:
        """See ResultStore."""
        await self._call(lambda: self._expire(args=[job_id, _ms(seconds)]))

    async def used(self) -> int:
        """See ResultStore."""
        return int(await self._call(lambda: self._used(args=[""])))

    async def _page(self, batch: Batch, row: int, count: int) -> list[Entry]:
        """Up to `count` entries that hold rows from `row` on, cut to them."""
        found: list[Any] = await self._call(
            lambda: _sent(self._redis, "XRANGE", _stream(batch), f"{row + 1}-0", "+", "COUNT", count)
        )
        if not found:
            await self.end_of(batch)  # says so where there will never be any
        entries: list[Entry] = []
        for name, fields in found:
            entry = _entry(_id(name), fields)
            if entry.end > row:
                entries.append(_after(entry, row, batch))
                row = entry.end
        return entries

    async def _last_announcement(self, job_id: str) -> tuple[Id, bool]:
        """Its id, 0-0 where there is none, and whether it was the end of the job."""
        found: list[Any] = await self._call(
            lambda: _sent(self._redis, "XREVRANGE", _events(job_id), "+", "-", "COUNT", 1)
        )
        if not found:
            return (0, 0), False
        ((name, fields),) = found
        return _id(name), fields[b"state"] in _ENDED

    async def _call(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """The answer to a command that may be sent again."""
        deadline = time.monotonic() + self._patience
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return await _translated(work())
            except ResultsUnreachable as fault:
                if isinstance(fault.__cause__, _REFUSED) or time.monotonic() + pause > deadline:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _link(self) -> "_RedisLink":
        link = _RedisLink(_open(self._url, connections=1), self._redis)
        try:
            await link.check()
        except BaseException:
            await link.close()
            raise
        return link


class _RedisLink:
    """A connection of its own that waits, woken through a stream of its own by another connection."""

    def __init__(self, waiting: client.Redis, other: client.Redis) -> None:
        self._waiting, self._other = waiting, other
        self._control = f"{scripts.PREFIX}wake:{uuid.uuid4().hex}"
        self._woken: Id = (0, 0)

    async def check(self) -> None:
        await self._linked(self._waiting.ping())

    async def read(self, positions: Mapping[str, Id], count: int) -> Sequence[Item]:
        keys = [self._control, *positions]
        ids = [f"{high}-{low}" for high, low in (self._woken, *positions.values())]
        found = await self._linked(
            _sent(self._waiting, "XREAD", "COUNT", count, "BLOCK", _BLOCK_MS, "STREAMS", *keys, *ids)
        )
        items = [Item(key.decode(), _id(name), fields) for key, entries in found or () for name, fields in entries]
        self._woken = max((item.id for item in items if item.key == self._control), default=self._woken)
        return [item for item in items if item.key != self._control]

    async def wake(self) -> None:
        both = self._other.pipeline(transaction=False)
        both.execute_command("XADD", self._control, "MAXLEN", 1, "*", "w", "")
        both.execute_command("EXPIRE", self._control, 60)
        try:
            await self._linked(both.execute())
        except exceptions.RedisError as error:
            raise LinkBroken(str(error)) from error  # one that takes nothing may be read from all the same

    async def close(self) -> None:
        with suppress(*_AWAY):  # a connection that is lost is as good as closed
            await self._waiting.aclose()

    async def _linked(self, answer: Awaitable[_T]) -> _T:
        try:
            return await _heeding(answer)
        except (*_AWAY, exceptions.ResponseError) as error:
            if not _is_away(error):
                raise
            raise LinkBroken(str(error)) from error


def _open(url: str, *, connections: int) -> client.Redis:
    return opened(url, connections=connections, connect_seconds=_CONNECT_SECONDS, silence_seconds=_SILENCE_SECONDS)


def _sent(redis: client.Redis, *words: str | int) -> Awaitable[Any]:
    return cast("Awaitable[Any]", redis.execute_command(*words))  # type: ignore[no-untyped-call]


async def _heeding(answer: Awaitable[_T]) -> _T:
    """The answer, unless this task was cancelled meanwhile: under Python 3.11 the driver may swallow that."""
    task = asyncio.current_task()
    assert task is not None  # this is a coroutine
    before = task.cancelling()
    found = await answer
    if task.cancelling() > before:
        raise asyncio.CancelledError
    return found


async def _translated(answer: Awaitable[_T]) -> _T:
    """What the driver raises, in the words of the port."""
    try:
        return await _heeding(answer)
    except exceptions.OutOfMemoryError as error:
        raise ResultsFull(f"the server of the record streams is full: {error}") from error
    except (*_AWAY, exceptions.RedisError) as error:
        if _is_away(error):
            raise ResultsUnreachable(f"the server of the record streams cannot be reached: {error}") from error
        raise ResultFault(f"the server of the record streams refuses: {error}") from error


def _is_away(error: Exception) -> bool:
    return isinstance(error, _AWAY) or str(error).startswith(_IN_NO_STATE)


def _ms(seconds: float) -> int:
    return max(int(seconds * 1000), 0)


def _stream(batch: Batch) -> str:
    return f"{scripts.PREFIX}records:{batch.job_id}:{batch.number}"


def _events(job_id: str) -> str:
    return f"{scripts.PREFIX}events:{job_id}"


def _id(name: bytes) -> Id:
    high, _, low = name.partition(b"-")
    return int(high), int(low)


def _entry(name: Id, fields: Mapping[bytes, bytes]) -> Entry:
    return Entry(name[0] - int(fields[b"n"]), tuple(fields[b"r"].decode().split("\n")))


def _after(entry: Entry, row: int, batch: Batch) -> Entry:
    """The part of an entry from `row` on."""
    if entry.first > row:
        raise ResultsGone(f"job {batch.job_id}: rows {row} to {entry.first - 1} are not there")
    return entry if entry.first == row else Entry(row, entry.rows[row - entry.first :])


def _cut(entry: Entry, row: int, most: int) -> Entry:
    return entry if len(entry.rows) <= most else Entry(row, entry.rows[:most])


def _gone(batch: Batch) -> ResultsGone:
    return ResultsGone(f"the records of job {batch.job_id} are past their time")
