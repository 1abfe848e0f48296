"""What a scoring says."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed check of one record.

    Attributes:
        row: Position among the records that were scored, from 0.
        field: Dotted path, items numbered: `items[2].price`; empty: the record as a whole.
    """

    row: int
    field: str
    check: str
    message: str


@dataclass(frozen=True, slots=True)
class CoherenceReport:
    """Score = passed / applied; None where no check applied.

    Attributes:
        by_check: Name of a check to (passed, applied).
    """

    score: float | None
    passed: int
    applied: int
    records_scored: int
    faults: tuple[Fault, ...]
    by_check: Mapping[str, tuple[int, int]]
