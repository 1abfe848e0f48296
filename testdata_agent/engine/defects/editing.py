"""Changes to records, which leave the record that they are made of as it was."""

from typing import Any

from testdata_agent.engine.coherence.checks.defaults import DEFAULT_FIELD
from testdata_agent.engine.defects.case import REMOVED, Change
from testdata_agent.engine.defects.spots import Pointer


def changed(record: Any, pointer: Pointer, value: Any) -> Any:
    """The record with a value at the pointer, or (REMOVED) without it; what is not on the way there is shared."""
    if not pointer:
        return value
    step, rest = pointer[0], pointer[1:]
    copy: Any = list(record) if isinstance(record, list) else dict(record)
    if not rest and value is REMOVED:
        del copy[step]
    elif isinstance(copy, list) and step == len(copy):
        copy.append(value)
    else:
        copy[step] = changed(copy[step] if rest else None, rest, value)
    return copy


def resized(items: list[Any], size: int) -> list[Any]:
    """So many of the items, repeated in turn where they are too few; none that is added is the default one."""
    more = [items[at % len(items)] for at in range(len(items), size)]
    return items[:size] + [
        {**each, DEFAULT_FIELD: False} if isinstance(each, dict) and DEFAULT_FIELD in each else each for each in more
    ]


def apply(record: Any, change: Change) -> Any:
    """The record with the change made."""
    return changed(record, change.pointer, change.value)


def surrounded(record: Any, change: Change) -> Any:
    """The record with what the change puts elsewhere."""
    for pointer, value in change.beside:
        record = changed(record, pointer, value)
    return record
