"""Verdicts, confirmed: a case is delivered only where the schema's own checks find exactly what it claims."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testdata_agent.engine.coherence.nodes import ENVELOPE
from testdata_agent.engine.coherence.score import Finding, Scorer
from testdata_agent.engine.defects.case import OF_VALUES, Case, Change
from testdata_agent.engine.defects.defect import Verdict
from testdata_agent.engine.defects.spots import dotted

_INDEX = re.compile(r"\[[0-9]+\]")
#: Whether records are valid by the words of a JSON Schema alone.
Validity = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was found.

    Attributes:
        verdict: On the whole record.
        found: Messages of the checks that find it.
        alone: At most one rule is broken: a limit of the value, or one rule of several fields.
    """

    verdict: Verdict
    found: tuple[str, ...] = ()
    alone: bool = True


class Judge:
    """Holds changed records against their schema."""

    def __init__(self, scorer: Scorer, validity: Validity | None = None) -> None:
        """Takes the checks, and of a JSON Schema what it says without them."""
        self._scorer = scorer
        self._validity = validity

    def confirm(
        self,
        case: Case,
        change: Change,
        record: Mapping[str, Any],
        valid: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
    ) -> Confirmed | None:
        """The verdict on a changed record; None: it is not wrong in exactly what the case says.

        Args:
            case: What was done.
            change: The mutation.
            record: As it came out, read from its text.
            valid: As it was.
            before: The finished record of the row before, where the case compares with it.
        """
        claim = change.verdict or case.verdict
        findings = self._scorer.findings(record, before)
        if claim is not Verdict.REJECT:
            return None if findings or self._refused(record, valid) is True else Confirmed(claim)
        if not findings or not all(_is_it(case, change, each) for each in findings):
            return None
        found = tuple(dict.fromkeys(each.message for each in findings))
        own_rule, alone = any(each.rule is not None for each in findings), len(_broken(case, findings)) <= 1
        if not own_rule and self._refused(record, valid) is False:
            # The house reads more into it than the JSON Schema says.
            return Confirmed(Verdict.UNSPECIFIED, found, alone)
        return Confirmed(Verdict.REJECT, found, alone)

    def findings(self, record: Mapping[str, Any], valid: Mapping[str, Any]) -> list[Finding]:
        """All that is wrong with a record that is made of a valid one."""
        found = self._scorer.findings(record)
        if not found and self._refused(record, valid) is True:
            return [Finding("", "json_schema", "the JSON Schema refuses the record")]
        return found

    def _refused(self, record: Mapping[str, Any], valid: Mapping[str, Any]) -> bool | None:
        """Whether a JSON Schema refuses the record; None: there is none, or it cannot be said."""
        if self._validity is None:
            return None
        if self._validity(_bare(record)):
            return False
        return True if self._validity(_bare(valid)) else None


def _is_it(case: Case, change: Change, finding: Finding) -> bool:
    """Whether a finding is what the case claims."""
    if finding.rule is not None and finding.rule.text in case.rules:
        return True
    if finding.check in case.elsewhere:
        return True
    if finding.field != dotted(change.pointer) and _INDEX.sub("", finding.field) not in case.blamed:
        return False
    # A rule of this field alone says what a limit of it says.
    return finding.check in case.checks or (finding.rule is not None and finding.rule.inputs <= {case.path})


def _broken(case: Case, findings: Sequence[Finding]) -> set[str]:
    """The rules that are broken: those of several fields by their words, the value's own limits as one."""
    among = {each.rule.text for each in findings if each.rule is not None and not each.rule.inputs <= {case.path}}
    return among | ({case.path} if any(each.check in OF_VALUES for each in findings) else set())


def _bare(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in ENVELOPE}
