"""What broke a system before, as the stores keep it: the value that did it, put into another record."""

from collections.abc import Iterator, Sequence
from typing import Any

from testdata_agent.engine.coherence.named import steps_of
from testdata_agent.engine.defects.case import OF_VALUES, REMOVED, Case, Change
from testdata_agent.engine.defects.defect import DefectClass, StoredDefect, Verdict
from testdata_agent.engine.defects.spots import ABSENT, Pointer, Site

#: What may find such a value; which of them is not known beforehand.
_CHECKS = OF_VALUES | {"dates", "rules", "duplicates", "places", "names", "defaults", "categories", "sentiment"}


def cases(stored: Sequence[StoredDefect]) -> Iterator[Case]:
    """A case for each stored defect whose pointer leads somewhere in its record, or to a member that is missing."""
    for each in stored:
        steps = steps_of(each.pointer)
        if not steps:
            continue
        value = _value(each.record, steps)
        rule = each.rule or f"a stored defect, {each.defect_id}"
        path = ".".join(step for step in steps if not step.isdigit())
        verdict = Verdict(each.verdict) if each.verdict in list(Verdict) else Verdict.UNSPECIFIED
        change, (own, _) = _change(steps, value), _pointer(each.record, steps)
        yield Case(
            DefectClass.HISTORICAL,
            each.defect_id,
            path,
            rule,
            verdict,
            change,
            checks=_CHECKS,
            stored=(each.record, own or steps),
        )


def _value(record: Any, steps: Sequence[str]) -> Any:
    """What stands at the steps; REMOVED where nothing does."""
    for step in steps:
        if isinstance(record, list) and step.isdigit() and int(step) < len(record):
            record = record[int(step)]
        elif isinstance(record, dict) and step in record:
            record = record[step]
        else:
            return REMOVED
    return record


def _change(steps: Sequence[str], value: Any) -> Any:
    def change(site: Site) -> Change | None:
        pointer, here = _pointer(site.record, steps)
        if pointer is None or (here is ABSENT and value is REMOVED) or here == value:
            return None
        return Change(pointer, value)

    return change


def _pointer(record: Any, steps: Sequence[str]) -> tuple[Pointer | None, Any]:
    """The steps in this record, indexes moved to items that it has; and what stands there."""
    pointer: list[str | int] = []
    for at, step in enumerate(steps):
        if isinstance(record, list):
            if not step.isdigit() or not record:
                return None, ABSENT
            index = min(int(step), len(record) - 1)
            pointer.append(index)
            record = record[index]
        elif isinstance(record, dict):
            pointer.append(step)
            record = record.get(step, ABSENT)
            if record is ABSENT and at < len(steps) - 1:
                return None, ABSENT
        else:
            return None, ABSENT
    return tuple(pointer), record
