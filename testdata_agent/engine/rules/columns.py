"""Rules over columns: derive and check whole blocks, in exact integer arithmetic.

A number is an array of integers scaled by a power of ten. Where 64 bits could overflow, the array holds Python
integers instead; where a division comes in, fractions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.moments import shift_months
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import Kind
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Exists, Expr, Implies, Literal, Negated, Path

DAY_SECONDS = 86_400
_SAFE = 2**62
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class Vector:
    """Values of one kind.

    Attributes:
        values: NUMBER: integers scaled by 10**scale; INSTANT: epoch seconds; DATE: epoch days; BOOLEAN: bool;
            TEXT: object array of str.
        present: Where there is a value; None: everywhere.
    """

    kind: Kind
    values: Any
    scale: int = 0
    present: NDArray[np.bool_] | None = None


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
        """Values of a field, one a row or, inside an array, one an item."""
        ...

    def offsets(self, array_path: str) -> NDArray[np.int64]:
        """Items of row i are `offsets[i]:offsets[i + 1]`."""
        ...


def derive(rule: Rule, scope: ColumnScope, scale: int) -> Vector:
    """The values of the field that the rule derives, numbers rounded half up to `scale`."""
    value = _Evaluation(rule, scope).value(rule.expr)
    if value.kind is not Kind.NUMBER:
        return value
    return Vector(Kind.NUMBER, _rescaled(value.values, value.scale, scale), scale, value.present)


def check(rule: Rule, scope: ColumnScope) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(applicable, passed) of each row; a rule on items passes where all of a row's items do."""
    evaluation = _Evaluation(rule, scope)
    expr, applicable = rule.expr, np.ones(evaluation.size, dtype=bool)
    if isinstance(expr, Implies):
        applicable = _true(evaluation.value(expr.condition))
        expr = expr.consequence
    result = evaluation.value(expr)
    applicable = applicable & _filled(result.present, evaluation.size)
    passed = result.values | ~applicable
    if not rule.level:
        return applicable, passed
    offsets = scope.offsets(rule.level)
    return _per_row(np.logical_or, applicable, offsets, False), _per_row(np.logical_and, passed, offsets, True)


def condition(expr: Expr, scope: ColumnScope) -> NDArray[np.bool_]:
    """Where a condition on records holds; what does not apply does not hold."""
    return _true(_Evaluation(Rule("", expr, None, ""), scope).value(expr))


