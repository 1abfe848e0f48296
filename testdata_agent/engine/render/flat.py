"""Records laid out as cells: what a table without tables inside holds.

A member of an object is a column of its own, `shipping_address.city`; so is each item of an array, up to the most that
it can have, `items[0].sku`. What cannot be laid out so is one cell of JSON text: a field that may be of several kinds,
an object whose members are not known, an array of arrays, and an array that would take more than MAX_COLUMNS.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from testdata_agent.engine.schema.model import Field, FieldType

#: Columns that arrays may spread a table over; the longest arrays become one cell each where they would take more.
MAX_COLUMNS = 2000


class Kind(Enum):
    """What a part of a record becomes."""

    LEAF = "leaf"
    OBJECT = "object"
    ARRAY = "array"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Cells:
    """A field as the cells that it takes.

    Attributes:
        path: Of its column in frames.
        members: Of an object; of an array, its one item.
        most: Items of an array.
        width: Columns that it takes.
    """

    name: str
    path: str
    spec: Field
    kind: Kind
    members: tuple["Cells", ...] = ()
    most: int = 1
    width: int = 1


def kind_of(spec: Field) -> Kind:
    """What a field becomes where there is room for it."""
    if spec.type is FieldType.OBJECT:
        return Kind.OBJECT if spec.fields else Kind.JSON
    if spec.type is FieldType.ARRAY:
        return Kind.JSON if spec.item is None or spec.item.type in _WITHIN_JSON else Kind.ARRAY
    return Kind.JSON if spec.type is FieldType.VARIANT else Kind.LEAF


def laid_out(fields: Mapping[str, Field], lengths: Mapping[str, int]) -> tuple[Cells, ...]:
    """The cells of a record; `lengths` are the most items of arrays by their paths."""
    folded = set[str]()
    while True:
        cells = tuple(_cells(spec, name, name, lengths, folded) for name, spec in fields.items())
        if sum(cell.width for cell in cells) <= MAX_COLUMNS:
            return cells
        widest = max(_arrays(cells), key=lambda array: array.width, default=None)
        if widest is None:
            return cells
        folded.add(widest.path)


def column_names(cells: Sequence[Cells], prefix: str = "") -> Iterator[str]:
    """The names of the columns, in order."""
    for cell in cells:
        yield from _names(cell, prefix + cell.name)


def _names(cell: Cells, name: str) -> Iterator[str]:
    if cell.kind is Kind.OBJECT:
        yield from column_names(cell.members, name + ".")
    elif cell.kind is Kind.ARRAY:
        for number in range(cell.most):
            yield from _names(cell.members[0], f"{name}[{number}]")
    else:
        yield name


def _cells(spec: Field, name: str, path: str, lengths: Mapping[str, int], folded: set[str]) -> Cells:
    kind = kind_of(spec)
    if kind is Kind.OBJECT:
        assert spec.fields is not None
        members = tuple(_cells(inner, key, f"{path}.{key}", lengths, folded) for key, inner in spec.fields.items())
        return Cells(name, path, spec, kind, members, width=sum(member.width for member in members))
    if kind is Kind.ARRAY and path not in folded:
        assert spec.item is not None
        item, most = _cells(spec.item, "", path, lengths, folded), max(1, lengths[path])
        return Cells(name, path, spec, kind, (item,), most, most * item.width)
    return Cells(name, path, spec, Kind.JSON if kind is Kind.ARRAY else kind)


def _arrays(cells: Sequence[Cells]) -> Iterator[Cells]:
    for cell in cells:
        if cell.kind is Kind.ARRAY:
            yield cell
        yield from _arrays(cell.members if cell.kind is Kind.OBJECT else ())


#: Items that make their array one cell.
_WITHIN_JSON = frozenset({FieldType.ARRAY, FieldType.VARIANT})
