"""Scoring of records that come in parts, so that any number of them takes little memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from testdata_agent.engine.coherence.score import CoherenceReport, Fault, Memory, Scorer


class Inspection:
    """The sum of the scores of parts, which is the score of the whole: what is repeated is found across parts.

    Attributes:
        records: How many there were so far.
        faulty: How many of them have a fault.
        faults: How many faults there are.
        passed, applied: Checks; see CoherenceReport.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._memory = Memory()
        self._by_check: dict[str, Counter[str]] = {}
        self.records = self.faulty = self.faults = self.passed = self.applied = 0

    @property
    def score(self) -> float | None:
        """Checks passed / checks applied; None where none applied."""
        return self.passed / self.applied if self.applied else None

    @property
    def by_check(self) -> Mapping[str, tuple[int, int]]:
        """Name of a check to (passed, applied)."""
        return {name: (counts["passed"], counts["applied"]) for name, counts in self._by_check.items()}

    def rows(self, rows: Sequence[str]) -> list[Fault]:
        """Scores JSON texts, one a record; gives their faults by row, rows counted from 0 over all parts."""
        return self._add(self._scorer.score_json(rows, self._memory))

    def values(self, records: Sequence[Mapping[str, Any]]) -> list[Fault]:
        """Scores plain values; see `rows`."""
        return self._add(self._scorer.score_records(records, self._memory))

    def _add(self, report: CoherenceReport) -> list[Fault]:
        found = sorted(report.faults, key=lambda fault: fault.row)
        faults = [replace(fault, row=fault.row + self.records) for fault in found]
        self.records += report.records_scored
        self.faulty += len({fault.row for fault in faults})
        self.faults += len(faults)
        self.passed += report.passed
        self.applied += report.applied
        for name, (passed, applied) in report.by_check.items():
            counts = self._by_check.setdefault(name, Counter())
            counts["passed"] += passed
            counts["applied"] += applied
        return faults
