"""Columns to CSV (RFC 4180), laid out as `flat` says. The convention is told in docs/formats.md.

What is absent or null is an empty cell, an empty text is one in quotation marks, so that the two can be told apart.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import orjson

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.render.base import Rendering, Writer
from testdata_agent.engine.render.cells import Notation, Row
from testdata_agent.engine.render.flat import Cells, Kind, column_names, laid_out
from testdata_agent.engine.render.json import BOOLEANS
from testdata_agent.engine.render.pieces import Forms, Piece, Slot, forms_of, merge, parts_of, texts_of
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import Part
from testdata_agent.engine.synthesis.frame import ROOT, Frame
from testdata_agent.engine.synthesis.parts import joined

LINE_END = "\r\n"
_SPECIAL = re.compile('[",\r\n]')
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = frozenset("=+-@\t\r")


def cell(text: str) -> str:
    """A text as a cell, in quotation marks only where it has to be."""
    if text and _SPECIAL.search(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'


def guarded_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula: an apostrophe goes before what it would."""
    return cell("'" + text if text[:1] in _FORMULA and text else text)


class _Cells(Notation):
    """Values as cells: numbers, true and false as JSON writes them."""

    blank = ""
    quote = ""
    booleans = BOOLEANS

    def scalar(self, value: Any) -> str:
        """See Notation."""
        if value is None:
            return ""
        if isinstance(value, str):
            return self.text(value)
        text = orjson.dumps(value).decode()
        return cell(text) if isinstance(value, dict | list) else text

    def text(self, text: str) -> str:
        """One text."""
        return cell(text)

    def texts(self, texts: list[str], path: str) -> Sequence[Part]:  # noqa: ARG002 - any text can be written
        """See Notation."""
        together = "".join(texts)
        if '"' in together or "\n" in together or "\r" in together or "" in texts:
            return [list(map(cell, texts))]
        return [[f'"{text}"' if "," in text else text for text in texts] if "," in together else texts]

    def json(self, text: str) -> str:
        """See Notation."""
        return cell(text)


class _GuardedCells(_Cells):
    """Cells that no spreadsheet takes for a formula."""

    plain = False

    def text(self, text: str) -> str:
        """See _Cells."""
        return guarded_cell(text)

    def texts(self, texts: list[str], path: str) -> Sequence[Part]:  # noqa: ARG002 - any text can be written
        """See Notation."""
        return [list(map(guarded_cell, texts))]


CELLS, GUARDED_CELLS = _Cells(), _GuardedCells()


class CsvRendering(Rendering):
    """Records as lines of cells."""

    enveloped = False

    def __init__(self, fields: Mapping[str, Field], lengths: Mapping[str, int], *, guard_formulas: bool) -> None:
        """Takes the record's fields, the most items of its arrays, and whether to guard cells.

        Raises:
            InvalidRequest: Two columns would have one name.
        """
        self._notation = GUARDED_CELLS if guard_formulas else CELLS
        self._cells = laid_out(fields, lengths)
        self._key = ("csv", guard_formulas, tuple(lengths.items()))
        names = list(column_names(self._cells))
        twice = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
        if twice:
            words = f"two columns would be named {min(twice)[:60]!r}: rename a field, or ask for json or sql"
            raise InvalidRequest([Violation("output_format", "COLUMN_COLLISION", words)])
        self.head = ",".join(map(self._notation.text, names)) + LINE_END

    @property
    def key(self) -> Hashable:
        """See Rendering."""
        return self._key

    def writer(self) -> Writer:
        """See Rendering."""
        return Writer(lambda frame: _Template(self._cells, frame, self._notation))

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:
        """See Rendering."""
        return "".join([self.head, *rows]) if head else "".join(rows)


class _Template:
    """How frames of one form become lines."""

    def __init__(self, cells: Sequence[Cells], frame: Frame, notation: Notation) -> None:
        row = _Spread(frame, notation)
        self._pieces = merge([*row.members(cells, ROOT), LINE_END])
        self._paths = row.paths
        self._forms: Forms = forms_of(frame, row.paths)

    def fits(self, frame: Frame) -> bool:
        """See Template."""
        return forms_of(frame, self._paths) == self._forms

    def rows(self, frame: Frame, tail: Sequence[Part]) -> list[str]:  # noqa: ARG002 - there is no envelope
        """See Template."""
        return joined(parts_of(self._pieces, frame), frame.levels[ROOT].size)


class _Spread(Row):
    """A row in which arrays are spread over columns."""

    def cells(self, cells: Cells, level: str) -> list[Piece]:
        """See Row."""
        if cells.kind is not Kind.ARRAY:
            return super().cells(cells, level)
        return self.where_there([_items(self.item(cells.members[0]), cells)], cells.path, level, cells.width)


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
