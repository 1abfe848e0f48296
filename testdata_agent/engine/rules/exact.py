"""Columns of exact numbers: integers over a power of ten, and over a column of denominators once something is divided.

64-bit integers as long as they hold; where a result could pass them, Python's own integers in an object array.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: int64, or object arrays of int.
Integers = NDArray[Any]
#: Sums and doubles of what stays below this stay within 64 bits.
_SAFE = 2**61


@dataclass(frozen=True, slots=True)
class Exact:
    """Numbers `top / bottom / 10**scale`; `bottom` is positive, None: all one. Arrays of length 1 are constants."""

    top: Integers
    scale: int = 0
    bottom: Integers | None = None


def constant(value: Fraction, digits: int) -> Exact:
    """One number that has so many decimal digits."""
    return Exact(_array([int(value * 10**digits)]), digits)


def add(left: Exact, right: Exact, sign: int = 1) -> Exact:
    """Left plus (or, with sign -1, minus) right."""
    scale = max(left.scale, right.scale)
    one = _times(left.top, 10 ** (scale - left.scale))
    other = _times(right.top, sign * 10 ** (scale - right.scale))
    if left.bottom is None and right.bottom is None:
        return Exact(_sum(one, other), scale)
    over, under = _bottom(left), _bottom(right)
    return Exact(_sum(_product(one, under), _product(other, over)), scale, _product(over, under))


def multiply(left: Exact, right: Exact) -> Exact:
    """Left times right."""
    bottom = left.bottom if right.bottom is None else right.bottom
    if left.bottom is not None and right.bottom is not None:
        bottom = _product(left.bottom, right.bottom)
    return Exact(_product(left.top, right.top), left.scale + right.scale, bottom)


def divide(left: Exact, right: Exact) -> tuple[Exact, NDArray[np.bool_]]:
    """Left over right, and where right is not zero; elsewhere the quotient means nothing."""
    divides = np.asarray(right.top != 0, dtype=bool)
    under = np.where(divides, right.top, 1)
    sign = np.where(under < 0, -1, 1)
    top = _product(_product(left.top, _bottom(right)), sign)
    bottom = _product(_product(_bottom(left), under), sign)
    scale = left.scale - right.scale
    return Exact(_times(top, 10**-scale) if scale < 0 else top, max(scale, 0), bottom), divides


def absolute(value: Exact) -> Exact:
    """Without the sign."""
    return Exact(np.abs(value.top), value.scale, value.bottom)


def rounded(value: Exact, digits: int) -> Integers:
    """Scaled by 10**digits, halves away from zero; int64 where it fits."""
    top, bottom, shift = value.top, value.bottom, digits - value.scale
    if shift >= 0:
        top = _times(top, 10**shift)
        if bottom is None:
            return top
        unit = bottom
    else:
        unit = _times(_bottom(value), 10**-shift)
    if object in {top.dtype, unit.dtype} or max(magnitude(top), magnitude(unit)) >= _SAFE:
        top, unit = top.astype(object), unit.astype(object)
    halves = (np.abs(top) * 2 + unit) // (unit * 2)
    return _narrow(np.where(top < 0, -halves, halves))


def compared(left: Exact, right: Exact, digits: int | None) -> tuple[Integers, Integers]:
    """Two sides as integers that compare as the numbers do: exactly, or rounded half up to so many digits."""
    if digits is not None:
        return rounded(left, digits), rounded(right, digits)
    scale = max(left.scale, right.scale)
    one, other = _times(left.top, 10 ** (scale - left.scale)), _times(right.top, 10 ** (scale - right.scale))
    if right.bottom is not None:
        one = _product(one, right.bottom)
    return one, other if left.bottom is None else _product(other, left.bottom)


def totals(value: Exact, offsets: NDArray[np.int64]) -> Exact:
    """Sums over `offsets[i]:offsets[i + 1]`; 0 where that is empty."""
    top = value.top
    if value.bottom is not None:
        return _quotient_totals(value, offsets)
    if top.dtype != object and magnitude(top) * max(1, len(top)) >= _SAFE:
        top = top.astype(object)
    running = np.zeros(len(top) + 1, dtype=top.dtype)
    np.cumsum(top, out=running[1:])
    return Exact(_narrow(running[offsets[1:]] - running[offsets[:-1]]), value.scale)


def extremes(value: Exact, offsets: NDArray[np.int64], pick: Callable[[list[Fraction]], Fraction]) -> Exact:
    """The `pick` (min or max) of fractions over `offsets[i]:offsets[i + 1]`; 0 where that is empty."""
    return _gathered(value, offsets, lambda parts: pick(parts) if parts else Fraction(0))


def magnitude(values: Integers) -> int:
    """The largest absolute value; 0 of nothing."""
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0


def _quotient_totals(value: Exact, offsets: NDArray[np.int64]) -> Exact:
    """Sums of fractions have no common shortcut: added one by one."""
    return _gathered(value, offsets, lambda parts: sum(parts, Fraction(0)))


def _gathered(value: Exact, offsets: NDArray[np.int64], gather: Callable[[list[Fraction]], Fraction]) -> Exact:
    bottom = np.broadcast_to(_bottom(value), value.top.shape)
    parts = [Fraction(int(a), int(b)) for a, b in zip(value.top.tolist(), bottom.tolist(), strict=True)]
    ends = offsets.tolist()
    made = [gather(parts[start:end]) for start, end in pairwise(ends)]
    return Exact(_array([m.numerator for m in made]), value.scale, _array([m.denominator for m in made]))


def _bottom(value: Exact) -> Integers:
    return np.ones(1, dtype=np.int64) if value.bottom is None else value.bottom


def _sum(left: Integers, right: Integers) -> Integers:
    if _wide(left, right) or magnitude(left) + magnitude(right) >= _SAFE:
        left, right = left.astype(object), right.astype(object)
    return left + right


def _product(left: Integers, right: Integers) -> Integers:
    if _wide(left, right) or magnitude(left) * magnitude(right) >= _SAFE:
        left, right = left.astype(object), right.astype(object)
    return left * right


def _times(values: Integers, factor: int) -> Integers:
    if factor == 1:
        return values
    if values.dtype != object and magnitude(values) * abs(factor) >= _SAFE:
        values = values.astype(object)
    # A factor past 64 bits meets int64 values only where all of them are zero.
    return values * (factor if values.dtype == object or abs(factor) < _SAFE else 0)


def _wide(left: Integers, right: Integers) -> bool:
    return object in {left.dtype, right.dtype}


def _array(values: list[int]) -> Integers:
    if all(abs(value) < _SAFE for value in values):
        return np.array(values, dtype=np.int64)
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _narrow(values: Integers) -> Integers:
    return values.astype(np.int64) if values.dtype == object and magnitude(values) < _SAFE else values
