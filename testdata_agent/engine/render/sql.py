"""Columns to SQL: CREATE TABLE once, then INSERT statements, those of a record together and its parents first.

A statement never spans two records, so that any slice of rows is whole statements and the bytes do not depend on how
rows were sliced.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.render.base import Rendering, Writer
from testdata_agent.engine.render.cells import Row
from testdata_agent.engine.render.ddl import create_tables
from testdata_agent.engine.render.flat import Kind
from testdata_agent.engine.render.literals import NOTATIONS, SqlNotation
from testdata_agent.engine.render.names import quoted
from testdata_agent.engine.render.pieces import Forms, Piece, forms_of, merge, parts_of, texts_of
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.render.tables import Table, tables_of
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.synthesis.columns import I64, Bools, Part, objects
from testdata_agent.engine.synthesis.frame import ITEM, ROOT, Frame
from testdata_agent.engine.synthesis.parts import joined, wholes

#: Rows of one INSERT at the most.
MAX_ROWS = 500


class SqlRendering(Rendering):
    """Records as statements."""

    enveloped = False

    def __init__(self, schema: Schema, dialect: Dialect, *, money_digits: int) -> None:
        """Takes the effective schema, whose SQL is written, and the most digits after the point of its money.

        Raises:
            InvalidRequest: A name or a value cannot be SQL, or a table has too many columns.
        """
        faults = list(_unwritable(schema))
        if faults:
            raise InvalidRequest(faults)
        self._dialect = dialect
        self._first = tables_of(schema, dialect)
        self.head = create_tables(self._first, dialect, money_digits)

    @property
    def key(self) -> Hashable:
        """See Rendering."""
        return "sql", self._dialect, self.head

    def writer(self) -> Writer:
        """See Rendering."""
        return Writer(lambda frame: _Template(self._first, frame, NOTATIONS[self._dialect]))

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:
        """See Rendering."""
        return "".join([self.head, *rows]) if head else "".join(rows)


def _unwritable(schema: Schema) -> Iterator[Violation]:
    if "\0" in schema.name:
        yield Violation("schema.name", "INVALID_FIELD_NAME", "a table's name cannot hold the character NUL")
    for path, spec in schema.leaves():
        if any(isinstance(value, str) and "\0" in value for value in spec.values or ()):
            words = f"a value of {path} holds the character NUL, which SQL text cannot: ask for json, ndjson or csv"
            yield Violation("output_format", "OUT_OF_RANGE", words)


class _Template:
    """How frames of one form become statements."""

    def __init__(self, first: Table, frame: Frame, notation: SqlNotation) -> None:
        row = Row(frame, notation)
        cells = row.members(first.cells, ROOT)
        lead: list[Piece] = [_insert_into(first)]
        if first.primary_path is None:
            lead += ["(", _row_numbers, "," if cells else ""]
        else:
            lead.append("(")
        self._pieces = merge([*lead, *cells, ");\n"])
        self._key = _key_pieces(first, row)
        self._children = [_ChildTemplate(child, row) for child in first.children]
        self._paths = row.paths
        self._forms: Forms = forms_of(frame, row.paths)

    def fits(self, frame: Frame) -> bool:
        """See Template."""
        return forms_of(frame, self._paths) == self._forms

    def rows(self, frame: Frame, tail: Sequence[Part]) -> list[str]:  # noqa: ARG002 - there is no envelope
        """See Template."""
        parts = parts_of(self._pieces, frame)
        if self._children:
            keys = objects(texts_of(self._key, frame, ROOT))
            for child in self._children:
                parts += child.statements(frame, keys, None, None)
        return joined(parts, frame.levels[ROOT].size)


class _ChildTemplate:
    """How the items of one array, and what they hold, become statements."""

    def __init__(self, table: Table, row: Row) -> None:
        self._path = table.path
        self._insert = _insert_into(table)
        (item,) = table.cells if table.cells and not table.cells[0].name else (None,)
        pieces = row.members(table.cells, table.path) if item is None else row.item(item)
        if item is None and table.cells:
            width = sum(cell.width for cell in table.cells)
            pieces = row.where_item(pieces, table.path, width)
        self._pieces = merge([",", *pieces, ")"] if pieces else [")"])
        self._item_there = row.there_of(table.path + ITEM)
        self._there = [there for path in table.above if (there := row.there_of(path)) is not None]
        self._children = [_ChildTemplate(child, row) for child in table.children]

    def statements(
        self, frame: Frame, keys: "np.ndarray[tuple[int], np.dtype[np.object_]]", there: Bools | None, ends: I64 | None
    ) -> Iterator[list[str]]:
        """One text a record for this table and each below it.

        Args:
            frame: The block.
            keys: Keys of the parent's rows, as they stand in a statement.
            there: Which of the parent's rows there are; None: all.
            ends: Where the parent's rows of each record end, the first 0; None: a record is one.
        """
        level = frame.levels[self._path]
        assert level.owners is not None
        assert level.children is not None
        assert level.offsets is not None
        own_keys = joined([keys[level.owners].tolist(), ",", wholes(level.children)], level.size)
        texts = joined(["(", own_keys, *parts_of(self._pieces, frame)], level.size)
        for known in self._there:
            there = known(frame) if there is None else there & known(frame)
        items_there = None if there is None else there[level.owners]
        item_ends = level.offsets if ends is None else level.offsets[ends]
        shown = item_ends
        if items_there is not None and not items_there.all():
            texts = [text for text, here in zip(texts, items_there.tolist(), strict=True) if here]
            shown = np.concatenate([[0], items_there.cumsum()])[item_ends]
        yield [self._statement(texts[start:stop]) for start, stop in pairwise(shown.tolist())]
        if self._children:
            below = objects(own_keys)
            if self._item_there is not None:  # an item that is null is a row, and holds nothing
                known_items = self._item_there(frame)
                items_there = known_items if items_there is None else items_there & known_items
            for child in self._children:
                yield from child.statements(frame, below, items_there, item_ends)

    def _statement(self, rows: list[str]) -> str:
        if not rows:
            return ""
        if len(rows) <= MAX_ROWS:
            return self._insert + ",".join(rows) + ";\n"
        return "".join(self._statement(rows[start : start + MAX_ROWS]) for start in range(0, len(rows), MAX_ROWS))


def _insert_into(table: Table) -> str:
    names = ", ".join(map(quoted, [*table.keys, *(column.name for column in table.columns)]))
    return f"INSERT INTO {quoted(table.name)} ({names}) VALUES "


def _row_numbers(frame: Frame) -> Sequence[Part]:
    return [wholes(frame.levels[ROOT].rows)]


def _key_pieces(first: Table, row: Row) -> list[Piece]:
    """The key of a record as children say it."""
    if first.primary_path is None:
        return [_row_numbers]
    key = next(column.cells for column in first.columns if column.cells.path == first.primary_path)
    assert key.kind is Kind.LEAF
    return row.cells(key, ROOT)
