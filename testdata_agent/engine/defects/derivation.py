"""What rules make of the other fields, made again after one of these has changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from testdata_agent.engine.coherence.moments import DATE_LENGTH, instant_text
from testdata_agent.engine.defects.editing import changed
from testdata_agent.engine.defects.numbers import Number
from testdata_agent.engine.defects.spots import Pointer
from testdata_agent.engine.rules import closures, values
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import Kind, Shape

#: The whole numbers that `orjson` writes and reads.
_WHOLE: Final = range(-(2**63), 2**64)


@dataclass(frozen=True, slots=True)
class _Deriving:
    rule: Rule
    read: closures.Reader
    kind: Kind
    digits: int
    keys: tuple[str, ...]


class Derivation:
    """The deriving rules of one schema."""

    def __init__(self, rules: Sequence[Rule], shape: Shape, as_of: int) -> None:
        """Takes them in the order of their dependencies, and what `now` is."""
        self._all = tuple(_compiled(rule, shape, as_of) for rule in rules if rule.derives is not None)
        self._read = {path for rule in rules for path in (*rule.inputs, *([rule.derives] if rule.derives else []))}

    def renewed(self, record: Mapping[str, Any], pointer: Pointer) -> Any:
        """The record with all derived values that stand in it made again, but for what lies at the pointer.

        A value that cannot be made, because what it is made of is not there or of a wrong type, stays.
        """
        path = ".".join(step for step in pointer if isinstance(step, str))
        if not any(read.startswith(path) or path.startswith(read) for read in self._read):
            return record
        result: Any = record
        for each in self._all:
            for place, indexes in list(closures.places(result, each.rule.arrays)):
                here = _pointer(each, indexes)
                if here == pointer:
                    continue
                old = _at(place[-1], each.keys)
                value = None if old is None else _value(each, place)
                if value is not None and value != old:
                    result = changed(result, here, value)
        return result


def _compiled(rule: Rule, shape: Shape, as_of: int) -> _Deriving:
    assert rule.derives is not None
    leaf = shape[rule.derives]
    inside = rule.derives[len(rule.level) + 1 :] if rule.level else rule.derives
    read = closures.reader(rule.expr, as_of, rule.arrays)
    return _Deriving(rule, read, leaf.kind, leaf.scale, tuple(inside.split(".")))


def _pointer(each: _Deriving, indexes: Sequence[int]) -> Pointer:
    """Where the derived value of one place stands."""
    steps: list[str | int] = []
    start = 0
    for array, index in zip(each.rule.arrays, indexes, strict=True):
        steps += [*array[start:].split("."), index]
        start = len(array) + 1
    return (*steps, *each.keys)


def _at(value: Any, keys: Sequence[str]) -> Any:
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _value(each: _Deriving, place: closures.Place) -> Any:
    """What the rule makes of the place; None where it makes nothing, or no number that readers of JSON can hold."""
    found = each.read(place)
    if found is None:
        return None
    if each.kind is Kind.NUMBER:
        text = values.decimal_text(found, each.digits)
        if each.digits:
            number = Number(text)
            return number if isfinite(number) else None
        return int(text) if int(text) in _WHOLE else None
    if each.kind is Kind.INSTANT:
        return instant_text(found // values.MICROS)
    if each.kind is Kind.DATE:
        return instant_text(found * values.DAY_SECONDS)[:DATE_LENGTH]
    return found if isinstance(found, str | bool) else None


def nudged(old: Any, kind: Kind, digits: int) -> Iterator[Any]:
    """Values near one that a rule made, none of them equal to it."""
    if kind is Kind.NUMBER and isinstance(old, int | float):
        unit = Decimal(1).scaleb(-digits)
        exact = Decimal(getattr(old, "text", str(old)))
        for moved in (exact + unit, exact - unit, exact + 1, exact * 2 + 1):
            yield Number(f"{moved:.{digits}f}") if digits else int(moved)
    elif kind is Kind.BOOLEAN and isinstance(old, bool):
        yield not old
    elif kind is Kind.TEXT and isinstance(old, str):
        yield old + "x"
