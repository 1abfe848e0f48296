"""Columns of exact numbers: integers over a power of ten, and over a column of denominators once something is divided.

64-bit integers as long as they hold; where a result could pass them, Python's own integers in an object array. A bound
on the magnitude travels with the values, so that a column is looked at once and not after every operation.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: An int64 array, an object array of int, or one int for a constant.
Integers = Any
#: What 64 bits hold stays below this.
LIMIT: Final = 2**63
#: Sums and doubles of what stays below this stay within 64 bits.
_SAFE = 2**61


class Exact:
    """Numbers `values / bottom / 10**scale`; `bottom` is a positive Exact of scale 0, None: all one."""

    __slots__ = ("_bound", "bottom", "scale", "values")

    def __init__(
        self, values: Integers, scale: int = 0, bound: int | None = None, bottom: "Exact | None" = None
    ) -> None:
        """`bound`: no value's magnitude passes it; None: to be found out."""
        self.values, self.scale, self.bottom = values, scale, bottom
        self._bound = bound

    @property
    def bound(self) -> int:
        """What the magnitude of no value passes."""
        if self._bound is None:
            self._bound = _bound(self.values)
        return self._bound

    def each(self, change: Callable[[Integers], Integers]) -> "Exact":
        """The same numbers rearranged: at other positions, more often or less."""
        bottom = None if self.bottom is None else self.bottom.each(change)
        return Exact(change(self.values), self.scale, self._bound, bottom)


def constant(value: Fraction, digits: int) -> Exact:
    """One number that has so many decimal digits."""
    whole = int(value * 10**digits)
    return Exact(whole, digits, abs(whole))


def add(left: Exact, right: Exact, sign: int = 1) -> Exact:
    """Left plus (or, with sign -1, minus) right."""
    scale = max(left.scale, right.scale)
    one, other, bottom = _at(left, scale), _at(right, scale), None
    if left.bottom is not None or right.bottom is not None:
        one, other = _over(one, right.bottom), _over(other, left.bottom)
        bottom = _over(left.bottom or _ONE, right.bottom)
    bound = one.bound + other.bound
    a, b = _operands(one, other, bound)
    return Exact(a + b if sign > 0 else a - b, scale, bound, bottom)


def multiply(left: Exact, right: Exact) -> Exact:
    """Left times right."""
    bound = left.bound * right.bound
    a, b = _operands(left, right, bound)
    bottom = right.bottom if left.bottom is None else _over(left.bottom, right.bottom)
    return Exact(a * b, left.scale + right.scale, bound, bottom)


def divide(left: Exact, right: Exact) -> tuple[Exact, NDArray[np.bool_]]:
    """Left over right, and where right is not zero; elsewhere the quotient means nothing."""
    below = _safe(right)
    divides = np.asarray(below != 0, dtype=bool)
    sign = Exact(np.where(below < 0, -1, 1), 0, 1)
    under = Exact(np.where(divides, abs(below), 1), 0, max(right.bound, 1))
    top = _over(multiply(Exact(left.values, 0, left.bound), sign), right.bottom)
    scale = left.scale - right.scale
    if scale < 0:
        top = Exact(_at(top, -scale).values, 0, top.bound * 10**-scale)
    return Exact(top.values, max(scale, 0), top.bound, _over(under, left.bottom)), divides


def absolute(value: Exact) -> Exact:
    """Without the sign."""
    return Exact(abs(_safe(value)), value.scale, value.bound, value.bottom)


