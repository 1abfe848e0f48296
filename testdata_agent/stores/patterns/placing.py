"""Where drafts go: into new patterns, or into those that have their signature."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind, merged
from testdata_agent.stores.patterns.rows import draft_of, pattern_of, values_of

Key: TypeAlias = tuple[str, str, str, PatternKind]


def key_of(draft: Draft, signature: str) -> Key:
    """What no two patterns have in common."""
    return signature, draft.entity, draft.domain, draft.kind


@dataclass(slots=True)
class Place:
    """A pattern as it will be.

    Attributes:
        held: As it is; None: it is new.
    """

    pattern_id: str
    signature: str
    draft: Draft
    held: Pattern | None
    revision: int
    created_at: float
    embedder_id: str = ""
    vector: bytes = b""

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.held is None or self.draft != draft_of(self.held)

    def values(self) -> dict[str, Any]:
        """The row."""
        return {
            **values_of(self.draft),
            "pattern_id": self.pattern_id,
            "signature": self.signature,
            "uses": 0 if self.held is None else self.held.uses,
            "ratings": 0 if self.held is None else self.held.ratings,
            "embedder_id": self.embedder_id,
            "vector": self.vector,
            "created_at": self.created_at,
            "revision": self.revision,
            "deleted": False,
        }

    def pattern(self) -> Pattern:
        """The pattern, once it is written."""
        return pattern_of(self.values())


class Places:
    """The places of some drafts that are stored together."""

    def __init__(self, held: Iterable[Pattern], created_at: float) -> None:
        """Takes the patterns that have one of their signatures, and what time it is."""
        self._created_at = created_at
        self._places = {key_of(one, one.signature): _place_of(one) for one in held}

    def take(self, draft: Draft, signature: str) -> tuple[Place, bool]:
        """Gives the draft's place, and whether a pattern was there."""
        key = key_of(draft, signature)
        place = self._places.get(key)
        if place is not None:
            place.draft = merged(place.draft, draft, is_rated=place.held is not None and place.held.ratings > 0)
            return place, True
        place = Place(f"pat-{uuid.uuid4().hex}", signature, draft, None, 0, self._created_at)
        self._places[key] = place
        return place, False

    @property
    def changed(self) -> Sequence[Place]:
        """Those to be written, in the order in which they were taken."""
        return [place for place in self._places.values() if place.changed]


def _place_of(held: Pattern) -> Place:
    return Place(
        held.pattern_id,
        held.signature,
        draft_of(held),
        held,
        held.revision,
        held.created_at,
        held.embedder_id,
        held.vector,
    )
