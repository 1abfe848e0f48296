"""Records that hold the levels wanted, and are valid."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from testdata_agent.engine.coherence.score import Finding
from testdata_agent.engine.defects.coverage.goals import Goal, Goals, Mark
from testdata_agent.engine.defects.coverage.levels import Parameter
from testdata_agent.engine.defects.derivation import Derivation
from testdata_agent.engine.defects.editing import changed
from testdata_agent.engine.defects.judging import Judge
from testdata_agent.engine.defects.numbers import as_written
from testdata_agent.engine.defects.spots import ABSENT

#: Levels of one parameter that are tried in a record before it stays as it is.
_TRIED = 2
#: Donors that are looked at first, and where none of them will do.
FEW, MANY = 8, 64
#: Donors on which a goal is tried before it is given up, and times that a record is mended.
_DONORS_TRIED, _MENDINGS = 16, 3


class Builder:
    """Builds on valid records of the engine's."""

    def __init__(self, parameters: Sequence[Parameter], derivation: Derivation, judge: Judge, most_checks: int) -> None:
        """Takes how many records may be checked in all."""
        self._parameters = parameters
        self._derivation = derivation
        self._judge = judge
        self.checks_left = most_checks
        self._absences = {
            each.spot.path: (number, len(each.levels) - 1 - each.levels[-1].is_found)
            for number, each in enumerate(parameters)
            if not each.spot.needed
        }

    def first(self, goal: Goal, donors: "Donors", entry: int) -> tuple[Mapping[str, Any] | None, str]:
        """A valid record that reaches a goal, built on the donor that is nearest to it; None with the reason."""
        record, why = self._of_nearest(goal, donors(entry, FEW))
        if record is None:
            record, why = self._of_nearest(goal, donors(entry, MANY)[FEW:])
        return record, why

    def _of_nearest(self, goal: Goal, donors: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, str]:
        why = "none of the records at hand has a place for it"
        nearest = sorted(donors, key=lambda each: -len(self.missing(goal, each, held=True)))
        for donor in nearest[:_DONORS_TRIED]:
            record: Any = donor
            for mark in self.missing(goal, donor):
                record = None if record is None else self._with(record, mark)
            if record is None:
                continue
            if record is donor:
                return record, ""
            if self.missing(goal, record):
                continue  # one of the two changed the other
            record, why = self._mended(record, donor, goal)
            if record is not None:
                return record, ""
        return None, why

    def _mended(
        self, record: Mapping[str, Any], donor: Mapping[str, Any], goal: Goal
    ) -> tuple[Mapping[str, Any] | None, str]:
        """The record where it is valid, without optional members that rules do not allow beside the goal."""
        why = ""
        for _ in range(_MENDINGS):
            findings = self.findings(record, donor)
            if not findings:
                return record, ""
            why = why or findings[0].message
            named = {path for each in findings if each.rule is not None for path in each.rule.inputs}
            needless = [mark for path in sorted(named) for mark in self._removals(path, record)]
            if not needless:
                break
            for mark in needless:
                record = self._with(record, mark) or record
            if self.missing(goal, record):
                break
        return None, why

    def _removals(self, path: str, record: Mapping[str, Any]) -> list[Mark]:
        """The level that is the absence of an optional field that is there."""
        mark = self._absences.get(path)
        return [mark] if mark is not None and not self._holds(mark, record) else []

    def filled(self, record: Mapping[str, Any], goal: Goal, goals: Goals) -> Mapping[str, Any]:
        """The record with every other parameter at the level that reaches most; those of the goal stay."""
        fixed: dict[int, Mark] = {mark[0]: mark for mark in goal}
        for number in range(len(self._parameters)):
            if number in fixed:
                continue
            better = self._better(record, number, fixed, goals)
            record = record if better is None else better
            fixed |= {mark[0]: mark for mark in self._marks_of(number, record)[:1]}
        return record

    def _better(
        self, record: Mapping[str, Any], number: int, fixed: Mapping[int, Mark], goals: Goals
    ) -> Mapping[str, Any] | None:
        """The record with one parameter at the level that reaches most beside the fixed ones; None: it stays."""
        marks = [(number, level) for level in range(len(self._parameters[number].levels))]
        gains = sorted(((goals.gain(mark, fixed.values()), mark) for mark in marks), key=lambda each: -each[0])
        for gain, mark in gains[:_TRIED]:
            if gain == 0 or self.checks_left <= 0:
                break
            better = record if self._holds(mark, record) else self._tried(record, mark, fixed)
            if better is not None:
                return better
        return None

    def _marks_of(self, number: int, record: Mapping[str, Any]) -> list[Mark]:
        return [(number, level) for level in self._parameters[number].level_in(record)]

    def marks(self, record: Mapping[str, Any]) -> list[Mark]:
        """All levels that hold in a record."""
        return [mark for number in range(len(self._parameters)) for mark in self._marks_of(number, record)]

    def missing(self, goal: Goal, record: Mapping[str, Any], *, held: bool = False) -> list[Mark]:
        """The levels of a goal that do not hold in a record; or those that do."""
        return [mark for mark in goal if self._holds(mark, record) is held]

    def findings(self, record: Mapping[str, Any], donor: Mapping[str, Any]) -> list[Finding]:
        """What is wrong with a record."""
        self.checks_left -= 1
        return self._judge.findings(orjson.loads(orjson.dumps(record, default=as_written)), donor)

    def _tried(self, record: Mapping[str, Any], mark: Mark, fixed: Mapping[int, Mark]) -> Mapping[str, Any] | None:
        better = self._with(record, mark)
        if better is None or not self._holds(mark, better):
            return None
        if not all(self._holds(each, better) for each in fixed.values()):
            return None
        return None if self.findings(better, record) else better

    def _holds(self, mark: Mark, record: Mapping[str, Any]) -> bool:
        return mark[1] in self._parameters[mark[0]].level_in(record)

    def _with(self, record: Mapping[str, Any], mark: Mark) -> Any:
        """The record with a level put at its place; None where it cannot be."""
        parameter = self._parameters[mark[0]]
        level, place = parameter.levels[mark[1]], parameter.at(record)
        if place is None or level.is_found:
            return None
        pointer, old = place
        value = level.of(old)
        if value is ABSENT:
            return None
        return self._derivation.renewed(changed(record, pointer, value), pointer)


#: Gives so many valid records of the engine's for an entry of a set, which no other entry is built on.
Donors = Callable[[int, int], Sequence[Mapping[str, Any]]]
