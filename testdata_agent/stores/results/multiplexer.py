"""Many listeners on few connections.

A connection waits for up to STREAMS streams at once. Whoever listens holds at most HELD entries that nobody has taken:
then its streams are left out until it listens again, so that a slow reader costs its own time alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

#: Streams that one connection waits for.
STREAMS: Final = 500
#: Entries that are read ahead of a listener.
HELD: Final = 4
#: Pauses before a lost connection is opened again: doubled each time, up to the longest.
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0
_CANCEL_AGAIN_SECONDS: Final = 0.1

#: The id of an entry; ids of a stream grow.
Id = tuple[int, int]


class LinkBroken(Exception):  # noqa: N818 - a state of the connection
    """The connection is of no more use; another one may be."""


class Item(NamedTuple):
    """One entry of a stream."""

    key: str
    id: Id
    fields: Mapping[bytes, bytes]


class Link(Protocol):
    """One connection that waits for many streams."""

    async def read(self, positions: Mapping[str, Id], count: int) -> Sequence[Item]:
        """Up to `count` entries a stream, after these ids; none when woken or after some seconds of silence.

        Raises:
            LinkBroken: the server is away.
        """
        ...

    async def wake(self) -> None:
        """Has a `read` that waits return, or the next one that would."""
        ...

    async def close(self) -> None:
        """Closes the connection."""
        ...


#: Opens a connection; raises LinkBroken.
Opener = Callable[[], Awaitable[Link]]


class Listener:
    """What one reader hears of its streams.

    Attributes:
        positions: Stream to the last id that was heard of it.
        overflowed: More is there than was held: to be read from the streams themselves, before listening again.
    """

    def __init__(self, shard: "_Shard", positions: Mapping[str, Id], *, at_once: bool) -> None:
        self._shard = shard
        self.positions = dict(positions)
        self._items: deque[Item] = deque()
        self._touched = asyncio.Event()
        self.overflowed = not at_once
        self._interrupted = False
        self._failure: BaseException | None = None

    async def next(self, seconds: float) -> tuple[list[Item], bool]:
        """What has come since the last call; waits for the first of it.

        Returns:
            The entries, and whether others may have been missed: the connection was lost, or nothing came for so long.
        """
        quiet = False
        if not self._touched.is_set():
            try:
                async with asyncio.timeout(seconds):
                    await self._touched.wait()
            except TimeoutError:
                quiet = True
        if self._failure is not None:
            raise self._failure
        items, interrupted = list(self._items), self._interrupted
        self._items.clear()
        self._touched.clear()
        self._interrupted = False
        return items, interrupted or quiet

    def resume(self, positions: Mapping[str, Id]) -> None:
        """Listens again after an overflow, from here on."""
        self.positions |= positions
        self.overflowed = False
        self._shard.changed()

    def close(self) -> None:
        """Listens no more."""
        self._shard.leave(self)

    def hear(self, item: Item) -> None:
        """One entry of a stream; what it has heard before is left out."""
        if self.overflowed or item.id <= self.positions[item.key]:
            return
        self.positions[item.key] = item.id
        self._items.append(item)
        self.overflowed = len(self._items) >= HELD
        self._touched.set()

    def interrupt(self) -> None:
        """The connection was lost, and is there again."""
        self._interrupted = True
        self._touched.set()

    def fail(self, failure: BaseException) -> None:
        """Nothing more will come."""
        self._failure = failure
        self._touched.set()


class Multiplexer:
    """Gives every listener a place on a connection, and opens as many as that takes."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._shards: list[_Shard] = []

    @property
    def connections(self) -> int:
        """How many are in use."""
        return len(self._shards)

    @property
    def streams(self) -> int:
        """How many are listened to."""
        return sum(shard.streams for shard in self._shards)

    def listen(self, positions: Mapping[str, Id], *, at_once: bool) -> Listener:
        """A listener to these streams after these ids; to be closed.

        Args:
            positions: Stream to id.
            at_once: False: it hears nothing until it resumes.
        """
        shard = next((shard for shard in self._shards if shard.has_room(len(positions))), None)
        if shard is None:
            shard = _Shard(self._opener, self._shards.remove)
            self._shards.append(shard)
        listener = Listener(shard, positions, at_once=at_once)
        shard.join(listener)
        return listener

    async def close(self) -> None:
        """Ends all listening; listeners are told nothing."""
        await asyncio.gather(*[shard.stop() for shard in list(self._shards)])


class _Shard:
    """One connection and those who listen on it; it ends when the last of them leaves."""

    def __init__(self, opener: Opener, ended: "Callable[[_Shard], None]") -> None:
        self._opener, self._ended = opener, ended
        self._listeners: dict[str, set[Listener]] = {}
        self._link: Link | None = None
        self._waiting = False
        self._over = False
        self._waker: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._run(), name="result streams")

    @property
    def streams(self) -> int:
        return len(self._listeners)

    def has_room(self, streams: int) -> bool:
        return not self._over and len(self._listeners) + streams <= STREAMS

    def join(self, listener: Listener) -> None:
        for key in listener.positions:
            self._listeners.setdefault(key, set()).add(listener)
        self.changed()

    def leave(self, listener: Listener) -> None:
        for key in listener.positions:
            if listeners := self._listeners.get(key):
                listeners.discard(listener)
                if not listeners:
                    del self._listeners[key]
        if not self._listeners:
            self.changed()

    def changed(self) -> None:
        """What is waited for is not what it was: the read that is under way is cut short, once."""
        if self._waiting and self._link is not None:
            self._waiting = False
            self._waker = asyncio.create_task(self._wake(self._link))

    async def stop(self) -> None:
        while not self._task.done():
            if not self._over:
                self._task.cancel()  # under Python 3.11 the driver may swallow one
            if self._waker is not None:
                self._waker.cancel()  # the read that it would cut short is cancelled
            await asyncio.wait({self._task}, timeout=_CANCEL_AGAIN_SECONDS)

    async def _run(self) -> None:
        try:
            await self._listen()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, those who listen must hear of it
            for listener in self._everybody():
                listener.fail(error)
        finally:
            self._over = True
            if self._waker is not None:
                await asyncio.gather(self._waker, return_exceptions=True)
            await self._drop()
            self._ended(self)

    async def _listen(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        lost = False
        while self._listeners:
            try:
                if self._link is None:
                    self._link = await self._opener()
                    continue
                if lost:
                    lost = False
                    for listener in self._everybody():
                        listener.interrupt()
                await self._read(self._link)
                pause = _FIRST_PAUSE_SECONDS
            except LinkBroken:
                lost = True
                await self._drop()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _read(self, link: Link) -> None:
        self._waiting = True
        try:
            items = await link.read(self._wanted(), HELD)
        finally:
            self._waiting = False
        for item in items:
            for listener in tuple(self._listeners.get(item.key, ())):
                listener.hear(item)

    def _wanted(self) -> dict[str, Id]:
        """Each stream, after the id that its slowest listener has heard; full ones are not asked for."""
        found: dict[str, Id] = {}
        for key, listeners in self._listeners.items():
            positions = [listener.positions[key] for listener in listeners if not listener.overflowed]
            if positions:
                found[key] = min(positions)
        return found

    def _everybody(self) -> set[Listener]:
        return set().union(*self._listeners.values())

    async def _wake(self, link: Link) -> None:
        # Where that fails the connection has failed too, or the read ends by itself in a few seconds.
        with suppress(LinkBroken):
            await link.wake()

    async def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()
