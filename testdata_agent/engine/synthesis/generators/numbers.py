"""Numbers as scaled integers."""

from collections.abc import Mapping, Sequence

import numpy as np

from testdata_agent.engine.synthesis.columns import I64, Booleans, Bools, Choices, Column, Numbers
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64, again, between
from testdata_agent.engine.synthesis.tables import Quantiles

_RATE_UNIT = 100_000  # rates are in 1/1000 percent


def uniform(low: int, high: int, scale: int, step: int = 1) -> Maker:
    """Evenly in [low, high], multiples of `step`; all three scaled by 10**scale."""
    first, last = -(-low // step), high // step

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Numbers(between(hashes[0], first, last) * step, scale)

    return make


#: Multiples that are tried below one that floating-point division does not take for one.
_TRIES = 16


def divisible(inner: Maker, unit: float, low: int, step: int) -> Maker:
    """Multiples of which floating-point division says so, too, as validators divide: 0.07 / 0.01 is not 7.

    One that fails gives way to the next lower one that does not, as long as there is one from `low` on. Division is
    rounded alike on every machine.
    """

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes)
        assert isinstance(column, Numbers)
        wanted, taken = column.values, column.values.copy()
        wrong = np.flatnonzero(~divides(wanted, column.scale, unit))
        for below in range(1, _TRIES):
            lower = wanted[wrong] - below * step
            found = (lower >= low) & divides(lower, column.scale, unit)
            taken[wrong[found]] = lower[found]
            wrong = wrong[~found]
            if not len(wrong):
                break
        return Numbers(taken, column.scale, column.present, column.nulls)

    return make


def divides(values: I64, scale: int, unit: float) -> Bools:
    """Of which values, scaled by 10**scale, floating-point division by `unit` gives a whole number."""
    quotients = values / 10**scale / unit
    return quotients == np.floor(quotients)  # type: ignore[no-any-return]


def shaped(quantiles: Quantiles, low: int | None, high: int | None, scale: int) -> Maker:
    """By a quantile table; what falls outside of [low, high] is drawn again, evenly inside."""
    least, most = int(quantiles.points[0]), int(quantiles.points[-1])
    floor = least if low is None else low
    ceiling = most if high is None else high
    inside_low, inside_high = max(floor, least), min(ceiling, most)
    if inside_low > inside_high:
        # All of the curve is outside: as wide a range at the end that is asked for.
        inside_low, inside_high = (ceiling - (most - least), ceiling) if low is None else (floor, max(floor, ceiling))

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        values = quantiles.at(hashes[0])
        if floor > least or ceiling < most:
            outside = (values < floor) | (values > ceiling)
            values[outside] = between(again(hashes[0][outside], 1), inside_low, inside_high)
        return Numbers(values, scale)

    return make


def shaped_by(by: str, tables: Mapping[str, Quantiles]) -> Maker:
    """By the quantile table that stands under the value of the choice `by`; whole numbers."""
    numbers = {text: number for number, text in enumerate(tables)}
    stacked = Quantiles.stacked(list(tables.values()))

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        other = frame.columns[by]
        assert isinstance(other, Choices)
        number_of = np.array([numbers[str(text)] for text in other.words.texts], dtype=np.int64)
        return Numbers(stacked.at(hashes[0], number_of[other.codes]))

    return make


def constant(value: int, scale: int) -> Maker:
    """The same number everywhere."""

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers(np.full(level.size, value, dtype=np.int64), scale)

    return make


def share(of: str, rates: str, low: int | None, high: int | None) -> Maker:
    """`of` times a rate (a number column in 1/1000 percent), rounded half up: a tax."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        base, rate = frame.columns[of], frame.columns[rates]
        assert isinstance(base, Numbers)
        assert isinstance(rate, Numbers)
        values = (base.values * rate.values * 2 + _RATE_UNIT) // (2 * _RATE_UNIT)
        if low is not None or high is not None:
            values = np.clip(values, low, high)
        return Numbers(values, base.scale)

    return make


def zero_unless(flag: str, inner: Maker) -> Maker:
    """The inner column, but 0 where the boolean column `flag` is false (a stock of what is sold out)."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column, other = inner(frame, level, hashes), frame.columns[flag]
        assert isinstance(column, Numbers)
        assert isinstance(other, Booleans)
        return Numbers(np.where(other.values, np.maximum(column.values, 1), 0), column.scale)

    return make
