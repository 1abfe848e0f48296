"""Columns to CSV (RFC 4180), laid out as `flat` says. The convention is told in docs/formats.md.

What is absent or null is an empty cell, an empty text is one in quotation marks, so that the two can be told apart.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson
from numpy import where
from numpy.typing import NDArray

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.render import calendar
from testdata_agent.engine.render import json as json_render
from testdata_agent.engine.render.base import Rendering, Writer
from testdata_agent.engine.render.flat import Cells, Kind, column_names, laid_out
from testdata_agent.engine.render.pieces import (
    Forms,
    Piece,
    Slot,
    drawn_of,
    forms_of,
    merge,
    parts_of,
    run_of,
    texts_of,
)
from testdata_agent.engine.schema.model import Field
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
from testdata_agent.engine.synthesis.frame import ITEM, NULL, PRESENT, ROOT, Frame
from testdata_agent.engine.synthesis.parts import decimals, joined

LINE_END = "\r\n"
_SPECIAL = re.compile('[",\r\n]')
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r")
#: Gives the cell of any JSON scalar; nothing for None.
Write = Callable[[Any], str]


def cell(text: str) -> str:
    """A text as a cell, in quotation marks only where it has to be."""
    if text and _SPECIAL.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'


def guarded_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula: an apostrophe goes before what it would."""
    return cell("'" + text if text[:1] in _FORMULA and text else text)


def scalar(value: Any) -> str:
    """A JSON value as a cell: numbers, true and false as JSON writes them."""
    return _written(value, cell)


def guarded_scalar(value: Any) -> str:
    """`scalar` with texts guarded."""
    return _written(value, guarded_cell)


