"""Arithmetic over columns is that of fractions, within 64 bits and past them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from testdata_agent.engine.rules import exact, values
from testdata_agent.engine.rules.exact import Exact

#: Small, near the ends of 64 bits, and past them.
INTEGERS = st.one_of(
    st.integers(-1000, 1000),
    st.integers(2**61 - 9, 2**63 - 1),
    st.integers(-(2**63), -(2**61) + 9),
    st.integers(-(2**90), 2**90),
)


@st.composite
def columns(draw: st.DrawFn, size: int = 3) -> Exact:
    integers = draw(st.one_of(INTEGERS, st.lists(INTEGERS, min_size=size, max_size=size)))
    scale = draw(st.integers(0, 4))
    bottom = draw(st.none() | st.lists(st.integers(1, 2**40), min_size=size, max_size=size))
    return Exact(stored(integers), scale, None, None if bottom is None else Exact(stored(bottom)))


def stored(integers: int | list[int]) -> object:
    if isinstance(integers, int):
        return integers
    column = np.array(integers, dtype=object)
    return column.astype(np.int64) if all(-(2**63) <= value < 2**63 for value in integers) else column


def fractions(number: Exact, size: int = 3) -> list[Fraction]:
    tops = np.broadcast_to(np.asarray(number.values, dtype=object), (size,)).tolist()
    below = 1 if number.bottom is None else number.bottom.values
    bottoms = np.broadcast_to(np.asarray(below, dtype=object), (size,)).tolist()
    return [Fraction(int(a), int(b) * 10**number.scale) for a, b in zip(tops, bottoms, strict=True)]


@given(columns(), columns())
def test_sums_products_and_quotients(one: Exact, other: Exact) -> None:
    pairs = list(zip(fractions(one), fractions(other), strict=True))
    assert fractions(exact.add(one, other)) == [a + b for a, b in pairs]
    assert fractions(exact.add(one, other, -1)) == [a - b for a, b in pairs]
    assert fractions(exact.multiply(one, other)) == [a * b for a, b in pairs]
    assert fractions(exact.absolute(one)) == [abs(a) for a, _ in pairs]
    quotient, divides = exact.divide(one, other)
    assert np.broadcast_to(divides, (3,)).tolist() == [b != 0 for _, b in pairs]
    for (a, b), found in zip(pairs, fractions(quotient), strict=True):
        assert b == 0 or found == a / b


@given(columns(), columns(), st.integers(0, 5))
def test_rounding_and_comparing(one: Exact, other: Exact, digits: int) -> None:
    rounded = [values.half_up(value, digits) for value in fractions(one)]
    assert fractions(exact.rounded(one, digits)) == rounded
    a, b = exact.compared(one, other, digits)
    expected = [x < values.half_up(y, digits) for x, y in zip(rounded, fractions(other), strict=True)]
    assert np.broadcast_to(a < b, (3,)).tolist() == expected
    a, b = exact.compared(one, other, None)
    exactly = [x < y for x, y in zip(fractions(one), fractions(other), strict=True)]
    assert np.broadcast_to(a < b, (3,)).tolist() == exactly


@given(columns(size=6))
def test_totals(number: Exact) -> None:
    whole = number.each(lambda held: held if np.ndim(held) else stored([held] * 6))
    parts, offsets = fractions(whole, 6), np.array([0, 2, 2, 6])
    assert fractions(exact.totals(whole, offsets)) == [sum(parts[:2]), 0, sum(parts[2:])]


@pytest.mark.parametrize("value", ["0.5", "-0.5", "2.5", "-2.5", "0.49", "-0.51", "1"])
def test_halves_are_rounded_away_from_zero(value: str) -> None:
    away = int(Fraction(value) + (Fraction(1, 2) if Fraction(value) > 0 else -Fraction(1, 2)))
    assert values.half_up(Fraction(value)) == away
    assert exact.rounded(exact.constant(Fraction(value), 2), 0).values == away
