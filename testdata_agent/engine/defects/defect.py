"""What a defect is, and what a request asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: Hints that begin so name classes: `defects:boundary,time`.
HINT_PREFIX = "defects:"


def is_hint(hint: str) -> bool:
    """Whether a hint is about defects."""
    return hint.strip().lower().startswith(HINT_PREFIX)


def mode_of(options: "DefectOptions | None", hints: Iterable[str]) -> "DefectMode":
    """The mode that options or hints (`defects:coverage`) ask for; a hint goes before."""
    named = [word.strip() for hint in hints if is_hint(hint) for word in words_of(hint)]
    modes = [DefectMode(word) for word in named if word in list(DefectMode)]
    return modes[-1] if modes else options.mode if options is not None else DefectMode.EACH


def words_of(hint: str) -> list[str]:
    """The words of a hint about defects."""
    return [word.strip() for word in hint.strip().lower().removeprefix(HINT_PREFIX).split(",") if word.strip()]


class DefectClass(StrEnum):
    """The classes of the catalogue."""

    BOUNDARY = "boundary"
    TYPE_NULL = "type_null"
    NUMERIC = "numeric"
    UNICODE = "unicode"
    INJECTION = "injection"
    TIME = "time"
    ENCODING = "encoding"
    CROSS_FIELD = "cross_field"
    HISTORICAL = "historical"


class Verdict(StrEnum):
    """What a system that keeps to the schema does with a record."""

    #: The schema has a rule for exactly this, and the value keeps it: unusual, and valid.
    ACCEPT = "accept"
    #: Exactly the named rule of the schema is broken.
    REJECT = "reject"
    #: No rule of the schema is broken, and none speaks of it.
    UNSPECIFIED = "unspecified"


class DefectMode(StrEnum):
    """Which records are made."""

    #: One mutation a record, through the classes in turn.
    EACH = "each"
    #: Valid records in which every pair of values of two fields stands together at least once.
    PAIRWISE = "pairwise"
    #: As few records as can be found that reach every bound, listed value, null and pair.
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDefect:
    """What once broke a system, as the stores keep it.

    Attributes:
        defect_id: Of the store.
        pointer: JSON pointer of the value that did it; array indexes are moved to items that there are.
        record: A record that holds it.
        rule: In words.
        verdict: As the catalogue has it.
        defect_class: Of the catalogue, where it was of one.
    """

    defect_id: str
    pointer: str
    record: Mapping[str, Any]
    rule: str = ""
    verdict: str = Verdict.UNSPECIFIED.value
    defect_class: str = DefectClass.HISTORICAL.value


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectOptions:
    """What a request that asks for defects says of them.

    Attributes:
        classes: Those wanted, by name; empty: all that the schema has a place for.
        mode: Which records are made.
        whole: In the modes that make a set: as many records as the set has, whatever the count says.
        pattern_ids: Stored defects by id, instead of those that are found.
        stored: These, or those, as the store has them: for the class `historical`.
    """

    classes: tuple[str, ...] = ()
    mode: DefectMode = DefectMode.EACH
    whole: bool = False
    pattern_ids: tuple[str, ...] = ()
    stored: tuple[StoredDefect, ...] = ()
