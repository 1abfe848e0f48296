"""The ports through which patterns are kept, embedded and found.

PatternFault (ValueError)
|- UnknownPattern       no such pattern
|- OtherEmbedder        a vector of an embedder that is not this index's
`- TooManyPatterns      there is no room for more
IndexUnreachable        the index does not answer; the rows are all there
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind


class PatternFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """What stores of patterns refuse; its text is written for callers."""


class UnknownPattern(PatternFault):
    """No pattern has this id."""


class OtherEmbedder(PatternFault):
    """The vector is of another embedder than those it would be compared with."""


class TooManyPatterns(PatternFault):
    """So many patterns are stored that more are refused."""


class IndexUnreachable(ConnectionError):  # noqa: N818 - as LedgerUnreachable
    """An index does not answer, or not in time."""


class Embedder(Protocol):
    """Turns texts into vectors; near meanings are near vectors."""

    @property
    def embedder_id(self) -> str:
        """Changes with whatever changes a vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Gives float32 of shape (texts, dimensions), each row of length one, or zero where a text says nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Which patterns are looked at. An empty domain or no tags: any. No two scopes' patterns are ever mixed up."""

    entity: str
    domain: str = ""
    kinds: frozenset[PatternKind] = frozenset({PatternKind.PATTERN})
    tags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        text: As the tester says it: context, hints and scenario together. Empty: the best of the scope.
        vector: The embedder's, of `text`.
    """

    scope: Scope
    text: str
    embedder_id: str
    vector: np.ndarray
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found.

    Attributes:
        score: 0 to 1 and comparable between queries of one index: what is below the index's floor is no answer.
    """

    pattern_id: str
    score: float


class PatternIndex(Protocol):
    """Finds patterns by words and meaning. Holds nothing that the rows do not; can be emptied and filled again."""

    async def put(self, patterns: Sequence[Pattern]) -> None:
        """Takes in new and changed patterns; forgets those that are deleted.

        Raises:
            OtherEmbedder: a vector is another embedder's.
            IndexUnreachable: it is not known which of them were taken; they may be put again.
        """
        ...

    async def search(self, query: Query) -> tuple[Hit, ...]:
        """Gives the nearest, best first, at most `limit`; none where none is near enough.

        Raises:
            OtherEmbedder, IndexUnreachable.
        """
        ...

    async def revision(self) -> int:
        """Up to which change of the rows this index is whole; 0: it is empty. Raises IndexUnreachable."""
        ...

    async def reached(self, revision: int) -> None:
        """Takes note that every change up to this revision was put. Raises IndexUnreachable."""
        ...

    async def empty(self) -> None:
        """Forgets all. Raises IndexUnreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Added:
    """What became of drafts, one entry a draft, in their order.

    Attributes:
        merged: True where a pattern of the same signature was there: its tags, quality and intent were merged.
    """

    pattern: Pattern
    merged: bool


class PatternStore(Protocol):
    """Keeps patterns. Every method raises LedgerUnreachable where the database does not answer."""

    async def add(self, drafts: Sequence[tuple[Draft, str, bytes]], *, embedder_id: str) -> tuple[Added, ...]:
        """Stores (draft, signature, vector), or merges them into those of the same signature; all or none.

        Raises:
            TooManyPatterns: nothing was stored.
            OtherEmbedder: the rows that are there have vectors of another one; see `reembed`.
        """
        ...

    async def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """Those of these that there are, in the order asked for."""
        ...

    async def changes(self, after: int, most: int) -> tuple[Pattern, ...]:
        """The patterns that changed after this revision, deleted ones too, in order of revision, at most so many.

        Whoever goes on from the last one's revision misses none.
        """
        ...

    async def delete(self, pattern_ids: Sequence[str]) -> int:
        """Puts patterns out of use; gives how many there were."""
        ...

    async def used(self, uses: dict[str, int]) -> None:
        """Adds to the counts of uses. That is no change: indexes are not told."""
        ...
