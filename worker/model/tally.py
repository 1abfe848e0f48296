"""What one attempt at a batch did, in the words of the job's metadata."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from testdata_agent.engine.defects.step import DefectTally
from worker.model.writer import Writer


@dataclass
class Tally:
    """Counts.

    Attributes:
        path: The path that the job was to take.
        by_path: Records that are there, by who made them.
        written, varied, repaired: Of those a model wrote: all, those grown from them, those that had to be mended.
        scored, passed, applied: Records that were scored, and their checks.
        defects: Those that records were given.
        fallback: Why the engine stood in; empty where it did not.
    """

    path: str
    by_path: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    written: int = 0
    varied: int = 0
    repaired: int = 0
    plays: int = 0
    scored: int = 0
    passed: int = 0
    applied: int = 0
    warnings: list[str] = field(default_factory=list)
    fallback: str = ""
    defects: DefectTally = field(default_factory=DefectTally)

    def wrote(self, writer: Writer) -> None:
        """Counts what a writer did."""
        acceptance = writer.acceptance
        self.by_path[self.path] += len(writer.written)
        self.written += len(writer.written)
        self.plays += writer.tapes.plays
        self.refused.update(acceptance.refused)
        self.repaired += acceptance.repaired
        self.checked(acceptance.scored, acceptance.passed, acceptance.applied)

    def stands(self, records: int) -> None:
        """So many records of the batch are there.

        What another attempt wrote beside this one counts, and once what the streams lost and this one wrote again.
        """
        self.by_path[self.path] = max(0, self.by_path[self.path] + records - self.by_path.total())

    def checked(self, scored: int, passed: int, applied: int) -> None:
        """Counts scores."""
        self.scored += scored
        self.passed += passed
        self.applied += applied

    def notes(self) -> dict[str, Any]:
        """As `stores.jobs.notes` puts them together."""
        accepted, rejected = self.by_path.total(), self.refused.total()
        notes: dict[str, Any] = {
            "records_attempted": accepted + rejected,
            "records_accepted": accepted,
            "records_by_path": {path: count for path, count in self.by_path.items() if count},
            "records_scored": self.scored,
            "checks_passed": self.passed,
            "checks_applied": self.applied,
            "records_written": self.written,
            "records_varied": self.varied,
            "records_repaired": self.repaired,
            "cassette_plays": self.plays,
        }
        if rejected:
            notes |= {"records_rejected": rejected, "rejection_reasons": dict(self.refused)}
        notes |= self.defects.notes()
        if self.warnings:
            notes["warnings"] = self.warnings
        if self.fallback:
            notes |= {"fallback_from": self.path, "fallback_reason": self.fallback}
        return notes
