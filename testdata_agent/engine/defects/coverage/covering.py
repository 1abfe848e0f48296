"""A set of records that reaches all goals that can be reached: one greedy pass, then what became needless is dropped.

It is not proven to be the smallest; the report says how small one could be at best.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from testdata_agent.engine.coherence.named import DEFECT_KEY
from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.catalogue import Catalogue
from testdata_agent.engine.defects.coverage.building import FEW, Builder, Donors
from testdata_agent.engine.defects.coverage.goals import Goal, Goals
from testdata_agent.engine.defects.coverage.levels import MOST_PARAMETERS, Parameter, parameters_of
from testdata_agent.engine.defects.coverage.report import MOST_NAMED, CoverageReport, Unreached
from testdata_agent.engine.defects.defect import DefectClass, DefectMode, Verdict
from testdata_agent.engine.defects.judging import Judge
from testdata_agent.engine.defects.numbers import as_written
from testdata_agent.engine.defects.step import DefectStep, DefectTally

#: Records of one set at the most: as many as one answer holds.
MOST_RECORDS: Final = 1_000
#: Entries of one set at the most, those among them that turn out to be needless.
MOST_ENTRIES: Final = 2 * MOST_RECORDS
#: Checks of records at the most, which take some 0.2 ms each.
_MOST_CHECKS = 8_000
#: Class of the valid records of a set.
COMBINATION: Final = "combination"
_KINDS_OF_LEVELS = frozenset(
    {f"{at}_{end}" for at in ("at", "inside") for end in ("min", "max")}
    | {f"at_{end}_{of}" for end in ("min", "max") for of in ("length", "items")}
    | {"first_listed", "last_listed", "very_long"}
)


@dataclass(frozen=True, slots=True)
class CoveringSet:
    """Finished records, and what they cover."""

    texts: tuple[str, ...]
    verdicts: tuple[tuple[str, str], ...]
    report: CoverageReport

    def rows(self, start: int, stop: int, tally: DefectTally | None = None) -> list[str]:
        """Records [start, stop), counted from the first of the set."""
        if tally is not None:
            tally.classes.update(name for name, _ in self.verdicts[start:stop])
            tally.verdicts.update(verdict for _, verdict in self.verdicts[start:stop])
        return list(self.texts[start:stop])


@dataclass(frozen=True, slots=True)
class _Entry:
    record: Mapping[str, Any]
    reached: tuple[Goal, ...]


def covering_set(catalogue: Catalogue, judge: Judge, step: DefectStep, donors: Donors, mode: DefectMode) -> CoveringSet:
    """The set of a mode.

    Args:
        catalogue: What the schema has places for.
        judge: Of valid records.
        step: Makes the mutations.
        donors: Gives valid records for each entry.
        mode: PAIRWISE: valid records alone; COVERAGE: and mutations.
    """
    parameters = parameters_of(catalogue.spots)
    goals = Goals(parameters[:MOST_PARAMETERS])
    builder = Builder(parameters[:MOST_PARAMETERS], step.derivation, judge, _MOST_CHECKS)
    every = _entries(goals, builder, donors)
    entries = _needed(every)
    found = [_combination(number, entry, parameters) for number, entry in enumerate(entries)]
    verdicts = [(COMBINATION, Verdict.ACCEPT.value)] * len(found)
    values = _first_places(entries, goals)
    unreached = [Unreached(goals.words(goal), why) for goal, why in goals.failed.items()]
    if mode is DefectMode.COVERAGE:
        for case in _mutations(catalogue):
            # Records that are built on the same ones would have the same ids.
            fresh = donors(len(every) + len(found), FEW) if len(found) < MOST_RECORDS else ()
            made = _mutation(case, len(found), step, fresh)
            if made is None:
                unreached.append(Unreached(case.id, "in no record at hand is this the only thing that is wrong"))
                continue
            values[case.id] = len(found)
            found.append(made[0])
            verdicts.append((case.defect_class.value, made[1]))
    pairs = [goal for goal in goals.all if len(goal) > 1]
    report = CoverageReport(
        combinations=len(entries),
        mutations=len(found) - len(entries),
        values=values,
        pairs=len(pairs),
        pairs_reached=sum(goal not in goals.failed for goal in pairs),
        unreached=tuple(unreached[:MOST_NAMED]),
        unreached_count=len(unreached),
        least=_least(goals) + len(found) - len(entries),
        left_out=tuple(each.spot.path for each in parameters[MOST_PARAMETERS:]),
    )
    return CoveringSet(tuple(found), tuple(verdicts), report)


def _entries(goals: Goals, builder: Builder, donors: Donors) -> list[_Entry]:
    entries: list[_Entry] = []
    while (goal := goals.next) is not None:
        if builder.checks_left <= 0 or len(entries) >= MOST_RECORDS:
            goals.fail_rest("the search was ended: there are too many pairs")
            break
        record, why = builder.first(goal, donors, len(entries))
        if record is None:
            goals.fail(goal, why)
            continue
        whole = builder.filled(record, goal, goals)
        marks = builder.marks(whole)
        goals.reach(marks)
        entries.append(_Entry(whole, tuple(_reached(marks))))
    return entries


def _reached(marks: Sequence[tuple[int, int]]) -> Iterator[Goal]:
    held = sorted(marks)
    for at, mark in enumerate(held):
        yield (mark,)
        yield from ((mark, other) for other in held[at + 1 :])


def _needed(entries: list[_Entry]) -> list[_Entry]:
    """Without those whose goals are all reached by others."""
    counts = Counter(goal for entry in entries for goal in entry.reached)
    kept = list(entries)
    for entry in entries:
        if all(counts[goal] > 1 for goal in entry.reached):
            counts.subtract(entry.reached)
            kept.remove(entry)
    return kept


def _first_places(entries: Sequence[_Entry], goals: Goals) -> dict[str, int]:
    """The singles by the first record that reaches them, in the order of the schema."""
    first: dict[Goal, int] = {}
    for number, entry in enumerate(entries):
        for goal in entry.reached:
            if len(goal) == 1:
                first.setdefault(goal, number)
    return {goals.words(goal): first[goal] for goal in goals.all if goal in first}


def _combination(number: int, entry: _Entry, parameters: Sequence[Parameter]) -> str:
    covers = [parameters[goal[0][0]].levels[goal[0][1]].words for goal in entry.reached if len(goal) == 1]
    note = {
        "id": f"{COMBINATION}.{number}@/",
        "class": COMBINATION,
        "pointer": "",
        "rule": "nothing is wrong: fields hold values at their limits, together",
        "verdict": Verdict.ACCEPT.value,
        "covers": covers,
    }
    record = {**entry.record, "_index": number, DEFECT_KEY: note}
    return orjson.dumps(record, default=as_written).decode()


def _mutations(catalogue: Catalogue) -> Iterator[Case]:
    """Those that need a record of their own: just outside of bounds and lists, and null where it may not be."""
    for each in (DefectClass.BOUNDARY, DefectClass.TYPE_NULL):
        for case in catalogue.cases[each]:
            null = case.kind == "null" and case.verdict is Verdict.REJECT
            if null or (each is DefectClass.BOUNDARY and case.kind not in _KINDS_OF_LEVELS):
                yield case


def _mutation(case: Case, number: int, step: DefectStep, donors: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    for donor in donors:
        made = step.mutated(case, {**donor, "_index": number}, number, covers=[case.id])
        if made is not None:
            return made
    return None


def _least(goals: Goals) -> int:
    """As many valid records as the two fields with most pairs that can be reached have of them."""
    counts = Counter((goal[0][0], goal[1][0]) for goal in goals.all if len(goal) > 1 and goal not in goals.failed)
    singles = Counter(goal[0][0] for goal in goals.all if len(goal) == 1 and goal not in goals.failed)
    return max([*counts.values(), *singles.values(), 0])
