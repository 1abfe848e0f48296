"""Rules over columns: compiled once, then they derive and check whole blocks in exact integer arithmetic."""

from collections.abc import Callable
from typing import Any

import numpy as np

from testdata_agent.engine.rules import exact
from testdata_agent.engine.rules.kernels import Place, as_time, holding, per_position, truths, whole
from testdata_agent.engine.rules.resolve import kind_of
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.scope import Bools, ColumnScope, Vector
from testdata_agent.engine.rules.shape import TIMES, Kind
from testdata_agent.engine.rules.syntax import Binary
from testdata_agent.engine.rules.values import DAY_SECONDS

__all__ = ["ColumnScope", "OutOfRangeError", "RowCheck", "Vector", "checking", "deriving", "holding"]

#: First and last second of the years 1 to 9999, which is what RFC 3339 writes.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799


class OutOfRangeError(ArithmeticError):
    """A derived number that passes 64 bits at its field's scale, or a moment outside of the years 1 to 9999."""


#: (applicable, passed) of each row.
RowCheck = Callable[[ColumnScope], tuple[Bools, Bools]]


def deriving(rule: Rule, scale: int) -> Callable[[ColumnScope], Vector]:
    """A function that makes the field that a rule derives; numbers are rounded half up to `scale` digits.

    It raises OutOfRangeError for what no record can hold.
    """
    assert isinstance(rule.claim, Binary)
    kind, place = rule.claim.kind, Place(rule.arrays)
    kernel = place.kernel(rule.expr)
    convert = as_time(kind_of(rule.expr), kind)

    def derive(scope: ColumnScope) -> Vector:
        values, present = kernel(scope)
        size = place.size(scope)
        present = whole(present, size)
        if kind is not Kind.NUMBER:
            values = whole(convert(values), size)
            return Vector(kind, _written(values, present, kind) if kind in TIMES else values, 0, present)
        values = whole(exact.narrowed(exact.rounded(values, scale).values), size)
        return Vector(kind, values if values.dtype == np.int64 else _fitting(values, present), scale, present)

    return derive


def checking(rule: Rule) -> RowCheck:
    """A function that gives (applicable, passed) of each row; a rule on items passes where all of a row's items do.

    Where it does not apply it counts as passed.
    """
    place = Place(rule.arrays)
    kernel = place.kernel(rule.claim)

    def check(scope: ColumnScope) -> tuple[Bools, Bools]:
        size = place.size(scope)
        values, present = kernel(scope)
        passed, applicable = truths(values, size), truths(present, size)
        if present is not None:
            passed = passed | ~applicable
        if not rule.arrays:
            return applicable, passed
        offsets = place.spans(scope, 0)
        return per_position(np.logical_or, applicable, offsets), per_position(np.logical_and, passed, offsets)

    return check


def _fitting(values: Any, present: Bools | None) -> Any:
    """Numbers in 64 bits; those that are not there do not matter."""
    held = values if present is None else np.where(present, values, 0)
    fitting = exact.narrowed(held)
    if fitting.dtype == object:
        raise OutOfRangeError("is a number of more than 18 digits")
    return fitting


def _written(values: Any, present: Bools | None, kind: Kind) -> Any:
    """Moments that RFC 3339 can write; those that are not there do not matter."""
    unit = DAY_SECONDS if kind is Kind.DATE else 1
    held = values if present is None else np.where(present, values, 0)
    if len(held) and not _FIRST_SECOND // unit <= held.min() <= held.max() <= _LAST_SECOND // unit:
        raise OutOfRangeError("lies outside of the years 1 to 9999")
    return held
