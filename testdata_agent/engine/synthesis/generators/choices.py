"""Values out of closed lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.synthesis.columns import Booleans, Choices, Column, Words
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64, below
from testdata_agent.engine.synthesis.tables import Weights

_PERCENT = 100


def weighted(values: Sequence[Any], weights: Sequence[int] | None) -> Maker:
    """One of `values`, by integer weights (None: all alike)."""
    words = Words(values)
    table = Weights.of(weights or [1] * len(values))

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(table.at(hashes[0]), words)

    return make


def weighted_by(by: str, values: Sequence[Any], weights: Mapping[str, Sequence[int]]) -> Maker:
    """One of `values`, by the integer weights that stand under the value of the choice `by`."""
    words = Words(values)
    numbers = {text: number for number, text in enumerate(weights)}
    tables = np.stack([Weights.of(row).lookup for row in weights.values()])
    shift = np.uint64(64 - (tables.shape[1].bit_length() - 1))

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        other = frame.columns[by]
        assert isinstance(other, Choices)
        number_of = np.array([numbers[str(text)] for text in other.words.texts], dtype=np.int64)
        return Choices(tables[number_of[other.codes], (hashes[0] >> shift).astype(np.int64)], words)

    return make


def boolean(percent_true: int) -> Maker:
    """True in this percentage of the rows."""

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Booleans(below(hashes[0], _PERCENT) < percent_true)

    return make


def always(value: bool) -> Maker:
    """True, or false, everywhere."""

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Booleans(np.full(level.size, value))

    return make


def first_true() -> Maker:
    """True for the first item of each array alone (`is_default`)."""

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        assert level.children is not None
        return Booleans(level.children == 0)

    return make


def constant(value: Any) -> Maker:
    """The same text everywhere."""
    words = Words([value])

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Choices(np.zeros(level.size, dtype=np.int64), words)

    return make


def per_child(values: Sequence[Any]) -> Maker:
    """The i-th value for the i-th item of each array: an array given as a literal."""
    words = Words(values)

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        assert level.children is not None
        return Choices(level.children, words)

    return make
