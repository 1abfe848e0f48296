"""CSV to records: reads back what `render/csv.py` writes, and what others write by the same convention.

The header's names say where a cell belongs, the schema what it is. An empty cell is absent; where its field is
required it is null (if the field may be), an empty array or an empty object. Two quotation marks are an empty text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from testdata_agent.engine.reading.errors import UnreadableText
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType, Schema

#: Characters of one record at the most: what is longer is a quotation mark that nobody closed.
MAX_RECORD = 16_000_000
#: Items that a column's name may number.
_MAX_ITEMS = 10_000

_CELL = re.compile(r'"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$)')
_ITEM = re.compile(r"\[([0-9]{1,5})\]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TEXTUAL = TEXT_TYPES | TIME_TYPES
_BOOLEANS = {"true": True, "false": False}

#: A cell; None where nothing stands in it, not even quotation marks.
Cell = str | None


class _Absent:
    """The value of what is not there."""


_ABSENT = _Absent()


def read_csv(lines: Iterable[str], schema: Schema) -> Iterator[dict[str, Any]]:
    """Yields the records of a CSV text, one at a time.

    Args:
        lines: The text's lines with their ends; a quoted cell may go over several.
        schema: Says what the columns hold. A column that it does not know becomes a member of its own name.

    Raises:
        UnreadableText: there is no header, a quotation mark stands where none can, a row is too long or too short.
    """
    table = _rows(lines)
    header = next(table, None)
    if header is None:
        raise UnreadableText("line 1: a CSV text begins with a line of column names")
    names = _names(header[1])
    root = _Node(Field(name="", type=FieldType.OBJECT, fields=schema.fields))
    for place, name in enumerate(names):
        _place(root, name, place)
    for number, cells in table:
        if len(cells) != len(names):
            words = f"line {number}: {len(cells)} cells where the header has {len(names)}"
            raise UnreadableText(words)
        yield root.object(cells)


def _names(header: Sequence[Cell]) -> list[str]:
    seen = set[str]()
    for place, name in enumerate(header, start=1):
        if not name:
            raise UnreadableText(f"line 1, cell {place}: a column without a name")
        if name in seen:
            raise UnreadableText(f"line 1, cell {place}: the column {name[:60]!r} is there twice")
        seen.add(name)
    return [name for name in header if name]


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[Cell]]]:
    """(number of its first line, cells) of every row."""
    pending: list[str] = []
    size = began = 0
    open_quote = single = False
    for number, line in enumerate(lines, start=1):
        began = began if pending else number
        pending.append(line.removeprefix("\ufeff") if number == 1 else line)  # a mark that some editors begin with
        size += len(line)
        open_quote ^= bool(line.count('"') % 2)
        if open_quote:
            if size > MAX_RECORD:
                break
            continue
        row = "".join(pending).removesuffix("\n").removesuffix("\r")
        pending, size = [], 0
        if not row and number > 1 and not single:
            continue
        cells = _split(row, began)
        single = len(cells) == 1
        yield began, cells
    if pending:
        raise UnreadableText(f"line {began}: a quotation mark is opened and never closed")


def _split(row: str, number: int) -> list[Cell]:
    if '"' not in row:
        return [text or None for text in row.split(",")]
    cells: list[Cell] = []
    at = 0
    while True:
        found = _CELL.match(row, at)
        if found is None:
            mend = "write a quotation mark in a cell twice, and the cell in quotation marks"
            raise UnreadableText(f"line {number}, cell {len(cells) + 1}: {mend}")
        quoted, plain = found.groups()
        cells.append(plain or None if quoted is None else quoted.replace('""', '"'))
        at = found.end() + 1
        if at > len(row):
            return cells


@dataclass(slots=True)
class _Node:
    """A part of the record: an object or array over several columns, or one column.

    Attributes:
        spec: None: the schema does not know it.
        members: By name, or by number of item.
        column: Where its own cell stands.
        columns: Where all cells of its parts stand.
    """

    spec: Field | None
    members: dict[str | int, "_Node"] = field(default_factory=dict)
    column: int | None = None
    columns: list[int] = field(default_factory=list)
    read: Callable[[str], Any] = str

    def value(self, cells: Sequence[Cell]) -> Any:
        """What the cells say; _ABSENT where they say nothing and nothing is needed."""
        if self.column is not None:
            text = cells[self.column]
            found = _ABSENT if text is None else self.read(text)
            return self._nothing() if found is _ABSENT else found
        if all(cells[place] is None for place in self.columns):
            nothing = self._nothing()
            if nothing is _ABSENT or nothing is None:
                return nothing
        if self.spec is not None and self.spec.type is FieldType.ARRAY:
            return self._items(cells)
        return self.object(cells)

    def object(self, cells: Sequence[Cell]) -> dict[str, Any]:
        """The members of an object that the cells speak of, or that have to be there."""
        found = {str(name): member.value(cells) for name, member in self.members.items()}
        return {name: value for name, value in found.items() if value is not _ABSENT}

    def _nothing(self) -> Any:
        """The value of empty cells."""
        spec = self.spec
        if spec is None or not spec.required:
            return _ABSENT
        if spec.nullable:
            return None
        return {FieldType.OBJECT: {}, FieldType.ARRAY: []}.get(spec.type, _ABSENT)

    def _items(self, cells: Sequence[Cell]) -> list[Any]:
        filled = [
            number for number, item in self.members.items() if any(cells[place] is not None for place in item.columns)
        ]
        items: list[Any] = []
        for number in range(max(map(int, filled), default=-1) + 1):
            item = self.members.get(number)
            value = _ABSENT if item is None else item.value(cells)
            items.append(None if value is _ABSENT else value)
        return items + self._empty_items(cells, len(items))

    def _empty_items(self, cells: Sequence[Cell], there: int) -> list[Any]:
        """Items that show in no cell, and have to be there where an array would else be too short."""
        assert self.spec is not None
        items: list[Any] = []
        for number in range(there, min(self.spec.min_items or 0, len(self.members))):
            item = self.members.get(number)
            value = _ABSENT if item is None else item.value(cells)
            if item is None or not _whole(item.spec, value):
                return []
            items.append(value)
        return items


def _whole(spec: Field | None, value: Any) -> bool:
    """Whether a value that stands for empty cells is one that its field may have."""
    if spec is None or value is _ABSENT:
        return False
    if value is None or spec.type is not FieldType.OBJECT:
        return True
    required = {name: member for name, member in (spec.fields or {}).items() if member.required}
    return all(name in value and _whole(member, value[name]) for name, member in required.items())


def _place(root: _Node, name: str, column: int) -> None:
    """Finds the node of a column by its name; a name that leads nowhere is that of an unknown member."""
    node = root
    root.columns.append(column)
    for step in _steps(root.spec, name):
        node = node.members.setdefault(step, _Node(_inside(node.spec, step)))
        node.columns.append(column)
    node.column, node.read = column, _reader(node.spec)


def _steps(spec: Field | None, name: str) -> list[str | int]:
    """The way to a column: names of members and numbers of items."""
    steps: list[str | int] = []
    rest = name
    while rest:
        if spec is not None and spec.type is FieldType.ARRAY:
            item = _ITEM.match(rest)
            if item is None or int(item[1]) >= _MAX_ITEMS:
                return [name]
            step: str | int = int(item[1])
            length = item.end()
        else:
            fields = spec.fields if spec is not None else None
            known = [key for key in fields or () if rest.startswith(key) and rest[len(key) :][:1] in {"", ".", "["}]
            step = max(known, key=len, default=rest)
            length = len(step)
        steps.append(step)
        spec, rest = _inside(spec, step), rest[length:].removeprefix(".")
    return steps


def _inside(spec: Field | None, step: str | int) -> Field | None:
    if isinstance(step, int):
        return spec.item if spec is not None else None
    return (spec.fields or {}).get(step) if spec is not None else None


def _reader(spec: Field | None) -> Callable[[str], Any]:
    """Reads the cells of a field; text that is of another kind stays text, and is the scorer's to name."""
    if spec is None:
        return str
    if spec.type in NUMERIC_TYPES:
        return _number
    if spec.values is not None and not all(isinstance(value, str) for value in spec.values):
        return _listed(spec.values)
    if spec.type in _TEXTUAL:
        return str
    return _boolean if spec.type is FieldType.BOOLEAN else _json


def _listed(values: Sequence[Any]) -> Callable[[str], Any]:
    by_cell = {value if isinstance(value, str) else orjson.dumps(value).decode(): value for value in values}
    return lambda text: by_cell.get(text, text)


def _number(text: str) -> Any:
    return orjson.loads(text) if _NUMBER.fullmatch(text) else text or _ABSENT


def _boolean(text: str) -> Any:
    return _BOOLEANS.get(text.lower(), text) if text else _ABSENT


def _json(text: str) -> Any:
    try:
        return orjson.loads(text) if text else _ABSENT
    except orjson.JSONDecodeError:
        return text
