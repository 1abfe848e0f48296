"""Makers of the literals that overrides fix."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.columns import Choices, Column, Numbers
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import choices, numbers, times
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scales import scaled_value


def fixed(spec: Field, value: Any, scale: int) -> Maker:
    """The literal of an override: everywhere, or item by item when it is a list."""
    if isinstance(value, list):
        if spec.type in NUMERIC_TYPES:
            return numbers_of(choices.per_child(value), value, scale)
        if spec.type in TIME_TYPES or spec.type is FieldType.BOOLEAN:
            return _listed([fixed(spec, entry, scale) for entry in value])
        return choices.per_child(value)
    if spec.type in NUMERIC_TYPES:
        return numbers.constant(scaled_value(value, scale), scale)
    if spec.type in TIME_TYPES:
        return times.constant(value, days=spec.type is FieldType.DATE)
    if spec.type is FieldType.BOOLEAN:
        return choices.always(value)
    return choices.constant(value)


def numbers_of(inner: Maker, values: Sequence[Any], scale: int) -> Maker:
    """Choices among numbers, as numbers."""
    table = np.array([scaled_value(value, scale) for value in values], dtype=np.int64)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        chosen = inner(frame, level, hashes)
        assert isinstance(chosen, Choices)
        return Numbers(table[chosen.codes], scale)

    return make


def _listed(makers: Sequence[Maker]) -> Maker:
    """The i-th maker for the i-th item; all make columns with plain values."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        made: list[Any] = [maker(frame, level, hashes) for maker in makers]
        assert level.children is not None
        result = made[0]
        for number, column in enumerate(made[1:], start=1):
            result.values = np.where(level.children == number, column.values, result.values)
        return result  # type: ignore[no-any-return]

    return make
