"""Rules over columns: derive and check whole blocks, in exact integer arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.rules import exact, syntax
from testdata_agent.engine.rules.exact import Exact
from testdata_agent.engine.rules.resolve import decimal_digits
from testdata_agent.engine.rules.rulebook import Rule
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
from testdata_agent.engine.rules.values import DAY_SECONDS, shift_months

Bools = NDArray[np.bool_]
Offsets = NDArray[np.int64]

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}

_PICK = {"min": np.minimum, "max": np.maximum}


@dataclass(frozen=True, slots=True)
class Vector:
    """Values of one kind.

    Attributes:
        kind: What they are.
        values: NUMBER: integers scaled by 10**scale (int64, or object where 64 bits do not hold them); INSTANT: epoch
            seconds; DATE: epoch days; BOOLEAN: bool; TEXT: object array of str. Of OBJECT and ARRAY only `present`
            counts.
        scale: Decimal digits of numbers.
        present: Where there is a value; None: everywhere.
    """

    kind: Kind
    values: Any
    scale: int = 0
    present: Bools | None = None


class ColumnScope(Protocol):
    """Columns by path."""

    @property
    def rows(self) -> int:
        """Rows of the block."""
        ...

    @property
    def as_of(self) -> int:
        """Epoch seconds of `now`."""
        ...

    def column(self, path: str) -> Vector:
        """Values of a field: one a row or, inside an array, one an item of the block.

        A scope that keeps no presence of its objects and arrays raises KeyError for them: they count as always there.
        """
        ...

    def offsets(self, array_path: str) -> Offsets:
        """Items of position i are `offsets[i]:offsets[i + 1]`.

        Positions are rows or, of a nested array, the items of the array around it.
        """
        ...


def derive(rule: Rule, scope: ColumnScope, scale: int) -> Vector:
    """The values of the field that the rule derives, of the field's kind; numbers rounded half up to `scale`."""
    assert isinstance(rule.claim, Binary)
    evaluation = _Evaluation(scope, rule.arrays)
    value, kind = evaluation.value(rule.expr), rule.claim.kind
    size, present = evaluation.size, value.present
    if kind is Kind.NUMBER:
        return Vector(kind, _whole(exact.rounded(value.values, scale), size), scale, _whole(present, size))
    values = _as_time(value, kind) if kind in TIMES else value.values
    return Vector(kind, _whole(values, size), 0, _whole(present, size))


def check(rule: Rule, scope: ColumnScope) -> tuple[Bools, Bools]:
    """(applicable, passed) of each row; a rule on items passes where all of a row's items do.

    Where it does not apply it counts as passed.
    """
    evaluation = _Evaluation(scope, rule.arrays)
    result = evaluation.value(rule.claim)
    applicable = _filled(result.present, evaluation.size)
    passed = _whole(result.values, evaluation.size) | ~applicable
    if not rule.arrays:
        return applicable, passed
    offsets = evaluation.spans(0)
    return _per_position(np.logical_or, applicable, offsets), _per_position(np.logical_and, passed, offsets)


def condition(expr: Expr, scope: ColumnScope) -> Bools:
    """Where a condition holds, one a row, or one an item where it speaks of items; what does not apply does not."""
    evaluation = _Evaluation(scope, syntax.arrays_of(expr))
    result = evaluation.value(expr)
    holds: Bools = _whole(result.values, evaluation.size) & _filled(result.present, evaluation.size)
    return holds


