"""Columns out of other columns, for fields that follow their neighbours."""

from collections.abc import Callable, Sequence

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import (
    I64,
    Bools,
    Choices,
    Column,
    Dates,
    Decimals,
    Formatted,
    Instants,
    Numbers,
    Part,
    Texts,
    Words,
    objects,
)
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators.times import DAY_SECONDS, seconds
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.parts import decimals, joined, wholes
from testdata_agent.engine.synthesis.tables import Quantiles

#: Basis points of a share.
SHARE_UNIT = 10_000


def texts_of(column: Column, size: int) -> list[str]:
    """The values of a column of texts or numbers, as text."""
    match column:
        case Choices():
            texts: list[str] = column.words.array[column.codes].tolist()
            return texts if not isinstance(column.words, Decimals) else list(map(str, texts))
        case Texts():
            return column.values
        case Formatted():
            return joined(column.make(), column.size)
        case Numbers():
            return joined(decimals(column.values, column.scale), size)
    raise TypeError(f"no text in a column of {type(column).__name__}")


def template(parts: Sequence[tuple[str, bool]]) -> Maker:
    """Texts joined from (text, False) as it is and (path of a column, True)."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        columns = {path: frame.columns[path] for path, is_path in parts if is_path}

        def filled() -> list[Part]:
            return [texts_of(columns[text], level.size) if is_path else text for text, is_path in parts]

        return Formatted(filled, level.size, safe=False)

    return make


def mapped(of: str, change: Callable[[str], str]) -> Maker:
    """Another column's texts, each changed; what picks from words is changed word by word, once."""
    kept: tuple[Words, Words] | None = None

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        nonlocal kept
        column = frame.columns[of]
        if not isinstance(column, Choices):
            return Texts(list(map(change, texts_of(column, level.size))))
        known = kept
        if known is None or known[0] is not column.words:
            known = kept = (column.words, Words([change(str(text)) for text in column.words.texts]))
        return Choices(column.codes, known[1])

    return make


def numbered(inner: Maker, key: int, between: str) -> Maker:
    """The inner texts with a number after them, so that no two are alike."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes)
        numbers = serial_numbers(level.numbers(), key ^ frame.seed)
        return Formatted(lambda: [texts_of(column, level.size), between, wholes(numbers)], level.size, safe=False)

    return make


def serial_numbers(rows: I64, key: int, first: int = 1000) -> I64:
    """Distinct numbers from `first` on, shuffled among those of equally many digits."""
    numbers, start, size = np.empty_like(rows), 0, 9 * first
    while True:
        inside = (rows >= start) & (rows < start + size)
        if inside.any():
            numbers[inside] = first + start + permute(rows[inside] - start, size, hashing.mix_one(key ^ size))
        if not len(rows) or int(rows.max()) < start + size:
            return numbers
        start += size
        size *= 10


def guarded(inner: Maker, inner_hashes: int, other: Maker, test: Callable[[str], bool]) -> Maker:
    """The inner texts where they pass the test, elsewhere the other ones."""
    kept: tuple[Words, Bools] | None = None

    def fits(column: Column, size: int) -> Bools:
        nonlocal kept
        if not isinstance(column, Choices):
            return np.fromiter(map(test, texts_of(column, size)), dtype=np.bool_, count=size)
        known = kept
        if known is None or known[0] is not column.words:
            verdicts = np.array([test(str(text)) for text in column.words.texts], dtype=np.bool_)
            known = kept = (column.words, verdicts)
        return known[1][column.codes]

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes[:inner_hashes])
        good = fits(column, level.size)
        if good.all():
            return column
        texts = objects(texts_of(column, level.size))
        instead = objects(texts_of(other(frame, level, hashes[inner_hashes:]), level.size))
        return Texts(np.where(good, texts, instead).tolist())

    return make


def confined(values: I64, hashes: U64, low: int | None, high: int | None) -> I64:
    """Numbers, those outside of the bounds drawn evenly among what the bounds leave near them."""
    if low is None and high is None:
        return values
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    floor = low if low is not None else min(least, high or 0)
    ceiling = high if high is not None else max(most, floor)
    outside = (values < floor) | (values > ceiling)
    if outside.any():
        values = values.copy()
        values[outside] = hashing.between(hashing.again(hashes[outside], 9), floor, ceiling)
    return values


def stepped(values: I64, step: int, low: int | None, high: int | None) -> I64:
    """Numbers rounded down to multiples of a step, where the bounds leave one."""
    if step <= 1:
        return values
    rounded = values - values % step
    wrong = (rounded < low) if low is not None else np.zeros(len(values), dtype=np.bool_)
    rounded = np.where(wrong, rounded + step, rounded)
    if high is not None:
        rounded = np.where(rounded > high, values, rounded)
    return rounded


def share(of: str, shares: Quantiles, low: int | None, high: int | None, scale: int) -> Maker:
    """Another number times a share in basis points, rounded half up."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        base = frame.columns[of]
        assert isinstance(base, Numbers)
        values = rescaled(base, scale)
        values = (values * shares.at(hashes[0]) * 2 + SHARE_UNIT) // (2 * SHARE_UNIT)
        return Numbers(confined(values, hashes[0], low, high), scale)

    return make


def above(of: str, added: Quantiles, low: int | None, high: int | None, scale: int) -> Maker:
    """Another number and something more."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        base = frame.columns[of]
        assert isinstance(base, Numbers)
        return Numbers(confined(rescaled(base, scale) + added.at(hashes[0]), hashes[0], low, high), scale)

    return make


def rescaled(column: Numbers, scale: int) -> I64:
    """A column's numbers at another scale, rounded down."""
    if column.scale <= scale:
        return column.values * int(10 ** (scale - column.scale))
    return column.values // int(10 ** (column.scale - scale))


def elapsed(of: str, to: str, unit: int, low: int | None, high: int | None, scale: int) -> Maker:
    """The time between two points in units of so many seconds."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        span = np.maximum(seconds(frame.columns[to]) - seconds(frame.columns[of]), 0)
        return Numbers(confined(span * 10**scale // unit, hashes[0], low, high), scale)

    return make


def points(values: I64, hashes: U64, low: int | None, high: int | None, *, days: bool) -> Column:
    """Epoch seconds as a column of times within bounds."""
    values = confined(values, hashes, low, high)
    return Dates(values // DAY_SECONDS) if days else Instants(values)
