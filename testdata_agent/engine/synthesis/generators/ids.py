"""Ids, unique by construction, and references to the ids of other entities."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Column, Formatted, Numbers, Part, objects
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators.times import DAY_SECONDS, seconds
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute, permute_digits
from testdata_agent.engine.synthesis.parts import hexadecimal, joined, padded
from testdata_agent.engine.synthesis.pattern import LONG, Pattern, Token, random_texts, spread_space

#: References draw from the first rows of their target.
REFERENCE_ROWS = 1000


def by_pattern(pattern: Pattern, key: int, dated_by: str | None) -> Maker:
    """Ids by a pattern; the date in them is that of the column `dated_by`, else that of as_of."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        numbers = level.numbers()
        seeded = key ^ hashing.mix_one(frame.seed)
        dates = frame.as_of if dated_by is None else seconds(frame.columns[dated_by])
        return Formatted(partial(_parts, pattern, numbers, seeded, dates), level.size)

    return make


def _parts(pattern: Pattern, numbers: I64, key: int, instants: I64 | int) -> list[Part]:
    parts: list[Part] = []
    for token in pattern.tokens:
        if not isinstance(token, Token):
            parts.append(token)
        elif token is Token.RANDOM:
            parts += _random_part(numbers, pattern.digits, key)
        else:
            parts += _date_part(token, instants)
    return parts


def _random_part(numbers: I64, digits: int, key: int) -> list[Part]:
    plain = 10**digits
    if not len(numbers) or int(np.maximum.reduce(numbers)) < plain:
        if digits == 1:
            return padded(permute(numbers, plain, key), digits)
        left, right = permute_digits(numbers, digits, key)
        return [*padded(left, digits // 2), *padded(right, digits - digits // 2)]
    numbers = numbers % spread_space(digits)
    if digits < LONG:
        return padded(permute(numbers, plain, key), digits)
    wide = numbers >= plain
    permuted = np.empty_like(numbers)
    permuted[~wide] = permute(numbers[~wide], plain, key)
    permuted[wide] = plain + permute(numbers[wide] - plain, spread_space(digits) - plain, key)
    return [random_texts(permuted, digits)]


def _date_part(token: Token, instants: I64 | int) -> list[Part]:
    days = np.asarray(instants, dtype=np.int64) // DAY_SECONDS
    dates = days.astype("datetime64[D]")
    if token is Token.YEAR:
        values = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    else:
        months = dates.astype("datetime64[M]")
        if token is Token.MONTH:
            values = months.astype(np.int64) % 12 + 1
        else:
            values = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    width = 4 if token is Token.YEAR else 2
    if isinstance(instants, int):
        return [f"{int(values):0{width}}"]
    return padded(values, width)


def referred_rows(hashes: U64) -> I64:
    """Rows of the target that references point to."""
    return hashing.below(hashes, REFERENCE_ROWS)


#: From blocks of this many positions on, all that can be referred to is made at once and kept.
LARGE_BLOCK = REFERENCE_ROWS // 2


def reference(rows: str, column_at: Callable[[Frame, I64], Column]) -> Maker:
    """Ids of another entity: `column_at` gives its id column at any rows, the column `rows` says which."""
    kept: tuple[tuple[int, int], Formatted, NDArray[np.object_]] | None = None

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        nonlocal kept
        referred = frame.columns[rows]
        assert isinstance(referred, Numbers)
        key = (frame.seed, frame.as_of)
        known = kept
        if known is None or known[0] != key:
            if level.size < LARGE_BLOCK:
                return column_at(frame, referred.values)
            every = column_at(frame, np.arange(REFERENCE_ROWS))
            if not isinstance(every, Formatted):
                return column_at(frame, referred.values)
            known = kept = (key, every, objects(joined(every.make(), every.size)))
        _, made, texts = known
        return Formatted(lambda: [texts[referred.values].tolist()], level.size, made.safe)

    return make


def uuid() -> Maker:
    """Version 4 form, out of two hashes of a position: distinct but for chance (122 bits)."""

    def make(_frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        return Formatted(partial(_uuid_parts, hashes[0], hashes[1]), level.size)

    return make


def _uuid_parts(high: U64, low: U64) -> list[Part]:
    fifth = np.uint64(0xFFFF)
    quarters = [hexadecimal((half >> np.uint64(shift)) & fifth) for half, shift in ((high, 48), (high, 32), (high, 16))]
    version = hexadecimal((high & np.uint64(0xFFF)) | np.uint64(0x4000))
    variant = hexadecimal(((low >> np.uint64(48)) & np.uint64(0x3FFF)) | np.uint64(0x8000))
    node = [hexadecimal((low >> np.uint64(shift)) & fifth) for shift in (32, 16, 0)]
    return [quarters[0], quarters[1], "-", quarters[2], "-", version, "-", variant, "-", *node]


def digits(length: int) -> Maker:
    """`length` random digits (`card_last_four`); at most 9."""

    def make(_frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        return Formatted(lambda: padded(hashing.below(hashes[0], 10**length), length), level.size)

    return make
