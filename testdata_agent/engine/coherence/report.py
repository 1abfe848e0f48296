"""What a scoring says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: Checks that weigh in the score alone: a record that fails them is poor, not wrong.
OF_TASTE: Final = frozenset({"categories", "sentiment"})
#: One finding of a check in one record: (field, message); see Fault.
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed check of one record.

    Attributes:
        row: Position among the records that were scored, from 0.
        field: Dotted path, items numbered: `items[2].price`; empty: the record as a whole.
        check: Name of the check that failed: `types`, `rules`, `places` ...
        message: What is wrong, in plain words, beginning with the field:
            `total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)`.
    """

    row: int
    field: str
    check: str
    message: str


@dataclass(frozen=True, slots=True)
class CoherenceReport:
    """Score = passed / applied; None where no check applied.

    A check is counted once for every record that it applies to, each rule of the schema being a check of its own.

    Attributes:
        faults: In the order of the checks, then of the rows; a failed check has at least one.
        by_check: Name of a check to (passed, applied).
    """

    score: float | None
    passed: int
    applied: int
    records_scored: int
    faults: tuple[Fault, ...]
    by_check: Mapping[str, tuple[int, int]]


class Tally:
    """Counts verdicts while a scoring goes on."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}
        self._faults: list[Fault] = []

    def judged(self, check: str, row: int, problems: Sequence[Problem] | None) -> None:
        """Notes one verdict: None does not apply, empty passes."""
        passed, applied = self._counts.get(check, (0, 0))
        if problems is None:
            self._counts[check] = (passed, applied)
            return
        self._counts[check] = (passed + (not problems), applied + 1)
        self._faults += [Fault(row, field, check, message) for field, message in problems]

    def report(self, records: int, held: Mapping[str, int]) -> CoherenceReport:
        """The sum of all verdicts over this many records; `held` counts, check by check, those not noted one by one."""
        by_check = {check: (count, count) for check, count in held.items()}
        for check, (passed, applied) in self._counts.items():
            count = held[check]
            by_check[check] = (passed + count, applied + count)
        all_passed = sum([passed for passed, _ in by_check.values()])
        all_applied = sum([applied for _, applied in by_check.values()])
        score = all_passed / all_applied if all_applied else None
        return CoherenceReport(score, all_passed, all_applied, records, tuple(self._faults), by_check)
