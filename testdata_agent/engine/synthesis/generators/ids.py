"""Ids, unique by construction, and references to the ids of other entities."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Column, Formatted
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators.times import DAY_SECONDS, seconds
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import permute
from testdata_agent.engine.synthesis.pattern import Pattern, random_texts, spread_space

#: References draw from the first rows of their target.
REFERENCE_ROWS = 1000
#: Items of one array that have ids of their own, at most: their numbers are row * this + child.
CHILD_SPACE = 100


def by_pattern(pattern: Pattern, key: int, dated_by: str | None) -> Maker:
    """Ids by a pattern; the date in them is that of the column `dated_by`, else that of as_of."""

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        numbers = level.rows if level.children is None else level.rows * CHILD_SPACE + level.children
        return _formatted(pattern, numbers, hashing.mix_one(key ^ hashing.mix_one(frame.seed)), _dates(frame, dated_by))

    return make


def _dates(frame: Frame, dated_by: str | None) -> I64 | int:
    return frame.as_of if dated_by is None else seconds(frame.columns[dated_by])


def _formatted(pattern: Pattern, numbers: I64, key: int, instants: I64 | int) -> Formatted:
    args: list[Callable[[], list[Any]]] = []
    for token in pattern.tokens:
        if token == "random":
            args.append(partial(_random_part, numbers, pattern.digits, key))
        else:
            args.append(partial(_date_part, token, instants, len(numbers)))
    if not args:
        return Formatted("%s", (lambda: [pattern.text] * len(numbers),))
    return Formatted(pattern.template, tuple(args))


def _random_part(numbers: I64, digits: int, key: int) -> list[str]:
    plain = 10**digits
    if not len(numbers) or numbers.max() < plain:
        return random_texts(permute(numbers, plain, key), digits)
    wide = numbers >= plain
    permuted = np.empty_like(numbers)
    permuted[~wide] = permute(numbers[~wide], plain, key)
    permuted[wide] = plain + permute(numbers[wide] - plain, spread_space(digits) - plain, key)
    return random_texts(permuted, digits)


def _date_part(token: str, instants: I64 | int, size: int) -> list[Any]:
    days = np.asarray(instants, dtype=np.int64) // DAY_SECONDS
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    if token == "year":
        values = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    elif token == "month":
        values = months.astype(np.int64) % 12 + 1
    else:
        values = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    result: list[Any] = np.broadcast_to(values, (size,)).tolist()
    return result


def referred_rows(hashes: U64) -> I64:
    """Rows of the target that references point to."""
    return hashing.below(hashes, REFERENCE_ROWS)


def reference(column_at: Callable[[Frame, I64], Column]) -> Maker:
    """Ids of another entity: `column_at` gives its id column at any rows."""

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return column_at(frame, referred_rows(hashes[0]))

    return make


def uuid() -> Maker:
    """Version 4 form, out of two hashes of a position: distinct but for chance (122 bits)."""

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        high, low = hashes[0], hashes[1]
        parts = (
            high >> np.uint64(32),
            (high >> np.uint64(16)) & np.uint64(0xFFFF),
            high & np.uint64(0xFFF),
            ((low >> np.uint64(48)) & np.uint64(0x3FFF)) | np.uint64(0x8000),
            low & np.uint64(0xFFFFFFFFFFFF),
        )
        return Formatted("%08x-%04x-4%03x-%04x-%012x", tuple(part.tolist for part in parts))

    return make


def digits(length: int) -> Maker:
    """`length` random digits (`card_last_four`); at most 9."""

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Formatted(f"%0{length}d", (hashing.below(hashes[0], 10**length).tolist,))

    return make