def rounded(value: Exact, digits: int) -> Exact:
    """At so many decimal digits, halves away from zero."""
    shift = digits - value.scale
    if shift >= 0 and value.bottom is None:
        return _at(value, digits)
    top = Exact(value.values, 0, value.bound)
    unit = Exact(10 ** max(-shift, 0), 0, 10 ** max(-shift, 0))
    top, unit = _at(top, max(shift, 0)), _over(unit, value.bottom)
    a, b = _operands(top, unit, top.bound + unit.bound)
    # One less below zero makes the floor of a half the number further from zero.
    return Exact((a * 2 + b - (a < 0)) // (b * 2), digits, top.bound + 1)


def compared(left: Exact, right: Exact, digits: int | None) -> tuple[Integers, Integers]:
    """Two sides as integers that compare as the numbers do: exactly, or rounded half up to so many digits."""
    if digits is not None:
        return rounded(left, digits).values, rounded(right, digits).values
    scale = max(left.scale, right.scale)
    return _over(_at(left, scale), right.bottom).values, _over(_at(right, scale), left.bottom).values


def totals(value: Exact, offsets: NDArray[np.int64]) -> Exact:
    """Sums over `offsets[i]:offsets[i + 1]`; 0 where that is empty."""
    if value.bottom is not None:
        return gathered(value, offsets, lambda parts: sum(parts, Fraction(0)))
    size = len(value.values)
    bound = value.bound * max(size, 1)
    parts = value.values if bound < _SAFE else _wide(value.values)
    running = np.zeros(size + 1, dtype=parts.dtype)
    np.add.accumulate(parts, out=running[1:])
    ends = running[offsets]
    return Exact(ends[1:] - ends[:-1], value.scale, bound)


def gathered(value: Exact, offsets: NDArray[np.int64], gather: Callable[[Sequence[Fraction]], Fraction]) -> Exact:
    """What `gather` makes of the numbers of `offsets[i]:offsets[i + 1]`, one by one; 0 where that is empty."""
    bottom = _ONE if value.bottom is None else value.bottom
    below = np.broadcast_to(bottom.values, value.values.shape)
    numbers = [Fraction(int(a), int(b)) for a, b in zip(value.values.tolist(), below.tolist(), strict=True)]
    made = [gather(numbers[at:end]) if at < end else Fraction(0) for at, end in pairwise(offsets.tolist())]
    tops, bottoms = (np.empty(len(made), dtype=object) for _ in range(2))
    tops[:] = [one.numerator for one in made]
    bottoms[:] = [one.denominator for one in made]
    return Exact(tops, value.scale, None, Exact(bottoms))


def narrowed(values: Integers) -> Integers:
    """In 64 bits where they hold."""
    if isinstance(values, int) or values.dtype != object or _bound(values) >= LIMIT:
        return values
    return values.astype(np.int64)


_ONE = Exact(1, 0, 1)


def _bound(values: Integers) -> int:
    if isinstance(values, int):
        return abs(values)
    if values.dtype == object:
        return max(map(abs, values.tolist()), default=0)
    # All bits that any value has: of numbers that are not negative, at most twice the greatest, in one pass.
    bits = int(np.bitwise_or.reduce(values))
    return bits if bits >= 0 else max(abs(int(values.max())), abs(int(values.min())))


def _at(value: Exact, scale: int) -> Exact:
    """The same numbers at a scale that is no smaller."""
    if scale == value.scale:
        return value
    factor = 10 ** (scale - value.scale)
    bound = value.bound * factor
    values = value.values if bound < _SAFE else _wide(value.values)
    # A factor past 64 bits meets 64-bit values only where all of them are zero.
    return Exact(values * (factor if bound else 0), scale, bound, value.bottom)


def _over(value: Exact, bottom: Exact | None) -> Exact:
    """Times another's denominator, its own kept aside."""
    if bottom is None:
        return value
    bound = value.bound * bottom.bound
    a, b = _operands(value, bottom, bound)
    return Exact(a * b, value.scale, bound, value.bottom)


def _operands(left: Exact, right: Exact, bound: int) -> tuple[Integers, Integers]:
    """Both sides' values, as Python's integers where they or the outcome may pass 64 bits."""
    if max(bound, left.bound, right.bound) < _SAFE:
        return left.values, right.values
    return _wide(left.values), _wide(right.values)


def _safe(value: Exact) -> Integers:
    """The values, as Python's integers where a sign may not be turned in 64 bits."""
    return value.values if value.bound < _SAFE else _wide(value.values)


def _wide(values: Integers) -> Integers:
    return values if isinstance(values, int) else values.astype(object)
