"""Expressions over single records, as nested functions: exact, and whole in what they accept.

A value is None where an operand is absent, null, or not of the kind that the schema says; numbers are fractions,
instants epoch microseconds, dates epoch days.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from testdata_agent.engine.rules import syntax, values
from testdata_agent.engine.rules.resolve import kind_of
from testdata_agent.engine.rules.shape import TIMES, Kind
from testdata_agent.engine.rules.syntax import (
    COMPARISONS,
    Aggregate,
    Binary,
    Exists,
    Expr,
    Function,
    Implies,
    Literal,
    Negated,
    Path,
)

#: The record, then the item of each array gone into.
Place = tuple[Any, ...]
#: Reads a value at a place; None: there is none.
Reader = Callable[[Place], Any]

_DAY = values.DAY_SECONDS * values.MICROS


def places(record: Mapping[str, Any], arrays: Sequence[str]) -> Iterator[tuple[Place, tuple[int, ...]]]:
    """Each item of the innermost array with its indexes, one an array; the record itself where there is none."""
    pending: list[tuple[Place, tuple[int, ...]]] = [((record,), ())]
    while pending:
        place, indexes = pending.pop()
        depth = len(indexes)
        if depth == len(arrays):
            yield place, indexes
            continue
        items = _below(place[-1], _keys(arrays, depth)) or ()
        pending += [((*place, item), (*indexes, at)) for at, item in reversed(list(enumerate(items)))]


def reader(expr: Expr, as_of: int, arrays: Sequence[str]) -> Reader:
    """A function that reads a resolved expression at a place inside `arrays`; `as_of` is `now` in epoch seconds."""
    return _Compiler(as_of, tuple(arrays)).read(expr)


def raw_reader(path: Path) -> Reader:
    """A function that reads the JSON value of a path; None where it is absent or null."""
    depth = len(path.arrays)
    inside = path.name[len(path.arrays[-1]) + 1 :] if depth else path.name
    keys = inside.split(".")
    if len(keys) == 1:
        key = keys[0]
        return lambda place: here.get(key) if isinstance(here := place[depth], Mapping) else None

    def read(place: Place) -> Any:
        value = place[depth]
        for key in keys:
            if not isinstance(value, Mapping):
                return None
            value = value.get(key)
        return value

    return read


def _keys(arrays: Sequence[str], depth: int) -> list[str]:
    """The keys from one array's items (or the record) to the next array."""
    start = len(arrays[depth - 1]) + 1 if depth else 0
    return arrays[depth][start:].split(".")


