"""The index that a server is set up with, beside the one in memory: kept up with the rows, and left alone while down.

One failure is enough to leave it alone: nobody waits for it until it has answered in the background and holds what the
rows hold. So callers pay one deadline for each time that it goes away.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Final

from testdata_agent.stores.patterns.base import (
    Hit,
    IndexUnreachable,
    OtherEmbedder,
    PatternIndex,
    PatternStore,
    Query,
)
from testdata_agent.stores.patterns.collecting import uncollected
from testdata_agent.stores.patterns.patience import patiently
from testdata_agent.stores.patterns.telling import Tell

#: Changes that are handed over at a time.
PAGE: Final = 200
#: An index that is further behind than this finds too little.
_FAR_BEHIND: Final = PAGE


class WantedIndex:
    """An index elsewhere, and whether it can be asked.

    Args:
        name: As callers are told who answered.
        open_index: Makes the index of one lineage (see Standing); nothing is connected yet.
        embedder_id: Whose vectors it holds; patterns that have another's are left out.
        close: Ends its connections.

    Attributes:
        why_not: Why it is not asked, as one clause; empty: it is.
    """

    def __init__(
        self,
        name: str,
        open_index: Callable[[str], PatternIndex],
        store: PatternStore,
        embedder_id: str,
        tell: Tell,
        *,
        close: Callable[[], Awaitable[None]],
    ) -> None:
        self.name = name
        self.why_not = f"{name} has not answered yet"
        self._open_index, self._store, self._embedder_id, self._tell = open_index, store, embedder_id, tell
        self._index: PatternIndex | None = None
        self._handed_over: int | None = None
        self._told = False
        self.close = close

    async def search(self, query: Query) -> tuple[Hit, ...]:
        """See PatternIndex; to be called only where nothing speaks against it.

        Raises:
            IndexUnreachable: and from then on it is left alone.
        """
        assert self._index is not None
        try:
            return await self._index.search(query)
        except (IndexUnreachable, OtherEmbedder) as error:
            self.leave_alone(str(error))
            raise IndexUnreachable(str(error)) from error

    async def revision(self, lineage: str) -> int:
        """Up to which change it is whole; see PatternIndex."""
        if self._index is None:
            self._index = self._open_index(lineage)
        return await self._index.revision()

    async def catch_up(self, reached: int, seen: int) -> None:
        """Hands over what changed after `reached`, up to `seen`; it can be asked from then on.

        Raises:
            IndexUnreachable, LedgerUnreachable, OtherEmbedder: it goes on from where it is another time.
        """
        assert self._index is not None
        if reached > seen:
            # The rows were put back to an earlier state: what was made of the later one is forgotten.
            await self._index.empty()
            reached = 0
        # What others put may have been overwritten by what this process was late to put: it goes on from its own.
        reached = reached if self._handed_over is None else min(reached, self._handed_over)
        far = seen - reached > _FAR_BEHIND
        if far:
            self.why_not = f"{self.name} is being filled"
        with uncollected() if far else nullcontext():
            reached = await self._hand_over(self._index, reached, seen)
        self._handed_over = reached
        if self.why_not:
            self._tell("pattern_index_asked", index=self.name, revision=reached)
        self.why_not, self._told = "", False

    async def _hand_over(self, index: PatternIndex, reached: int, seen: int) -> int:
        """Gives the revision up to which it is whole then."""
        while reached < seen:
            changes = await patiently(self._store.changes(reached, PAGE))
            if not changes:
                break
            await index.put([one for one in changes if one.deleted or one.embedder_id == self._embedder_id])
            reached = self._handed_over = changes[-1].revision
            await index.reached(reached)
        return reached

    def leave_alone(self, why: str) -> None:
        """Nobody asks it until it has caught up."""
        self.why_not = why
        if not self._told:
            self._told = True
            self._tell("pattern_index_left_alone", index=self.name, error=why[:200])
