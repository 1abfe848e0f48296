"""Columns to the cells of a table's rows, in whatever notation a format has for one value."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.render import calendar
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.render.flat import Cells, Kind
from testdata_agent.engine.render.pieces import Piece, Slot, drawn_of, merge, run_of, texts_of
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.synthesis.columns import (
    Booleans,
    Bools,
    Choices,
    Column,
    Dates,
    Formatted,
    Instants,
    Numbers,
    Part,
    Texts,
    Words,
    objects,
    truths,
)
from testdata_agent.engine.synthesis.frame import ITEM, NULL, PRESENT, Frame
from testdata_agent.engine.synthesis.parts import decimals, joined

#: After the path of what may be one cell of JSON: hidden texts, where they are known already.
WRITTEN = "#written"


class Notation(ABC):
    """How a format writes single values.

    Attributes:
        blank: What stands for no value.
        quote: What goes around dates and instants.
        booleans: False and true.
        plain: Whether texts of letters, digits, `-`, `.`, `_`, `@`, `+` and `:` need no more than `quote`.
    """

    blank: str
    quote: str
    booleans: NDArray[Any]
    plain: bool = True

    @abstractmethod
    def scalar(self, value: Any) -> str:
        """Any JSON value; `blank` for None."""

    @abstractmethod
    def texts(self, texts: list[str], path: str) -> Sequence[Part]:
        """Texts of a field."""

    @abstractmethod
    def json(self, text: str) -> str:
        """A JSON text as one value."""


class Row:
    """Pieces of cells for frames of the form of one of them.

    Attributes:
        paths: The columns that the pieces made so far look up.
    """

    def __init__(self, frame: Frame, notation: Notation) -> None:
        self._frame, self._notation = frame, notation
        self.paths: list[str] = []

    def members(self, cells: Sequence[Cells], level: str) -> list[Piece]:
        """Cells with the commas between them."""
        pieces: list[Piece] = []
        pending = list(cells)
        while pending:
            if pieces:
                pieces.append(",")
            run = run_of(self._frame, (cell.path if cell.kind is Kind.LEAF else "" for cell in pending))
            if len(run) > 1:
                self.paths += run
                pieces.append(self._fused(run))
            else:
                pieces += self.cells(pending[0], level)
            del pending[: max(1, len(run))]
        return pieces

    def cells(self, cells: Cells, level: str) -> list[Piece]:
        """The cells of one field."""
        if cells.kind is Kind.LEAF:
            self.paths.append(cells.path)
            return [self._leaf(cells.path)]
        pieces = self.members(cells.members, level) if cells.kind is Kind.OBJECT else self._json(cells, level)
        return self.where_there(pieces, cells.path, level, cells.width)

    def item(self, item: Cells) -> list[Piece]:
        """The cells of an array's items; `path` and level are the array's."""
        path = item.path
        if item.kind is Kind.LEAF:
            return self.cells(item, path)
        pieces = self.members(item.members, path) if item.kind is Kind.OBJECT else self._json(item, path)
        return self.where_item(pieces, path, item.width)

    def where_item(self, pieces: list[Piece], path: str, width: int) -> list[Piece]:
        """Blank cells in place of an item of the array at `path` that is null."""
        return self.where_there(pieces, path + ITEM, path, width)

    def where_there(self, pieces: list[Piece], path: str, level: str, width: int) -> list[Piece]:
        """Blank cells in place of an object, array or item that is absent or null."""
        there_of = self.there_of(path)
        if there_of is None:
            return pieces
        merged, blank = merge(pieces), ",".join([self._notation.blank] * width)

        def slot(frame: Frame) -> Sequence[Part]:
            texts, there = texts_of(merged, frame, level), there_of(frame).tolist()
            return [[text if here else blank for text, here in zip(texts, there, strict=True)]]

        return [slot]

    def there_of(self, path: str) -> Callable[[Frame], Bools] | None:
        """Tells where an object, array or item is there and not null; None: everywhere."""
        hidden = [(path + end, end is PRESENT) for end in (PRESENT, NULL) if path + end in self._frame.columns]
        if not hidden:
            return None

        def there(frame: Frame) -> Bools:
            states = [truths(frame.columns[name]) for name, _ in hidden]
            verdicts = [state == wanted for state, (_, wanted) in zip(states, hidden, strict=True)]
            result: Bools = np.logical_and.reduce(verdicts)
            return result

        return there

    def _leaf(self, path: str) -> Piece:
        column, notation = self._frame.columns[path], self._notation
        certain = column.present is None and column.nulls is None
        if isinstance(column, Choices):
            if len(column.words) == 1 and certain:
                return str(column.words.written(notation.scalar)[0])
            return lambda frame: [_chosen(frame.columns[path], notation.scalar)]
        write = self._writer(column, path)
        if certain:
            return lambda frame: write(frame.columns[path])

        def slot(frame: Frame) -> Sequence[Part]:
            column = frame.columns[path]
            drawn = column.drawn if isinstance(column, Numbers) else None
            there = _there(column)
            if drawn is not None:
                return [_chosen(Choices(drawn.codes, drawn.words, there), notation.scalar)]
            texts, blank = joined(write(column), len(there)), notation.blank
            return [[text if here else blank for text, here in zip(texts, there.tolist(), strict=True)]]

        return slot

    def _writer(self, column: Column, path: str) -> Callable[[Any], Sequence[Part]]:
        """What writes the values of a column, as if all were there."""
        notation, quote = self._notation, self._notation.quote
        if isinstance(column, Numbers):
            return numbers
        if isinstance(column, Booleans):
            return lambda column: [notation.booleans[column.values.view("i1")].tolist()]
        if isinstance(column, Dates):
            return lambda column: _around(quote, [calendar.day_texts(column.values)])
        if isinstance(column, Instants):
            return lambda column: _around(quote, calendar.instants(column.values))
        if isinstance(column, Texts):
            return lambda column: notation.texts(column.values, path)
        if isinstance(column, Formatted) and column.safe and notation.plain:
            return lambda column: _around(quote, column.make())
        return lambda column: notation.texts(joined(column.make(), column.size), path)

    def _json(self, cells: Cells, level: str) -> list[Piece]:
        """A cell of JSON text; blank for null, as elsewhere."""
        written = cells.path + (ITEM if level == cells.path else "") + WRITTEN
        if written in self._frame.columns:
            return [lambda frame: [self._json_texts(frame.columns[written].values)]]  # type: ignore[union-attr, arg-type]
        values = json_render.Values(self._frame)
        merged = merge(values.value(cells.spec, cells.path, level))
        self.paths += values.paths
        # An array has no column of its own: the one of its path is that of its items.
        path = cells.path if cells.spec.type is not FieldType.ARRAY else ""
        blank = self._notation.blank

        def slot(frame: Frame) -> Sequence[Part]:
            texts = self._json_texts(texts_of(merged, frame, level))
            column = frame.columns.get(path)
            if column is None or column.present is None:
                return [texts]
            return [[text if here else blank for text, here in zip(texts, column.present.tolist(), strict=True)]]

        return [slot]

    def _json_texts(self, texts: Sequence[str]) -> list[str]:
        notation = self._notation
        return [notation.blank if text == "null" else notation.json(text) for text in texts]

    def _fused(self, paths: Sequence[str]) -> Slot:
        """Cells drawn together are one table look-up a row."""
        notation = self._notation

        def slot(frame: Frame) -> Sequence[Part]:
            run = [drawn_of(frame.columns[path]) for path in paths]
            first = run[0]
            if first is None or any(drawn is None or drawn.codes is not first.codes for drawn in run):
                return _apart([frame.columns[path] for path in paths], notation)
            table = _fused_table([drawn.words for drawn in run if drawn is not None], notation)
            return [table[first.codes].tolist()]

        return slot


def numbers(column: Any) -> Sequence[Part]:
    """The numbers of a column as JSON writes them."""
    if column.drawn is not None:
        return [column.drawn.words.array[column.drawn.codes].tolist()]
    return decimals(column.values, column.scale)


def _there(column: Column) -> Bools:
    """Where a column that lacks values has one: present and not null."""
    if column.nulls is None:
        assert column.present is not None
        return column.present
    return ~column.nulls if column.present is None else column.present & ~column.nulls


def _around(quote: str, parts: Sequence[Part]) -> Sequence[Part]:
    return [quote, *parts, quote] if quote else parts


def _fused_table(words: Sequence[Words], notation: Notation) -> NDArray[Any]:
    named = (notation, *map(id, words))
    table = words[0].fused.get(named)
    if table is None:
        rows = zip(*[column.written(notation.scalar)[:-1] for column in words], strict=True)
        # The words in the key are kept alive by the columns of the plan that this table belongs to.
        table = words[0].fused[named] = objects(list(map(",".join, rows)))
    return table


def _apart(columns: Sequence[Column], notation: Notation) -> list[Part]:
    """Cells whose values were changed after they were drawn together."""
    parts: list[Part] = []
    for column in columns:
        if parts:
            parts.append(",")
        parts += numbers(column) if isinstance(column, Numbers) else [_chosen(column, notation.scalar)]
    return parts


def _chosen(column: Any, write: Callable[[Any], str]) -> list[str]:
    """Picked words; those of absent rows stand at the end of the table."""
    codes = column.codes
    if column.present is not None or column.nulls is not None:
        codes = np.where(_there(column), codes, len(column.words))
    texts: list[str] = column.words.written(write)[codes].tolist()
    return texts