class _Evaluation:
    """One rule over one block; item rules see row values once for each item."""

    def __init__(self, rule: Rule, scope: ColumnScope) -> None:
        self.scope, self.level = scope, rule.level
        self.size = int(scope.offsets(rule.level)[-1]) if rule.level else scope.rows
        self.targets = frozenset(rule.inputs)

    def value(self, expr: Expr) -> Vector:
        match expr:
            case Path(name):
                return self._path(name)
            case Literal(value):
                return _constant(value, self.size)
            case syntax.Moment(day_only):
                now = self.scope.as_of // DAY_SECONDS if day_only else self.scope.as_of
                kind = Kind.DATE if day_only else Kind.INSTANT
                return Vector(kind, np.full(self.size, now, dtype=np.int64))
            case Exists(path):
                return Vector(Kind.BOOLEAN, _filled(self.value(path).present, self.size))
            case Negated(operand):
                inner = self.value(operand)
                return Vector(Kind.BOOLEAN, ~inner.values, 0, inner.present)
            case Aggregate():
                return self._aggregate(expr)
            case Binary("and" | "or" as operator, left, right):
                one, other = self.value(left), self.value(right)
                joined = one.values & other.values if operator == "and" else one.values | other.values
                return Vector(Kind.BOOLEAN, joined, 0, _both(one.present, other.present))
            case Binary("in", left, syntax.Items(values)):
                results = [self._compared("=", self.value(left), self.value(item)) for item in values]
                found = np.zeros(self.size, dtype=bool)
                for result in results:
                    found |= result.values
                return Vector(Kind.BOOLEAN, found, 0, self.value(left).present)
            case Binary(operator, left, right):
                if isinstance(right, syntax.Duration):
                    return self._shifted(self.value(left), right, 1 if operator == "+" else -1)
                one, other = self.value(left), self.value(right)
                if operator in _COMPARE:
                    return self._compared(operator, one, other)
                return _arithmetic(operator, one, other)
        raise TypeError(f"no value: {expr}")

    def _path(self, name: str) -> Vector:
        column = self.scope.column(name)
        if len(column.values) == self.size or not self.level:
            return column
        owners = np.repeat(np.arange(self.scope.rows), np.diff(self.scope.offsets(self.level)))
        return Vector(
            column.kind, column.values[owners], column.scale, None if column.present is None else column.present[owners]
        )

    def _compared(self, operator: str, left: Vector, right: Vector) -> Vector:
        """Numbers are compared at the left side's scale; dates and instants as instants."""
        present = _both(left.present, right.present)
        one, other = left.values, right.values
        if left.kind is Kind.NUMBER and right.kind is Kind.NUMBER:
            other = _rescaled(other, right.scale, left.scale) if operator in {"=", "!="} else other
            if operator not in {"=", "!="} and left.scale != right.scale:
                top = max(left.scale, right.scale)
                one, other = _rescaled(one, left.scale, top), _rescaled(other, right.scale, top)
        elif left.kind is not right.kind and {left.kind, right.kind} <= {Kind.DATE, Kind.INSTANT}:
            one = one * DAY_SECONDS if left.kind is Kind.DATE else one
            other = other * DAY_SECONDS if right.kind is Kind.DATE else other
        return Vector(Kind.BOOLEAN, np.asarray(_COMPARE[operator](one, other), dtype=bool), 0, present)

    def _shifted(self, moment: Vector, span: syntax.Duration, sign: int) -> Vector:
        values = moment.values
        days = moment.kind is Kind.DATE
        if span.months:
            values = shift_months(values, sign * span.months, days=days)
        step = span.seconds // DAY_SECONDS if days else span.seconds
        return Vector(moment.kind, values + sign * step, 0, moment.present)

    def _aggregate(self, expr: Aggregate) -> Vector:
        array = next((self._array(path) for path in syntax.paths(expr.operand)), "")
        if expr.function == "count" and isinstance(expr.operand, Path) and expr.operand.name == array:
            return Vector(Kind.NUMBER, np.diff(self.scope.offsets(array)))
        inner = _Evaluation(Rule("", expr.operand, None, array), self.scope).value(expr.operand)
        offsets = self.scope.offsets(array)
        counts = np.diff(offsets)
        # An item whose operand is absent leaves its row without a value.
        gaps = _per_row(np.logical_and, _filled(inner.present, int(offsets[-1])), offsets, True)
        values = inner.values if inner.values.dtype == object else inner.values.astype(np.int64)
        if expr.function == "count":
            return Vector(Kind.NUMBER, counts)
        if expr.function == "sum":
            total = np.zeros(len(values) + 1, dtype=values.dtype)
            np.cumsum(values, out=total[1:])
            return Vector(Kind.NUMBER, total[offsets[1:]] - total[offsets[:-1]], inner.scale, gaps)
        filled = gaps & (counts > 0)
        if expr.function == "avg":
            total = np.concatenate([[0], np.cumsum(values)])
            sums = (total[offsets[1:]] - total[offsets[:-1]]).tolist()
            means = [Fraction(int(s), max(1, n)) for s, n in zip(sums, counts.tolist(), strict=True)]
            return Vector(Kind.NUMBER, _objects(means), inner.scale, filled)
        pick = np.minimum if expr.function == "min" else np.maximum
        return Vector(Kind.NUMBER, _per_row(pick, values, offsets, 0), inner.scale, filled)

    def _array(self, path: str) -> str:
        """The array that a path stands in, or is: the longest of its beginnings that has offsets."""
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            candidate = ".".join(parts[:end])
            try:
                self.scope.offsets(candidate)
            except KeyError:
                continue
            return candidate
        raise KeyError(path)


