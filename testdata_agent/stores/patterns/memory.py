"""An index of patterns in the process itself."""

import asyncio
from collections.abc import Iterator, Sequence

import numpy as np

from testdata_agent.stores.patterns.base import Hit, OtherEmbedder, Query, Scope
from testdata_agent.stores.patterns.nearness import answer
from testdata_agent.stores.patterns.pattern import Pattern, PatternKind
from testdata_agent.stores.patterns.shelf import Shelf
from testdata_agent.stores.patterns.terms import terms_of
from testdata_agent.stores.patterns.turns import Turns

_Key = tuple[str, PatternKind]


class MemoryIndex:
    """A hybrid index: BM25 over the words and the cosine of the vectors, both exact, over the scope asked for alone.

    Every (entity, domain, kind) has a shelf of its own, so what is outside a scope is not looked at. A pattern put
    again takes the place of what it was. For use on one event loop.
    """

    def __init__(self, embedder_id: str, dimensions: int) -> None:
        """Takes whose vectors are compared, and their length."""
        self._embedder_id, self._dimensions = embedder_id, dimensions
        self._revision = 0
        self._shelves: dict[str, dict[_Key, Shelf]] = {}
        self._shelf_of: dict[str, Shelf] = {}
        self._putting = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._shelf_of)

    async def put(self, patterns: Sequence[Pattern]) -> None:
        """As the port says; little of it at a time, so searches go on meanwhile."""
        async with self._putting:
            turns = Turns()
            for pattern in patterns:
                if not pattern.deleted:  # of those that are, nothing but the id is left
                    self._fitting(pattern.embedder_id, len(pattern.vector) // 4)
                await turns.next()
            for pattern in patterns:
                self._forget(pattern.pattern_id)
                if not pattern.deleted:
                    self._take(pattern)
                await turns.next()

    async def search(self, query: Query) -> tuple[Hit, ...]:
        """As the port says."""
        self._fitting(query.embedder_id, len(query.vector))
        tags, limit = query.scope.tags, query.limit
        shelves = self._of(query.scope)
        if limit < 1:
            return ()
        if not query.text.strip():
            best = [hit for shelf in shelves for hit in shelf.best(tags, limit)]
            return tuple(sorted(best, key=lambda hit: (-hit.score, hit.pattern_id))[:limit])
        terms, vector = terms_of(query.text), np.asarray(query.vector, np.float32)
        return answer((hit for shelf in shelves for hit in shelf.nearest(terms, vector, tags, limit)), limit)

    async def revision(self) -> int:
        """As the port says."""
        return self._revision

    async def reached(self, revision: int) -> None:
        """As the port says."""
        self._revision = max(self._revision, revision)

    async def empty(self) -> None:
        """As the port says."""
        async with self._putting:
            self._shelves, self._shelf_of, self._revision = {}, {}, 0

    def _of(self, scope: Scope) -> Iterator[Shelf]:
        """The shelves that the scope is made of."""
        for (domain, kind), shelf in self._shelves.get(scope.entity, {}).items():
            if kind in scope.kinds and (not scope.domain or domain == scope.domain):
                yield shelf

    def _take(self, pattern: Pattern) -> None:
        of_entity = self._shelves.setdefault(pattern.entity, {})
        key = (pattern.domain, pattern.kind)
        if key not in of_entity:
            of_entity[key] = Shelf(self._dimensions)
        of_entity[key].add(pattern)
        self._shelf_of[pattern.pattern_id] = of_entity[key]

    def _forget(self, pattern_id: str) -> None:
        shelf = self._shelf_of.pop(pattern_id, None)
        if shelf is not None:
            shelf.remove(pattern_id)

    def _fitting(self, embedder_id: str, dimensions: int) -> None:
        if (embedder_id, dimensions) != (self._embedder_id, self._dimensions):
            raise OtherEmbedder(
                f"this index compares vectors of {self._embedder_id} ({self._dimensions} dimensions), "
                f"not of {embedder_id} ({dimensions})"
            )
