"""An index for tests: slow, plain, and it can be taken down."""

from collections.abc import Sequence

import numpy as np

from testdata_agent.stores.patterns.base import Hit, IndexUnreachable, OtherEmbedder, PatternIndex, Query
from testdata_agent.stores.patterns.pattern import Pattern


class PlainIndex(PatternIndex):
    """Compares with every vector.

    Attributes:
        down: Nothing is answered.
        patterns: What it holds.
    """

    def __init__(self, embedder_id: str = "words-1") -> None:
        self.embedder_id = embedder_id
        self.patterns: dict[str, Pattern] = {}
        self.down = False
        self.puts = 0
        self._revision = 0

    async def put(self, patterns: Sequence[Pattern]) -> None:
        self._answer()
        self.puts += 1
        for pattern in patterns:
            if pattern.deleted:
                self.patterns.pop(pattern.pattern_id, None)
                continue
            if pattern.embedder_id != self.embedder_id:
                raise OtherEmbedder(f"{pattern.embedder_id} is not {self.embedder_id}")
            self.patterns[pattern.pattern_id] = pattern

    async def search(self, query: Query) -> tuple[Hit, ...]:
        self._answer()
        scope = query.scope
        hits = [
            Hit(pattern.pattern_id, float(np.frombuffer(pattern.vector, "<f4") @ query.vector))
            for pattern in self.patterns.values()
            if pattern.entity == scope.entity and scope.domain in {"", pattern.domain} and pattern.kind in scope.kinds
        ]
        return tuple(sorted(hits, key=lambda hit: -hit.score)[: query.limit])

    async def revision(self) -> int:
        self._answer()
        return self._revision

    async def reached(self, revision: int) -> None:
        self._answer()
        self._revision = revision

    async def empty(self) -> None:
        self._answer()
        self.patterns, self._revision = {}, 0

    async def close(self) -> None:
        self.down = True

    def _answer(self) -> None:
        if self.down:
            raise IndexUnreachable("the index is down")