def _written(value: Any, text_cell: Callable[[str], str]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return text_cell(value)
    text = orjson.dumps(value).decode()
    return cell(text) if isinstance(value, dict | list) else text


class CsvRendering(Rendering):
    """Records as lines of cells."""

    enveloped = False

    def __init__(self, fields: Mapping[str, Field], lengths: Mapping[str, int], *, guard_formulas: bool) -> None:
        """Takes the record's fields, the most items of its arrays, and whether to guard cells.

        Raises:
            InvalidRequest: Two columns would have one name.
        """
        self._guard = guard_formulas
        self._cells = laid_out(fields, lengths)
        self._key = ("csv", guard_formulas, tuple(lengths.items()))
        names = list(column_names(self._cells))
        twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
        if twice:
            words = f"two columns would be named {min(twice)[:60]!r}: rename a field, or ask for json or sql"
            raise InvalidRequest([Violation("output_format", "COLUMN_COLLISION", words)])
        self.head = ",".join(map(guarded_cell if guard_formulas else cell, names)) + LINE_END

    @property
    def key(self) -> Hashable:
        """See Rendering."""
        return self._key

    def writer(self) -> Writer:
        """See Rendering."""
        cells, guard = self._cells, self._guard
        return Writer(lambda frame: _Template(cells, frame, guarded=guard))

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:
        """See Rendering."""
        return "".join([self.head, *rows]) if head else "".join(rows)


class _Template:
    """How frames of one form become lines."""

    def __init__(self, cells: Sequence[Cells], frame: Frame, *, guarded: bool) -> None:
        self._frame, self._paths = frame, list[str]()
        self._text, self._scalar = (guarded_cell, guarded_scalar) if guarded else (cell, scalar)
        self._guarded = guarded
        self._pieces = merge([*self._members(cells, ROOT), LINE_END])
        self._forms: Forms = forms_of(frame, self._paths)
        del self._frame

    def fits(self, frame: Frame) -> bool:
        """See Template."""
        return forms_of(frame, self._paths) == self._forms

    def rows(self, frame: Frame, tail: Sequence[Part]) -> list[str]:  # noqa: ARG002 - there is no envelope
        """See Template."""
        return joined(parts_of(self._pieces, frame), frame.levels[ROOT].size)

    def _members(self, cells: Sequence[Cells], level: str) -> list[Piece]:
        """Cells with the commas between them."""
        pieces: list[Piece] = []
        pending = list(cells)
        while pending:
            if pieces:
                pieces.append(",")
            run = run_of(self._frame, (cell.path if cell.kind is Kind.LEAF else "" for cell in pending))
            if len(run) > 1:
                self._paths += run
                pieces.append(self._fused(run))
            else:
                pieces += self._cells(pending[0], level)
            del pending[: max(1, len(run))]
        return pieces

    def _cells(self, cells: Cells, level: str, hidden: str = "") -> list[Piece]:
        """The cells of a field; `hidden` is the path of its hidden columns, if another."""
        path = cells.path
        if cells.kind is Kind.LEAF:
            self._paths.append(path)
            return [self._leaf(path)]
        if cells.kind is Kind.OBJECT:
            pieces = self._members(cells.members, level)
        elif cells.kind is Kind.ARRAY:
            pieces = [_items(self._cells(cells.members[0], path, path + ITEM), cells)]
        else:
            pieces = [self._json(cells, level)]
        return self._where_there(pieces, hidden or path, level, cells.width)

    def _where_there(self, pieces: list[Piece], path: str, level: str, width: int) -> list[Piece]:
        """Empty cells in place of an object or array that is absent or null."""
        hidden = [(path + end, end is PRESENT) for end in (PRESENT, NULL) if path + end in self._frame.columns]
        if not hidden:
            return pieces
        merged, blank = merge(pieces), "," * (width - 1)

        def slot(frame: Frame) -> Sequence[Part]:
            there: Any = True
            for name, wanted in hidden:
                there = there & (truths(frame.columns[name]) == wanted)
            texts = texts_of(merged, frame, level)
            return [[text if there else blank for text, there in zip(texts, there.tolist(), strict=True)]]

        return [slot]

    def _leaf(self, path: str) -> Piece:
        column, write = self._frame.columns[path], self._scalar
        if isinstance(column, Choices) and len(column.words) == 1 and column.present is None and column.nulls is None:
            return str(column.words.written(write)[0])
        certain = _CERTAIN.get(type(column))
        if certain is None:
            certain = self._texts if isinstance(column, Texts | Formatted) else None
        if certain is None:
            return lambda frame: [_chosen(frame.columns[path], write)]
        if column.present is None and column.nulls is None:
            return lambda frame: certain(frame.columns[path])

        def slot(frame: Frame) -> Sequence[Part]:
            column = frame.columns[path]
            drawn = column.drawn if isinstance(column, Numbers) else None
            there = there_of(column)
            if drawn is not None:
                return [_chosen(Choices(drawn.codes, drawn.words, there), write)]
            texts = joined(certain(column), len(there))
            return [[text if here else "" for text, here in zip(texts, there.tolist(), strict=True)]]

        return slot

    def _texts(self, column: Any) -> Sequence[Part]:
        """Texts of any kind."""
        if isinstance(column, Formatted):
            made = column.make()
            if column.safe and not self._guarded:
                return made
            return [self._texts_written(joined(made, column.size))]
        return [self._texts_written(column.values)]

    def _texts_written(self, texts: list[str]) -> list[str]:
        together = "".join(texts)
        if self._guarded or '"' in together or "\n" in together or "\r" in together or "" in texts:
            return list(map(self._text, texts))
        return [f'"{text}"' if "," in text else text for text in texts] if "," in together else texts

    def _json(self, cells: Cells, level: str) -> Slot:
        """A cell of JSON text; empty for null, as elsewhere."""
        values = json_render.Values(self._frame)
        merged = merge(values.value(cells.spec, cells.path, level))
        self._paths += values.paths
        path = cells.path

        def slot(frame: Frame) -> Sequence[Part]:
            texts = ["" if text == "null" else cell(text) for text in texts_of(merged, frame, level)]
            column = frame.columns.get(path)
            if column is None or column.present is None:
                return [texts]
            return [[text if here else "" for text, here in zip(texts, column.present.tolist(), strict=True)]]

        return slot

    def _fused(self, paths: Sequence[str]) -> Slot:
        """Cells drawn together are one table look-up a row."""
        write = self._scalar

        def slot(frame: Frame) -> Sequence[Part]:
            run = [drawn_of(frame.columns[path]) for path in paths]
            first = run[0]
            if first is None or any(drawn is None or drawn.codes is not first.codes for drawn in run):
                return _apart([frame.columns[path] for path in paths], write)
            table = _fused_table([drawn.words for drawn in run if drawn is not None], write)
            return [table[first.codes].tolist()]

        return slot


def there_of(column: Column) -> Bools:
    """Where a column that lacks values has one: present and not null."""
    if column.nulls is None:
        assert column.present is not None
        return column.present
    return ~column.nulls if column.present is None else column.present & ~column.nulls


def _items(pieces: Sequence[Piece], cells: Cells) -> Slot:
    """The cells of all items, and empty ones up to the most that there can be."""
    merged, path, width = merge(pieces), cells.path, cells.width // cells.most
    blanks = ["," * (cells.width - 1)] + ["," * (width * (cells.most - there)) for there in range(1, cells.most + 1)]

    def slot(frame: Frame) -> Sequence[Part]:
        offsets = frame.levels[path].offsets
        assert offsets is not None
        texts = texts_of(merged, frame, path)
        return [[",".join(texts[start:stop]) + blanks[stop - start] for start, stop in pairwise(offsets.tolist())]]

    return slot


def _fused_table(words: Sequence[Words], write: Write) -> NDArray[Any]:
    named = (write, *map(id, words))
    table = words[0].fused.get(named)
    if table is None:
        rows = zip(*[column.written(write)[:-1] for column in words], strict=True)
        # The words in the key are kept alive by the columns of the plan that this table belongs to.
        table = words[0].fused[named] = objects(list(map(",".join, rows)))
    return table


def _apart(columns: Sequence[Column], write: Write) -> list[Part]:
    """Cells whose values were changed after they were drawn together."""
    parts: list[Part] = []
    for column in columns:
        if parts:
            parts.append(",")
        parts += _numbers(column) if isinstance(column, Numbers) else [_chosen(column, write)]
    return parts


def _chosen(column: Any, write: Write) -> list[str]:
    """Picked words; those of absent rows stand at the end of the table."""
    codes = column.codes
    if column.present is not None or column.nulls is not None:
        codes = where(there_of(column), codes, len(column.words))
    texts: list[str] = column.words.written(write)[codes].tolist()
    return texts


def _numbers(column: Any) -> Sequence[Part]:
    if column.drawn is not None:
        return [column.drawn.words.array[column.drawn.codes].tolist()]
    return decimals(column.values, column.scale)


_CERTAIN: Mapping[type, Callable[[Any], Sequence[Part]]] = {
    Numbers: _numbers,
    Instants: lambda column: calendar.instants(column.values),
    Dates: lambda column: [calendar.day_texts(column.values)],
    Booleans: lambda column: [json_render.BOOLEANS[column.values.view("i1")].tolist()],
}