def _constant(value: Fraction | str | bool | None, size: int) -> Vector:
    if value is None:
        return Vector(Kind.BOOLEAN, np.zeros(size, dtype=bool), 0, np.zeros(size, dtype=bool))
    if isinstance(value, bool):
        return Vector(Kind.BOOLEAN, np.full(size, value))
    if isinstance(value, str):
        return Vector(Kind.TEXT, np.full(size, value, dtype=object))
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    number = int(value * 10**scale)
    return Vector(Kind.NUMBER, np.full(size, number, dtype=np.int64 if abs(number) < _SAFE else object), scale)


def _arithmetic(operator: str, left: Vector, right: Vector) -> Vector:
    present = _both(left.present, right.present)
    if operator == "*":
        one, other = _safe(left.values, right.values, product=True)
        return Vector(Kind.NUMBER, one * other, left.scale + right.scale, present)
    if operator == "/":
        zero = right.values == 0
        factor = Fraction(10**right.scale, 10**left.scale)
        pairs = zip(left.values.tolist(), np.where(zero, 1, right.values).tolist(), strict=True)
        quotients = _objects([Fraction(a) / Fraction(b) * factor for a, b in pairs])
        return Vector(Kind.NUMBER, quotients, 0, _both(present, ~zero))
    scale = max(left.scale, right.scale)
    one, other = _safe(_rescaled(left.values, left.scale, scale), _rescaled(right.values, right.scale, scale))
    return Vector(Kind.NUMBER, one + other if operator == "+" else one - other, scale, present)


def _rescaled(values: Any, scale: int, wanted: int) -> Any:
    """Scaled numbers at another scale, half up (away from zero at .5)."""
    if values.dtype == object and len(values) and isinstance(values[0], Fraction):
        factor = Fraction(10**wanted, 10**scale)
        exact = _objects([_half_up(Fraction(value) * factor) for value in values])
        return exact.astype(np.int64) if all(abs(v) < _SAFE for v in exact) else exact
    if wanted == scale:
        return values
    if wanted > scale:
        one, other = _safe(values, np.array([10 ** (wanted - scale)]), product=True)
        return one * other
    unit = 10 ** (scale - wanted)
    return np.sign(values) * ((np.abs(values) * 2 + unit) // (2 * unit))


def _half_up(value: Fraction) -> int:
    doubled = (abs(value) * 2 + 1) // 2
    return int(doubled) if value >= 0 else -int(doubled)


def _safe(left: Any, right: Any, *, product: bool = False) -> tuple[Any, Any]:
    """Both sides as they are, or as Python integers where 64 bits could overflow."""
    if object in {left.dtype, right.dtype} or not len(left) or not len(right):
        return left, right
    most, other = int(np.abs(left).max()), int(np.abs(right).max())
    fits = most * other < _SAFE if product else most + other < _SAFE
    return (left, right) if fits else (left.astype(object), right.astype(object))


def _per_row(pick: np.ufunc, values: Any, offsets: NDArray[np.int64], empty: Any) -> Any:
    """`pick` over the items of each row; `empty` where a row has none."""
    starts, filled = offsets[:-1], np.diff(offsets) > 0
    result = np.full(len(starts), empty, dtype=values.dtype)
    if filled.any():
        result[filled] = pick.reduceat(values, starts[filled])
    return result


def _objects(values: list[Any]) -> NDArray[np.object_]:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _filled(present: NDArray[np.bool_] | None, size: int) -> NDArray[np.bool_]:
    return np.ones(size, dtype=bool) if present is None else present


def _true(result: Vector) -> NDArray[np.bool_]:
    values: NDArray[np.bool_] = result.values
    return values if result.present is None else values & result.present


def _both(one: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if one is None:
        return other
    return one if other is None else one & other