def _below(value: Any, keys: Sequence[str]) -> list[Any] | None:
    """The list under these keys; None where there is none."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value if isinstance(value, list) else None


class _Compiler:
    """Readers of expressions, at places inside `arrays`."""

    def __init__(self, as_of: int, arrays: tuple[str, ...]) -> None:
        self.as_of, self.arrays = as_of, arrays

    def read(self, expr: Expr) -> Reader:
        match expr:
            case Path():
                return _path(expr)
            case Literal(value=value):
                literal = int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
                return lambda place: literal
            case syntax.Moment(day_only=day_only):
                now = self.as_of // values.DAY_SECONDS if day_only else self.as_of * values.MICROS
                return lambda place: now
            case syntax.Fixed(value=fixed, day_only=day_only):
                moment = fixed if day_only else fixed * values.MICROS
                return lambda place: moment
            case Exists(path=path):
                raw = raw_reader(path)
                return lambda place: raw(place) is not None
            case Negated(operand=operand):
                inner = self.read(operand)
                return lambda place: None if (value := inner(place)) is None else not value
            case Implies(condition=condition, consequence=consequence):
                when, then = self.read(condition), self.read(consequence)
                return lambda place: then(place) if when(place) else None
            case Function(name=name, operand=operand, digits=digits):
                return _function(name, self.read(operand), digits)
            case Aggregate():
                return self.aggregate(expr)
            case Binary(operator="in", left=left, right=syntax.Items(values=items)):
                one, wanted = self.read(left), frozenset(item.value for item in items)
                return lambda place: None if (value := one(place)) is None else value in wanted
            case Binary(left=left, right=syntax.Duration() as span):
                return _shifted(self.read(left), span, 1 if expr.operator == "+" else -1, expr.kind)
            case Binary():
                return _joined(expr, self.read(expr.left), self.read(expr.right))
        raise TypeError(f"no value: {expr}")

    def aggregate(self, expr: Aggregate) -> Reader:
        """Over the items of `expr.arrays`, from the deepest place that they share with `arrays`."""
        kept = 0
        while kept < min(len(expr.arrays) - 1, len(self.arrays)) and expr.arrays[kept] == self.arrays[kept]:
            kept += 1
        steps = [_keys(expr.arrays, depth) for depth in range(kept, len(expr.arrays))]
        counts_items = isinstance(expr.operand, Path) and expr.operand.name == expr.arrays[-1]
        inner = None if counts_items else _Compiler(self.as_of, expr.arrays).read(expr.operand)
        if isinstance(expr.operand, Path) and expr.function == "count" and not counts_items:
            inner = raw_reader(expr.operand)
        truth = not isinstance(expr.operand, Path)

        def read(place: Place) -> Any:
            held: list[Place] = [place[: kept + 1]]
            for keys in steps:
                following: list[Place] = []
                for at in held:
                    items = _below(at[-1], keys)
                    if items is None:
                        return None
                    following += [(*at, item) for item in items]
                held = following
            if inner is None:
                return len(held)
            found = [inner(at) for at in held]
            if expr.function == "count":
                return sum(bool(value) if truth else value is not None for value in found)
            return _reduced(expr.function, found)

        return read


def _path(path: Path) -> Reader:
    raw = raw_reader(path)
    convert: Callable[[Any], Any]
    if path.kind is Kind.NUMBER:
        convert = values.number
    elif path.kind is Kind.INSTANT:
        convert = values.instant
    elif path.kind is Kind.DATE:
        convert = values.day
    elif path.kind in {Kind.TEXT, Kind.BOOLEAN}:
        wanted = str if path.kind is Kind.TEXT else bool
        return lambda place: value if isinstance(value := raw(place), wanted) else None
    else:
        return raw
    return lambda place: convert(raw(place))


def _reduced(function: str, found: list[Any]) -> Any:
    if any(value is None for value in found):
        return None
    if function == "sum":
        return sum(found)
    if not found:
        return None
    if function == "avg":
        return Fraction(sum(found)) / len(found)
    return min(found) if function == "min" else max(found)


def _function(name: str, inner: Reader, digits: int) -> Reader:
    def read(place: Place) -> values.Number | None:
        value = inner(place)
        if value is None:
            return None
        return abs(value) if name == "abs" else values.half_up(value, digits)

    return read


def _shifted(inner: Reader, span: syntax.Duration, sign: int, kind: Kind) -> Reader:
    daily = kind is Kind.DATE
    step = sign * (span.seconds // values.DAY_SECONDS if daily else span.seconds * values.MICROS)

    def read(place: Place) -> int | None:
        value: int | None = inner(place)
        if value is None:
            return None
        if span.months:
            days, rest = (value, 0) if daily else divmod(value, _DAY)
            moved = values.months_later(days, sign * span.months)
            value = moved if daily else moved * _DAY + rest
        return value + step

    return read


def _joined(expr: Binary, one: Reader, other: Reader) -> Reader:
    sign = expr.operator
    if sign in COMPARISONS:
        return _compared(expr, one, other)

    def read(place: Place) -> Any:
        a, b = one(place), other(place)
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        return _APPLY[sign](a, b)

    return read


_APPLY: dict[str, Callable[[Any, Any], Any]] = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Fraction(a) / b,
}


def _compared(expr: Binary, one: Reader, other: Reader) -> Reader:
    compare, digits, right = values.COMPARE[expr.operator], expr.digits, expr.right
    if expr.kind in TIMES:
        other = _as_time(other, right, expr.kind)

    def read(place: Place) -> bool | None:
        a, b = one(place), other(place)
        return None if a is None or b is None else compare(a, b)

    def read_rounded(place: Place) -> bool | None:
        a, b = one(place), other(place)
        if a is None or b is None or digits is None:
            return None
        return compare(values.scaled(a, digits), values.scaled(b, digits))

    return read if digits is None else read_rounded


def _as_time(inner: Reader, expr: Expr, kind: Kind) -> Reader:
    """A date beside an instant is its midnight; an instant beside a date is its day (UTC)."""
    if kind_of(expr) is kind:
        return inner
    if kind is Kind.DATE:
        return lambda place: None if (value := inner(place)) is None else value // _DAY
    return lambda place: None if (value := inner(place)) is None else value * _DAY
