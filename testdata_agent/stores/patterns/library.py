"""The stored patterns as one process knows them: rows, embedder and indexes put together.

No request waits for a query of the database: patterns are found and read in memory, in a copy that follows the rows by
revision. What this process writes is found at once, what others write within POLL_SECONDS and the time reading takes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any, Final

from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.migrations import WrongRevision
from testdata_agent.stores.patterns.base import (
    Added,
    Embedder,
    Hit,
    IndexUnreachable,
    OtherEmbedder,
    PatternIndex,
    PatternStore,
    Query,
    Scope,
    Standing,
    Tally,
)
from testdata_agent.stores.patterns.collecting import uncollected
from testdata_agent.stores.patterns.copies import Copies
from testdata_agent.stores.patterns.nearness import how_many_meant
from testdata_agent.stores.patterns.patience import patiently
from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind
from testdata_agent.stores.patterns.telling import Tell
from testdata_agent.stores.patterns.uses import Uses
from testdata_agent.stores.patterns.wanted import WantedIndex

#: How often the rows are asked for changes.
POLL_SECONDS: Final = 0.3
#: How often an index elsewhere is asked how far it is.
WANTED_POLL_SECONDS: Final = 0.5
#: Uses are written no more often than this.
USES_SECONDS: Final = 2.0
#: Rows that are read, and drafts that are stored, at a time: what is done with them in one go keeps the event loop for
#: some milliseconds.
PAGE: Final = 100
#: What is the matter with a library that has just begun to read.
LOADING: Final = "the stored patterns are being loaded"
#: What the index in memory is called.
MEMORY: Final = "memory"
#: Searches wait so long for the rows to be read for the first time.
FIRST_SECONDS: Final = 2.0
#: Storing all seeds takes less.
_SEEDING_SECONDS: Final = 30.0
#: After a failure nobody waits for the database for so long.
_LEFT_ALONE_SECONDS: Final = 1.0

Signed = tuple[Draft, str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        patterns: Best first; `vector` is empty.
        scores: One a pattern.
        index: What answered.
        reason: Why it was not the index that is wanted, as one clause; empty where it was.
    """

    patterns: tuple[Pattern, ...]
    scores: tuple[float, ...]
    index: str
    reason: str

    @property
    def meant(self) -> tuple[Pattern, ...]:
        """Those that records are to be made of: the best, and what is nearly as near; see nearness."""
        return self.patterns[: how_many_meant(self.scores)]


@dataclass(frozen=True, slots=True)
class LibraryState:
    """How a library is.

    Attributes:
        patterns: Those that are known.
        index: What answers now.
        reason: Why it is not the index that is wanted, as one clause; empty where it is.
        trouble: Why the rows are not followed, as one clause; empty where they are.
    """

    patterns: int
    index: str
    reason: str
    trouble: str


