"""The ports through which patterns are kept, embedded and found.

PatternFault (ValueError)
|- OthersPattern        what another client stored
|- OtherEmbedder        a vector of an embedder that is not this index's
`- TooManyPatterns      there is no room for more
IndexUnreachable        the index does not answer; the rows are all there
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np

from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind

#: Patterns that are in use at the same time, at the most: every process that serves them holds them in memory.
MAX_PATTERNS: Final = 200_000


class PatternFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """What stores of patterns refuse; its text is written for callers."""


class OthersPattern(PatternFault):
    """Another client stored the pattern."""


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
    """Which patterns are looked at: of one of the kinds, with all of the tags. An empty domain: any.

    No two scopes' patterns are ever mixed up.
    """

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
    """What became of a draft.

    Attributes:
        merged: True where a pattern of the same signature was there: see `merged`.
    """

    pattern: Pattern
    merged: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What is stored of one kind for one entity.

    Attributes:
        quality: The mean of the patterns'.
        uses: Of all of them together.
    """

    kind: PatternKind
    domain: str
    entity: str
    patterns: int
    uses: int
    quality: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a store is as a whole.

    Attributes:
        lineage: Of this database alone; an index of another lineage is of other patterns.
        revision: Of the last change; 0: nothing was ever stored.
        embedder_id: Whose vectors are taken; empty: nobody's yet.
        mixed: Whether patterns have vectors of another embedder than the one who asks.
    """

    lineage: str
    revision: int
    embedder_id: str
    mixed: bool


class PatternStore(Protocol):
    """Keeps patterns. Every method raises LedgerUnreachable where the database does not answer."""

    async def standing(self, embedder_id: str) -> Standing:
        """How the store is, as this embedder sees it."""
        ...

    async def add(
        self, drafts: Sequence[tuple[Draft, str]], embedder: Embedder, *, at_first: bool = False
    ) -> tuple[Added, ...]:
        """Stores (draft, signature) with vectors, or merges them into those of the same signature; all or none.

        Gives one entry a draft, in their order. With `at_first` nothing is stored, and nothing given, unless this is
        the first that is ever stored.

        Raises:
            TooManyPatterns: nothing was stored.
            OtherEmbedder: the vectors that are stored are of another one; see `reembed`.
            PatternFault: a text holds a character that cannot be kept.
        """
        ...

    async def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        """Those of these that there are, in the order asked for."""
        ...

    async def changes(self, after: int, most: int) -> tuple[Pattern, ...]:
        """The patterns that changed after this revision, deleted ones too, in order of revision, at most so many.

        Whoever goes on from the last one's revision misses none. Of a deleted one only the id and the revision are
        left.
        """
        ...

    async def delete(self, pattern_ids: Sequence[str], *, owner: str | None = None) -> int:
        """Puts patterns out of use and forgets what they hold; gives how many there were.

        Raises:
            OthersPattern: an owner is named, and another client stored one of them; none is put out of use then.
        """
        ...

    async def rate(self, pattern_ids: Sequence[str], *, helpful: bool) -> tuple[Pattern, ...]:
        """Rates each of these once; gives those that there are, as they are now, in the order asked for."""
        ...

    async def records(
        self, entity: str, domain: str, kinds: frozenset[PatternKind], most: int
    ) -> tuple[Mapping[str, Any], ...]:
        """The records of an entity's patterns of these kinds, those that changed last, at most so many."""
        ...

    async def reembed(self, embedder: Embedder, most: int) -> int:
        """Gives at most so many patterns of other embedders this one's vectors; gives how many there were.

        From then on no other embedder's are taken.
        """
        ...

    async def used(self, uses: Mapping[str, int]) -> None:
        """Adds to the counts of uses. That is no change: indexes are not told."""
        ...

    async def uses(self, pattern_ids: Sequence[str]) -> Mapping[str, int]:
        """How often each of these that there are was used."""
        ...

    async def tallies(self) -> tuple[Tally, ...]:
        """What is stored, by domain, entity and kind."""
        ...
