"""Expressions over columns, compiled to kernels: functions of a block's columns.

A kernel gives values and where there is one (None: everywhere). Values are a number's `Exact`, else instants as epoch
seconds, dates as epoch days, truth values or texts; what is the same everywhere may be a single value in place of an
array.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from testdata_agent.engine.rules import exact, syntax
from testdata_agent.engine.rules.exact import Exact
from testdata_agent.engine.rules.resolve import decimal_digits, kind_of
from testdata_agent.engine.rules.scope import Bools, ColumnScope, Offsets
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
from testdata_agent.engine.rules.values import COMPARE, DAY_SECONDS, shift_months

Held = tuple[Any, Bools | None]
Kernel = Callable[[ColumnScope], Held]

_PICK = {"min": np.minimum, "max": np.maximum}


def holding(expr: Expr) -> Callable[[ColumnScope], Bools]:
    """A function that says where a condition holds, one a row, or one an item where it speaks of items.

    What does not apply does not hold.
    """
    place = Place(syntax.arrays_of(expr))
    kernel = place.kernel(expr)

    def holds(scope: ColumnScope) -> Bools:
        size = place.size(scope)
        values, present = kernel(scope)
        return truths(values, size) if present is None else truths(values, size) & truths(present, size)

    return holds


class Place:
    """Where an expression is seen from: the items of the innermost of `arrays`, or the rows."""

    def __init__(self, arrays: tuple[str, ...]) -> None:
        self.arrays = arrays

    def size(self, scope: ColumnScope) -> int:
        """How many positions of the block are seen from here."""
        return int(scope.offsets(self.arrays[-1])[-1]) if self.arrays else scope.rows

    def spans(self, scope: ColumnScope, kept: int) -> Offsets:
        """Where the items of each position `kept` arrays deep begin and end, among those of the innermost array."""
        offsets = scope.offsets(self.arrays[-1])
        for array in reversed(self.arrays[kept:-1]):
            offsets = offsets[scope.offsets(array)]
        return offsets

    def kernel(self, expr: Expr) -> Kernel:
        """Compiles an expression as seen from here."""
        match expr:
            case Path():
                return self._spread(_field(expr), len(expr.arrays))
            case Literal(value=value):
                literal = _literal(value), None
                return lambda scope: literal
            case syntax.Moment(day_only=True):
                return lambda scope: (scope.as_of // DAY_SECONDS, None)
            case syntax.Moment():
                return lambda scope: (scope.as_of, None)
            case syntax.Fixed(value=moment):
                return lambda scope: (moment, None)
            case Exists(path=path):
                there = self._spread(_presence(path), len(path.arrays))
                return lambda scope: (there(scope)[0], None)
            case Negated(operand=operand):
                inner = self.kernel(operand)
                return lambda scope: (~(held := inner(scope))[0], held[1])
            case Implies(condition=when, consequence=then):
                return _implied(self.kernel(when), self.kernel(then))
            case Aggregate():
                return self._aggregate(expr)
            case Function(name=name, operand=operand, digits=digits):
                return _applied(self.kernel(operand), name, digits)
            case Binary(left=left, right=syntax.Duration() as span):
                return _shifted(self.kernel(left), span, 1 if expr.operator == "+" else -1, expr.kind)
            case Binary(left=left, right=syntax.Items() as items):
                return _found(self.kernel(left), items, expr.kind)
            case Binary(left=left, right=right):
                return _joined(expr, self.kernel(left), self.kernel(right))
        raise TypeError(f"no value: {expr}")

    def _spread(self, kernel: Kernel, depth: int) -> Kernel:
        """A value of the positions `depth` arrays deep, once for each item here."""
        for array in self.arrays[depth:]:
            kernel = _repeated(kernel, array)
        return kernel

    def _aggregate(self, expr: Aggregate) -> Kernel:
        """Over the items of `expr.arrays`, as seen from the deepest position that they share with this one."""
        kept = 0
        while kept < min(len(expr.arrays) - 1, len(self.arrays)) and expr.arrays[kept] == self.arrays[kept]:
            kept += 1
        inside = Place(expr.arrays)
        gather = _count(inside, expr, kept) if expr.function == "count" else _reduced(inside, expr, kept)
        arrays = [Path(path, expr.arrays[:at], Kind.ARRAY) for at, path in enumerate(expr.arrays)][kept:]

        def read(scope: ColumnScope) -> Held:
            values, present = gather(scope)
            for array in arrays:
                there = _present(array, scope)
                if there is not None and len(array.arrays) > kept:
                    there = per_position(np.logical_and, there, Place(array.arrays).spans(scope, kept))
                present = _both(present, there)
            return values, present

        return self._spread(read, kept)


# -- fields and constants -----------------------------------------------------------------------------------------


def _field(path: Path) -> Kernel:
    name, number = path.name, path.kind is Kind.NUMBER

    def read(scope: ColumnScope) -> Held:
        column = scope.column(name)
        return Exact(column.values, column.scale) if number else column.values, column.present

    return read


def _presence(path: Path) -> Kernel:
    """Whether something stands at a path, as values."""

    def read(scope: ColumnScope) -> Held:
        present = _present(path, scope)
        return (np.bool_(True) if present is None else present), None

    return read


def _present(path: Path, scope: ColumnScope) -> Bools | None:
    try:
        return scope.column(path.name).present
    except KeyError:
        if path.kind in {Kind.OBJECT, Kind.ARRAY}:
            return None
        raise


def _literal(value: Any) -> Any:
    if isinstance(value, bool):
        return np.bool_(value)
    return value if isinstance(value, str) else exact.constant(value, decimal_digits(value))


def _repeated(kernel: Kernel, array: str) -> Kernel:
    def read(scope: ColumnScope) -> Held:
        values, present = kernel(scope)
        offsets = scope.offsets(array)
        counts = offsets[1:] - offsets[:-1]

        def repeated(held: Any) -> Any:
            return np.repeat(held, counts) if np.ndim(held) else held

        values = values.each(repeated) if isinstance(values, Exact) else repeated(values)
        return values, None if present is None else repeated(present)

    return read


# -- operations ---------------------------------------------------------------------------------------------------


def _joined(expr: Binary, one: Kernel, other: Kernel) -> Kernel:
    if expr.operator in COMPARISONS:
        return _compared(expr, one, other)
    if expr.operator == "/":
        return _divided(one, other)
    join = _JOIN[expr.operator]

    def read(scope: ColumnScope) -> Held:
        a, here = one(scope)
        b, there = other(scope)
        return join(a, b), _both(here, there)

    return read


_JOIN: dict[str, Callable[[Any, Any], Any]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "+": exact.add,
    "-": lambda a, b: exact.add(a, b, -1),
    "*": exact.multiply,
}


def _divided(one: Kernel, other: Kernel) -> Kernel:
    def read(scope: ColumnScope) -> Held:
        a, here = one(scope)
        b, there = other(scope)
        quotient, divides = exact.divide(a, b)
        return quotient, _both(_both(here, there), divides)

    return read


def _compared(expr: Binary, one: Kernel, other: Kernel) -> Kernel:
    compare, digits, number = COMPARE[expr.operator], expr.digits, expr.kind is Kind.NUMBER
    convert = as_time(kind_of(expr.right), expr.kind)

    def read(scope: ColumnScope) -> Held:
        a, here = one(scope)
        b, there = other(scope)
        if number:
            a, b = exact.compared(a, b, digits)
        # Comparisons of constants, and of Python's own integers, come as other than arrays of bool.
        return np.asarray(compare(a, convert(b)), dtype=bool), _both(here, there)

    return read


def _implied(when: Kernel, then: Kernel) -> Kernel:
    def read(scope: ColumnScope) -> Held:
        applies, known = when(scope)
        values, present = then(scope)
        return values, _both(_both(applies, known), present)

    return read


def _applied(kernel: Kernel, name: str, digits: int) -> Kernel:
    def read(scope: ColumnScope) -> Held:
        number, present = kernel(scope)
        return exact.absolute(number) if name == "abs" else exact.rounded(number, digits), present

    return read


def _found(kernel: Kernel, items: syntax.Items, kind: Kind) -> Kernel:
    """Whether values stand in a list."""
    wanted = [_literal(item.value) for item in items.values]
    words = frozenset(item.value for item in items.values)

    def among_words(values: Any) -> Any:
        if not np.ndim(values):
            return np.bool_(values in words)
        return np.fromiter(map(words.__contains__, values.tolist()), dtype=bool, count=len(values))

    def among(values: Any) -> Any:
        found = [exact.compared(values, item, None) if kind is Kind.NUMBER else (values, item) for item in wanted]
        return np.logical_or.reduce([np.asarray(one == other, dtype=bool) for one, other in found])

    search = among_words if kind is Kind.TEXT else among

    def read(scope: ColumnScope) -> Held:
        values, present = kernel(scope)
        return search(values), present

    return read


def _shifted(kernel: Kernel, span: syntax.Duration, sign: int, kind: Kind) -> Kernel:
    daily = kind is Kind.DATE
    step = sign * (span.seconds // DAY_SECONDS if daily else span.seconds)

    def read(scope: ColumnScope) -> Held:
        moments, present = kernel(scope)
        if span.months:
            days, rest = (moments, 0) if daily else np.divmod(moments, DAY_SECONDS)
            moved = shift_months(np.asarray(days), sign * span.months)
            moments = moved if daily else moved * DAY_SECONDS + rest
        return moments + step, present

    return read


def as_time(kind: Kind | None, wanted: Kind) -> Callable[[Any], Any]:
    """Dates and instants as the other: an instant's day, a date's midnight (UTC); all else as it is."""
    if kind is wanted or wanted not in TIMES:
        return lambda values: values
    if wanted is Kind.DATE:
        return lambda values: values // DAY_SECONDS
    return lambda values: values * DAY_SECONDS


# -- aggregates ---------------------------------------------------------------------------------------------------


def _count(inside: Place, expr: Aggregate, kept: int) -> Kernel:
    """How many items there are; of a field, in how many it is there; of a condition, in how many it holds."""
    operand = expr.operand
    if operand == Path(expr.arrays[-1]):

        def count(scope: ColumnScope) -> Held:
            offsets = inside.spans(scope, kept)
            return Exact(offsets[1:] - offsets[:-1]), None

        return count
    holds = holding(Exists(operand) if isinstance(operand, Path) else operand)

    def count_where(scope: ColumnScope) -> Held:
        return exact.totals(Exact(holds(scope).astype(np.int64), 0, 1), inside.spans(scope, kept)), None

    return count_where


def _reduced(inside: Place, expr: Aggregate, kept: int) -> Kernel:
    """sum, avg, min or max; without a value where one of the items has none, and (save for sum) where there is none."""
    kernel, kind, function = inside.kernel(expr.operand), expr.kind, expr.function

    def read(scope: ColumnScope) -> Held:
        values, present = kernel(scope)
        offsets, size = inside.spans(scope, kept), inside.size(scope)
        if present is not None:
            present = per_position(np.logical_and, truths(present, size), offsets)
        if function != "sum":
            present = _both(present, offsets[1:] > offsets[:-1])
        if kind is not Kind.NUMBER:
            return per_position(_PICK[function], whole(values, size), offsets), present
        number: Exact = values.each(lambda held: whole(held, size))
        return _gathered(function, number, offsets), present

    return read


def _gathered(function: str, number: Exact, offsets: Offsets) -> Exact:
    if function in _PICK:
        if number.bottom is not None:
            return exact.gathered(number, offsets, min if function == "min" else max)
        return Exact(per_position(_PICK[function], number.values, offsets), number.scale)
    total = exact.totals(number, offsets)
    if function == "sum":
        return total
    mean, _ = exact.divide(total, Exact(np.maximum(offsets[1:] - offsets[:-1], 1)))
    return mean


def per_position(pick: np.ufunc, values: Any, offsets: Offsets) -> Any:
    """`pick` over the items of each position; its identity (0 for numbers) where there are none."""
    starts = offsets[:-1]
    filled = offsets[1:] > starts
    if filled.all():
        return pick.reduceat(values, starts) if len(starts) else values[:0]
    result = np.full(len(filled), pick is np.logical_and, dtype=values.dtype)
    if filled.any():
        result[filled] = pick.reduceat(values, starts[filled])
    return result


# -- lengths ------------------------------------------------------------------------------------------------------


def whole(values: Any, size: int) -> Any:
    """A single value at its full length."""
    if values is None or np.ndim(values):
        return values
    fits = not isinstance(values, int) or abs(values) < exact.LIMIT
    return np.full(size, values, dtype=None if fits and not isinstance(values, str) else object)


def truths(values: Any, size: int) -> Bools:
    """Truth values at their full length; None is true everywhere."""
    if values is None:
        return np.ones(size, dtype=bool)
    truths: Bools = values if np.ndim(values) else np.full(size, values, dtype=bool)
    return truths


def _both(one: Bools | None, other: Bools | None) -> Bools | None:
    if one is None:
        return other
    return one if other is None else one & other