class PatternLibrary:
    """The patterns of one process, for its event loop.

    Args:
        check: Raises WrongRevision where the database is of another revision than this release's.
        nearest: The index in memory.
        wanted: The one that is asked before it; None: memory alone.
        seeds: What is stored, with signatures, where nothing ever was.
        tell: Told when the database or an index goes and comes back.
    """

    def __init__(
        self,
        store: PatternStore,
        embedder: Embedder,
        nearest: PatternIndex,
        *,
        check: Callable[[], Awaitable[None]],
        seeds: Callable[[], Iterable[Signed]],
        tell: Tell,
        wanted: WantedIndex | None = None,
    ) -> None:
        self._store, self._embedder, self._nearest, self._wanted = store, embedder, nearest, wanted
        self._check, self._seeds, self._tell = check, seeds, tell
        self._copies, self._uses = Copies(), Uses(store)
        self._standing: Standing | None = None
        self._seen = 0
        self._looking = asyncio.Lock()
        self._looks = 0
        self._loaded = asyncio.Event()
        self._trouble = LOADING
        self._failed_at: float | None = None
        self._others_told = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def embedder_id(self) -> str:
        """Whose vectors are compared."""
        return self._embedder.embedder_id

    def start(self) -> None:
        """Begins to follow the rows."""
        work = [self._follow(), self._count()]
        if self._wanted is not None:
            work.append(self._follow_with(self._wanted))
        self._tasks = [asyncio.create_task(one) for one in work]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Ends the following and the index's connections; what was counted is written."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._wanted is not None:
            await self._wanted.close()
        with suppress(LedgerUnreachable):
            await patiently(self._uses.write())

    async def loaded(self, within: float) -> bool:
        """Waits until the rows were read once, so many seconds at the most; gives whether they were."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._loaded.wait()
        return self._loaded.is_set()

    def has(self, entity: str, domain: str, kinds: frozenset[PatternKind]) -> bool:
        """Whether a pattern of one of these kinds is known; an empty domain: any. Nothing is waited for."""
        return self._copies.has(entity, domain, kinds)

    def state(self) -> LibraryState:
        """How it is now."""
        reason = "" if self._wanted is None else self._wanted.why_not
        index = MEMORY if self._wanted is None or reason else self._wanted.name
        return LibraryState(len(self._copies), index, reason, self._trouble)

    async def search(self, scope: Scope, text: str, limit: int) -> Found:
        """The nearest to a text, best first; without one the best of the scope."""
        if not self._loaded.is_set() and self._failed_at is None:
            await self.loaded(FIRST_SECONDS)
        text = text.strip()
        vector = self._embedder.embed([text])[0]
        query = Query(scope, text, self._embedder.embedder_id, vector, limit)
        hits, index, reason = await self._hits(query)
        known = [hit for hit in hits if hit.pattern_id in self._copies]
        patterns = self._copies.get([hit.pattern_id for hit in known])
        return Found(patterns, tuple([hit.score for hit in known]), index, reason)

    async def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """Those of these that there are, in the order asked for; `vector` is empty.

        Raises:
            LedgerUnreachable: one of them is not known here, and the database does not answer.
        """
        if any(pattern_id not in self._copies for pattern_id in pattern_ids):
            await self.refresh()
        return self._copies.get(pattern_ids)

    async def add(self, drafts: Sequence[Signed]) -> tuple[Added, ...]:
        """Stores (draft, signature), or merges them; this process finds them at once.

        Many are stored in portions: those before one that is refused are there.

        Raises:
            TooManyPatterns, OtherEmbedder, PatternFault, LedgerUnreachable: see PatternStore.
        """
        added: list[Added] = []
        for start in range(0, len(drafts), PAGE):
            added += await self._store.add(drafts[start : start + PAGE], self._embedder)
        await self._take_in()
        return tuple(added)

    async def seed(self) -> tuple[Added, ...]:
        """Stores the seeds, or merges them into those that are there; see `add`."""
        return await self.add(await asyncio.to_thread(lambda: list(self._seeds())))

    async def delete(self, pattern_ids: Sequence[str], *, owner: str | None = None) -> int:
        """Puts patterns out of use; gives how many there were.

        Raises:
            OthersPattern: see PatternStore.
            LedgerUnreachable: it is not known which of them are.
        """
        deleted = await self._store.delete(pattern_ids, owner=owner)
        await self._take_in()
        return deleted

    async def rate(self, pattern_ids: Sequence[str], *, helpful: bool) -> tuple[Pattern, ...]:
        """Rates each of these once; gives those that there are, as they are now.

        Raises:
            LedgerUnreachable: it is not known which of them are rated.
        """
        rated = await self._store.rate(pattern_ids, helpful=helpful)
        await self._take_in()
        return rated

    async def records(
        self, entity: str, domain: str, kinds: frozenset[PatternKind], most: int
    ) -> tuple[Mapping[str, Any], ...]:
        """The records of an entity's patterns of these kinds, those that changed last, at most so many.

        Raises:
            LedgerUnreachable: the database does not answer.
        """
        return await patiently(self._store.records(entity, domain, kinds, most))

    def used(self, uses: Mapping[str, int]) -> None:
        """Counts uses by id; they are written within some seconds."""
        self._uses.add(uses)

    async def uses(self, pattern_ids: Sequence[str]) -> Mapping[str, int]:
        """How often each of these was used, by all processes; a pattern of a search may say less.

        Raises:
            LedgerUnreachable: the database does not answer.
        """
        await patiently(self._uses.write())
        return await patiently(self._store.uses(pattern_ids))

    async def tallies(self) -> tuple[Tally, ...]:
        """What is stored, with this process's uses up to now.

        Raises:
            LedgerUnreachable: the database does not answer.
        """
        await patiently(self._uses.write())
        return await patiently(self._store.tallies())

    async def refresh(self) -> None:
        """Takes in what has changed up to now.

        Raises:
            LedgerUnreachable: the database does not answer, or is of another revision.
        """
        before = self._looks
        async with self._looking:
            if self._failed_at is not None and time.monotonic() - self._failed_at < _LEFT_ALONE_SECONDS:
                raise LedgerUnreachable(self._trouble)
            if self._looks == before:  # else somebody began to look after we asked
                await self._look()

    async def _hits(self, query: Query) -> tuple[Sequence[Hit], str, str]:
        """What the wanted index finds, else what memory does; who that was, and why not the other."""
        reason = ""
        if self._wanted is not None:
            reason = self._wanted.why_not
            if not reason:
                try:
                    return await self._wanted.search(query), self._wanted.name, ""
                except IndexUnreachable as error:
                    reason = str(error)
        return await self._nearest.search(query), MEMORY, reason

    async def _take_in(self) -> None:
        """What this process wrote; the rows are there even where they cannot be read just now."""
        with suppress(LedgerUnreachable):
            await self.refresh()

    async def _follow(self) -> None:
        while True:
            with suppress(LedgerUnreachable):  # whoever looked has said so; it is asked again
                await self.refresh()
            await asyncio.sleep(POLL_SECONDS)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(USES_SECONDS)
            with suppress(LedgerUnreachable):  # they wait on
                await self._uses.write()

    async def _follow_with(self, wanted: WantedIndex) -> None:
        await self._loaded.wait()
        while True:
            try:
                reached = await wanted.revision(self._lineage)
                # Asked for after the index: nothing that it holds is news to this process then.
                await self._take_in()
                await wanted.catch_up(reached, self._seen)
            except (IndexUnreachable, OtherEmbedder) as error:
                wanted.leave_alone(str(error))
            except LedgerUnreachable as error:
                wanted.leave_alone(f"{wanted.name} is behind, and {error}")
            await asyncio.sleep(WANTED_POLL_SECONDS)

    @property
    def _lineage(self) -> str:
        assert self._standing is not None  # it is known before anything is loaded
        return self._standing.lineage

    async def _look(self) -> None:
        self._looks += 1
        try:
            if self._standing is None:
                self._standing = await self._prepared()
            changes = await self._changes()
            with uncollected() if len(changes) == PAGE else nullcontext():
                while changes:
                    await self._nearest.put([pattern for pattern in changes if self._comparable(pattern)])
                    self._copies.take_in(changes)
                    self._seen = changes[-1].revision
                    changes = await self._changes()
        except (LedgerUnreachable, WrongRevision, OtherEmbedder) as error:
            self._fail(str(error))
            raise LedgerUnreachable(str(error)) from error
        if self._failed_at is not None:
            self._failed_at = None
            self._tell("patterns_followed_again", known=len(self._copies))
        self._trouble = ""
        self._loaded.set()

    async def _changes(self) -> tuple[Pattern, ...]:
        return await patiently(self._store.changes(self._seen, PAGE))

    async def _prepared(self) -> Standing:
        """Sees to it that there are rows, and that their vectors are this embedder's."""
        await patiently(self._check())
        await asyncio.to_thread(self._embedder.embed, ["its table is read before anybody waits for it"])
        standing = await patiently(self._store.standing(self._embedder.embedder_id))
        if standing.mixed:
            await self._embed_again(standing.embedder_id)
        if not standing.revision:
            seeds = await asyncio.to_thread(lambda: list(self._seeds()))
            added = await patiently(self._store.add(seeds, self._embedder, at_first=True), _SEEDING_SECONDS)
            if added:
                self._tell("patterns_seeded", patterns=len(added))
        return standing

    async def _embed_again(self, before: str) -> None:
        total = 0
        while some := await patiently(self._store.reembed(self._embedder, PAGE)):
            total += some
        self._tell("patterns_embedded_again", patterns=total, before=before, now=self._embedder.embedder_id)

    def _comparable(self, pattern: Pattern) -> bool:
        """Whether a pattern has a vector of this embedder's. One of a newer release's is found by what it was."""
        mine = pattern.deleted or pattern.embedder_id == self._embedder.embedder_id
        if not mine and not self._others_told:
            self._others_told = True
            self._tell("patterns_of_another_embedder", theirs=pattern.embedder_id, ours=self._embedder.embedder_id)
        return mine

    def _ended(self, task: asyncio.Task[None]) -> None:
        """None ends by itself but by a bug of ours."""
        failure = None if task.cancelled() else task.exception()
        if failure is not None:
            self._trouble = f"the stored patterns are not followed ({type(failure).__name__})"
            self._tell("pattern_library_failed", error_type=type(failure).__qualname__, error=str(failure)[:200])

    def _fail(self, error: str) -> None:
        if self._failed_at is None:
            self._tell("patterns_not_followed", error=error[:200], known=len(self._copies))
        self._failed_at, self._trouble = time.monotonic(), error