class _Evaluation:
    """Expressions over one block, seen from the items of the innermost of `arrays`.

    Inside, a NUMBER vector's values are an `Exact`, and constants are arrays of length 1.
    """

    def __init__(self, scope: ColumnScope, arrays: tuple[str, ...]) -> None:
        self.scope, self.arrays = scope, arrays
        self.size = int(scope.offsets(arrays[-1])[-1]) if arrays else scope.rows

    def value(self, expr: Expr) -> Vector:
        match expr:
            case Path():
                return self._spread(_numbers(self.scope.column(expr.name)), len(expr.arrays))
            case Literal(value=value):
                return _constant(value)
            case syntax.Moment(day_only=day_only):
                now = self.scope.as_of // DAY_SECONDS if day_only else self.scope.as_of
                return Vector(Kind.DATE if day_only else Kind.INSTANT, np.array([now], dtype=np.int64))
            case syntax.Fixed(value=moment, day_only=day_only):
                return Vector(Kind.DATE if day_only else Kind.INSTANT, np.array([moment], dtype=np.int64))
            case Exists(path=path):
                present = self._spread(self._container(path), len(path.arrays)).present
                return Vector(Kind.BOOLEAN, _filled(present, self.size))
            case Negated(operand=operand):
                inner = self.value(operand)
                return replace(inner, values=~inner.values)
            case Implies(condition=when, consequence=then):
                applies, outcome = self.value(when), self.value(then)
                true = _whole(applies.values, self.size) & _filled(applies.present, self.size)
                return replace(outcome, present=_both(true, outcome.present))
            case Aggregate():
                return self._aggregate(expr)
            case Function(name=name, operand=operand, digits=digits):
                inner = self.value(operand)
                number = inner.values
                made = exact.absolute(number) if name == "abs" else Exact(exact.rounded(number, digits), digits)
                return replace(inner, values=made)
            case Binary():
                return self._binary(expr)
        raise TypeError(f"no value: {expr}")

    def spans(self, kept: int) -> Offsets:
        """Where the items of each position `kept` arrays deep begin and end, among those of the innermost array."""
        offsets = self.scope.offsets(self.arrays[-1])
        for array in reversed(self.arrays[kept:-1]):
            offsets = offsets[self.scope.offsets(array)]
        return offsets

    def _spread(self, vector: Vector, depth: int) -> Vector:
        """A value of an outer position, once for each of its items."""
        for array in self.arrays[depth:]:
            counts = np.diff(self.scope.offsets(array))
            present = None if vector.present is None else np.repeat(vector.present, counts)
            held = vector.values
            spread = (
                replace(held, top=np.repeat(held.top, counts)) if isinstance(held, Exact) else np.repeat(held, counts)
            )
            vector = Vector(vector.kind, spread, vector.scale, present)
        return vector

    def _container(self, path: Path) -> Vector:
        """What stands at a path, with its presence."""
        if path.kind not in {Kind.OBJECT, Kind.ARRAY}:
            return _numbers(self.scope.column(path.name))
        positions = int(self.scope.offsets(path.arrays[-1])[-1]) if path.arrays else self.scope.rows
        try:
            present = self.scope.column(path.name).present
        except KeyError:
            present = None
        return Vector(path.kind, np.zeros(positions, dtype=np.int64), 0, present)

    def _binary(self, expr: Binary) -> Vector:
        operator, right = expr.operator, expr.right
        one = self.value(expr.left)
        if isinstance(right, syntax.Duration):
            return _shifted(one, right, 1 if operator == "+" else -1)
        if isinstance(right, syntax.Items):
            return _found(one, right)
        other = self.value(right)
        present = _both(one.present, other.present)
        if operator in {"and", "or"}:
            joined = one.values & other.values if operator == "and" else one.values | other.values
            return Vector(Kind.BOOLEAN, joined, 0, present)
        if operator in COMPARISONS:
            sides = one.values, other.values
            if expr.kind is Kind.NUMBER:
                sides = exact.compared(one.values, other.values, expr.digits)
            elif expr.kind in TIMES:
                sides = one.values, _as_time(other, expr.kind)
            return Vector(Kind.BOOLEAN, np.asarray(_COMPARE[operator](*sides), dtype=bool), 0, present)
        if operator == "*":
            return Vector(Kind.NUMBER, exact.multiply(one.values, other.values), 0, present)
        if operator == "/":
            quotient, divides = exact.divide(one.values, other.values)
            return Vector(Kind.NUMBER, quotient, 0, _both(present, divides))
        return Vector(Kind.NUMBER, exact.add(one.values, other.values, 1 if operator == "+" else -1), 0, present)

    def _aggregate(self, expr: Aggregate) -> Vector:
        """Over the items of `expr.arrays`, as seen from the deepest position that this evaluation shares with them."""
        kept = 0
        while kept < min(len(expr.arrays) - 1, len(self.arrays)) and expr.arrays[kept] == self.arrays[kept]:
            kept += 1
        inside = _Evaluation(self.scope, expr.arrays)
        offsets = inside.spans(kept)
        result = _count(inside, expr, offsets) if expr.function == "count" else _reduced(inside, expr, offsets)
        for depth in range(kept, len(expr.arrays)):
            result = replace(result, present=_both(result.present, self._array_there(expr.arrays[: depth + 1], kept)))
        return self._spread(result, kept)

    def _array_there(self, arrays: tuple[str, ...], kept: int) -> Bools | None:
        """Where the arrays gone through are there at all, at positions `kept` arrays deep."""
        present = self._container(Path(arrays[-1], arrays[:-1], Kind.ARRAY)).present
        if present is None or len(arrays) - 1 == kept:
            return present
        everywhere: Bools = _per_position(np.logical_and, present, _Evaluation(self.scope, arrays[:-1]).spans(kept))
        return everywhere


