"""What is known of a record that is worth varying."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final


class PatternKind(enum.Enum):
    """What a pattern is for."""

    PATTERN = "pattern"
    DEFECT = "defect"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A pattern before it is stored.

    Attributes:
        name: Of a few words; unique within nothing.
        intent: What a tester wants who should find it, in a sentence or two. It is what is searched.
        record: A valid record as JSON values, without the envelope; for a defect the one that triggers it.
            No identifier, contact or name of a real person is in it: see engine/learning.
        locked_paths: Whose values every variation keeps (`items.quantity`): what makes the record interesting.
        tags: Lower-case words to filter by.
        source: Who it is from: `seed`, `learned`, `model`, `production`, `report`.
        quality: 0 to 1, of validation and feedback; better ones are preferred among equally near ones.
        defect: Of a defect alone: class, pointer, rule and verdict, as `_defect` says them.
        client_id: Who handed it in.
    """

    kind: PatternKind
    domain: str
    entity: str
    name: str
    intent: str
    record: Mapping[str, Any]
    locked_paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source: str = "learned"
    quality: float = 0.5
    defect: Mapping[str, str] = field(default_factory=dict)
    client_id: str = "anonymous"

    @property
    def searched_text(self) -> str:
        """What the vector is of, and what is found by its words."""
        return f"{self.name}. {self.intent} {' '.join(self.tags)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(Draft):
    """A stored pattern.

    Attributes:
        pattern_id: `pat-` and 32 hexadecimal digits.
        signature: Of what makes the record what it is; two patterns of one entity and kind never have the same.
        uses: Answers that were made of it, as counted off the request path.
        ratings: How often it was rated; see `rated`.
        embedder_id: Who made `vector`.
        vector: Of `searched_text`: little-endian float32 of length one; see embedder.
        created_at: Epoch seconds of the database's clock.
        revision: The place of the pattern's last change among all changes.
        deleted: Whether it is out of use; such a row keeps its id and revision, so that every index hears of it.
    """

    pattern_id: str
    signature: str
    uses: int
    embedder_id: str
    vector: bytes
    created_at: float
    revision: int
    ratings: int = 0
    deleted: bool = False


#: Validation counts as much as so many ratings.
_VALIDATION_COUNTS: Final = 4


def rated(pattern: Pattern, *, helpful: bool) -> Pattern:
    """The pattern after one more rating: its quality is the mean of validation and ratings."""
    ratings = pattern.ratings + 1
    quality = pattern.quality + (float(helpful) - pattern.quality) / (_VALIDATION_COUNTS + ratings)
    return replace(pattern, quality=quality, ratings=ratings)


def merged(held: Draft, new: Draft, *, is_rated: bool = False) -> Draft:
    """One draft of two that have the same signature: the held record, the words of the better one, all tags.

    The better quality counts, unless the held one was rated: validation has had its say then.
    """
    worded = new if new.quality >= held.quality else held
    return replace(
        held,
        name=worded.name,
        intent=worded.intent,
        locked_paths=_together(held.locked_paths, new.locked_paths),
        tags=_together(held.tags, new.tags),
        quality=held.quality if is_rated else max(held.quality, new.quality),
    )


def _together(some: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *more)))
