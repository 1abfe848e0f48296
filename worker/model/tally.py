"""What one attempt at a batch did, in the words of the job's metadata."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from testdata_agent.engine.defects.step import DefectTally
from testdata_agent.stores.jobs.job import Usage
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
    stages: Counter[str] = field(default_factory=Counter)
    models: dict[str, Usage] = field(default_factory=dict)
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

    def paid(self, model: str, usage: Usage) -> None:
        """Counts what a call was paid with."""
        self.models[model] = self.models.get(model, Usage()).plus(usage)

    def wrote(self, writer: Writer) -> None:
        """Counts what a writer did."""
        acceptance = writer.acceptance
        self.by_path[self.path] += len(writer.written)
        self.written += len(writer.written)
        self.stages.update(writer.tokens)
        self.plays += writer.tapes.plays
        self.refused.update(acceptance.refused)
        self.repaired += acceptance.repaired
        self.checked(acceptance.scored, acceptance.passed, acceptance.applied)

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
            "tokens_by_stage": dict(self.stages),
            "tokens_by_model": {model: _told(usage) for model, usage in self.models.items()},
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


def _told(usage: Usage) -> dict[str, int]:
    return {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens}
