"""What a model wrote for a row: accepted as a finished record, or refused with the reason.

Accepted is what has no fault that counts: what could be mended was, what follows was derived, and the finished text was
scored by the code that scores every path.
"""

from collections import Counter
from collections.abc import MutableSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from testdata_agent.engine.coherence.report import OF_TASTE
from testdata_agent.engine.creative.completion import Completion
from testdata_agent.engine.creative.mending import Mended, mended
from testdata_agent.engine.creative.signatures import signature
from testdata_agent.engine.errors import UnsatisfiableError


class Refusal(StrEnum):
    """Why a record was not accepted."""

    MALFORMED = "malformed"
    UNFIT = "unfit"
    RULES = "rules"
    INCOHERENT = "incoherent"
    REPEATED = "repeated"


#: What asking again for the same record, with the reason, can put right.
WORTH_ASKING_AGAIN = frozenset({Refusal.UNFIT, Refusal.RULES, Refusal.INCOHERENT})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one record.

    Attributes:
        row: The finished record; None: it was refused.
        values: Its creative parts, mended.
        refusal, reasons: Why it was refused, in words that a model can act on.
    """

    row: str | None
    values: dict[str, Any]
    refusal: Refusal | None = None
    reasons: tuple[str, ...] = ()


@dataclass
class Acceptance:
    """Judges the records of one scenario, and counts.

    Attributes:
        threshold: Least score of a record.
        seen: Signatures of what was accepted already; shared by whoever works on the same job.
        refused: How many, by reason.
        scored, passed, applied: Records that were scored and accepted, and their checks.
    """

    completion: Completion
    threshold: float
    seen: MutableSet[bytes]
    accepted: int = 0
    repaired: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    scored: int = 0
    passed: int = 0
    applied: int = 0

    def judge(self, row: int, written: Any) -> Verdict:
        """One record as the model wrote it, to stand at the run's row `row` if it is accepted."""
        verdict = self._verdict(row, mended(self.completion.parts, written))
        if verdict.refusal is not None:
            self.refused[verdict.refusal.value] += 1
        else:
            self.accepted += 1
        return verdict

    def malformed(self) -> None:
        """Counts something in the stream that was no record."""
        self.refused[Refusal.MALFORMED.value] += 1

    def _verdict(self, row: int, record: Mended) -> Verdict:
        values = record.values
        if record.faults:
            return Verdict(None, values, Refusal.UNFIT, tuple(record.faults))
        mark = signature(self.completion.parts, values)
        if mark is not None and mark in self.seen:
            return Verdict(None, values, Refusal.REPEATED, ("the record repeats another one",))
        try:
            text = self.completion.rows(row, [values])[0]
        except UnsatisfiableError as error:
            return Verdict(None, values, Refusal.RULES, (error.violation.description,))
        report = self.completion.run.score([text])
        hard = tuple(fault.message for fault in report.faults if fault.check not in OF_TASTE)
        if hard:
            return Verdict(None, values, Refusal.RULES, hard)
        if report.score is not None and report.score < self.threshold:
            reasons = tuple(fault.message for fault in report.faults)
            return Verdict(None, values, Refusal.INCOHERENT, reasons)
        if mark is not None:
            self.seen.add(mark)
        self.repaired += bool(record.repairs)
        self.scored += 1
        self.passed += report.passed
        self.applied += report.applied
        return Verdict(text, self._delivered(text, values))

    def _delivered(self, text: str, values: dict[str, Any]) -> dict[str, Any]:
        """The creative parts as they went out: what bounds ask for may have scaled their numbers."""
        return self.completion.values_of(orjson.loads(text)) or values
