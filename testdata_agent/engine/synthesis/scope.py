"""A frame as the rules see it."""

from dataclasses import dataclass

import numpy as np

from testdata_agent.engine.rules.columns import Vector
from testdata_agent.engine.rules.rulebook import Kind
from testdata_agent.engine.synthesis.columns import (
    I64,
    Booleans,
    Choices,
    Column,
    Dates,
    Formatted,
    Instants,
    Numbers,
    Texts,
    objects,
    truths,
)
from testdata_agent.engine.synthesis.frame import NULL, PRESENT, ROOT, Frame
from testdata_agent.engine.synthesis.parts import joined


@dataclass(frozen=True, slots=True)
class FrameScope:
    """Columns of a frame by path, as `rules.columns` takes them."""

    frame: Frame

    @property
    def rows(self) -> int:
        """Rows of the block."""
        return self.frame.levels[ROOT].size

    @property
    def as_of(self) -> int:
        """Epoch seconds that `now` stands for."""
        return self.frame.as_of

    def column(self, path: str) -> Vector:
        """The values of a field; of an object or array, where it is there."""
        columns, array = self.frame.columns, self.frame.levels.get(path) if path else None
        # At the path of an array of plain values stand its items.
        found = columns.get(path) if array is None else None
        if found is not None:
            return vector(found)
        present, nulls = columns.get(path + PRESENT), columns.get(path + NULL)
        there = None if present is None else truths(present)
        if nulls is not None:
            there = ~truths(nulls) if there is None else there & ~truths(nulls)
        if there is None and array is not None and array.offsets is not None:
            there = np.ones(len(array.offsets) - 1, dtype=bool)
        if there is None:
            raise KeyError(path)
        return Vector(Kind.OBJECT, there, 0, there)

    def offsets(self, array_path: str) -> I64:
        """Where each row's items begin and end."""
        offsets = self.frame.levels[array_path].offsets
        assert offsets is not None
        return offsets


def vector(column: Column) -> Vector:
    """A column as a vector of plain values; null counts as absent."""
    present = column.present
    if column.nulls is not None:
        present = ~column.nulls if present is None else present & ~column.nulls
    match column:
        case Numbers():
            return Vector(Kind.NUMBER, column.values, column.scale, present)
        case Instants():
            return Vector(Kind.INSTANT, column.values, 0, present)
        case Dates():
            return Vector(Kind.DATE, column.values, 0, present)
        case Booleans():
            return Vector(Kind.BOOLEAN, column.values, 0, present)
        case Choices():
            return Vector(Kind.TEXT, column.words.array[column.codes], 0, present)
        case Texts():
            return Vector(Kind.TEXT, objects(column.values), 0, present)
        case Formatted():
            return Vector(Kind.TEXT, objects(joined(column.make(), column.size)), 0, present)


def column_of(values: Vector) -> Column:
    """A derived vector as a column."""
    if values.kind is Kind.NUMBER:
        return Numbers(values.values, values.scale, values.present)
    if values.kind is Kind.INSTANT:
        return Instants(values.values, values.present)
    if values.kind is Kind.DATE:
        return Dates(values.values, values.present)
    if values.kind is Kind.BOOLEAN:
        return Booleans(values.values, values.present)
    return Texts([str(text) for text in values.values.tolist()], values.present)