def _count(inside: _Evaluation, expr: Aggregate, offsets: Offsets) -> Vector:
    """How many items there are; of a field, in how many it is there; of a condition, in how many it holds."""
    counts = np.diff(offsets)
    if not (isinstance(expr.operand, Path) and expr.operand.name == expr.arrays[-1]):
        held = inside.value(expr.operand)
        counted = _filled(held.present, inside.size)
        if not isinstance(expr.operand, Path):
            counted = counted & _whole(held.values, inside.size)
        counts = exact.totals(Exact(counted.astype(np.int64)), offsets).top
    return Vector(Kind.NUMBER, Exact(counts))


def _reduced(inside: _Evaluation, expr: Aggregate, offsets: Offsets) -> Vector:
    """sum, avg, min or max; without a value where one of the items has none, and (save for sum) where there is none."""
    held = inside.value(expr.operand)
    present = (
        None if held.present is None else _per_position(np.logical_and, _whole(held.present, inside.size), offsets)
    )
    if expr.function != "sum":
        present = _both(present, np.diff(offsets) > 0)
    if expr.function in {"min", "max"}:
        if expr.kind is Kind.NUMBER:
            return Vector(Kind.NUMBER, _picked(held.values, expr.function, offsets, inside.size), 0, present)
        picked = _per_position(_PICK[expr.function], _whole(held.values, inside.size), offsets)
        return Vector(expr.kind, picked, 0, present)
    number: Exact = held.values
    total = exact.totals(replace(number, top=_whole(number.top, inside.size)), offsets)
    if expr.function == "avg":
        total, _ = exact.divide(total, Exact(np.maximum(np.diff(offsets), 1)))
    return Vector(Kind.NUMBER, total, 0, present)


def _picked(number: Exact, function: str, offsets: Offsets, size: int) -> Exact:
    """The least or greatest number of each position."""
    whole = replace(number, top=_whole(number.top, size))
    if number.bottom is not None:
        return exact.extremes(whole, offsets, min if function == "min" else max)
    return Exact(_per_position(_PICK[function], whole.top, offsets), number.scale)


def _numbers(vector: Vector) -> Vector:
    """A column as it is handled inside: numbers as Exact."""
    if vector.kind is not Kind.NUMBER:
        return vector
    return replace(vector, values=Exact(vector.values, vector.scale))


def _constant(value: Any) -> Vector:
    if isinstance(value, bool):
        return Vector(Kind.BOOLEAN, np.array([value]))
    if isinstance(value, str):
        return Vector(Kind.TEXT, np.array([value], dtype=object))
    return Vector(Kind.NUMBER, exact.constant(value, decimal_digits(value)))


def _found(vector: Vector, items: syntax.Items) -> Vector:
    """Whether values stand in a list."""
    if vector.kind is Kind.TEXT:
        words = frozenset(item.value for item in items.values)
        found = np.fromiter(map(words.__contains__, vector.values.tolist()), dtype=bool, count=len(vector.values))
        return Vector(Kind.BOOLEAN, found, 0, vector.present)
    found = np.zeros(1, dtype=bool)
    for item in items.values:
        other = _constant(item.value).values
        one, other = (
            exact.compared(vector.values, other, None) if vector.kind is Kind.NUMBER else (vector.values, other)
        )
        found = found | np.asarray(one == other, dtype=bool)
    return Vector(Kind.BOOLEAN, found, 0, vector.present)


def _shifted(moment: Vector, span: syntax.Duration, sign: int) -> Vector:
    values, daily = moment.values, moment.kind is Kind.DATE
    if span.months:
        days, rest = (values, 0) if daily else np.divmod(values, DAY_SECONDS)
        moved = shift_months(days, sign * span.months)
        values = moved if daily else moved * DAY_SECONDS + rest
    return replace(moment, values=values + sign * (span.seconds // DAY_SECONDS if daily else span.seconds))


def _as_time(vector: Vector, kind: Kind) -> Any:
    """Dates and instants as the other: an instant's day, a date's midnight (UTC)."""
    if vector.kind is kind:
        return vector.values
    return vector.values // DAY_SECONDS if kind is Kind.DATE else vector.values * DAY_SECONDS


def _per_position(pick: np.ufunc, values: Any, offsets: Offsets) -> Any:
    """`pick` over the items of each position; its identity (0 for numbers) where there are none."""
    filled = np.diff(offsets) > 0
    result = np.full(len(filled), pick is np.logical_and, dtype=values.dtype)
    if filled.any():
        result[filled] = pick.reduceat(values, offsets[:-1][filled])
    return result


def _whole(values: Any, size: int) -> Any:
    """A constant at its full length."""
    return values if values is None or len(values) == size else np.repeat(values, size)


def _filled(present: Bools | None, size: int) -> Bools:
    filled: Bools = np.ones(size, dtype=bool) if present is None else _whole(present, size)
    return filled


def _both(one: Bools | None, other: Bools | None) -> Bools | None:
    if one is None:
        return other
    return one if other is None else one & other
