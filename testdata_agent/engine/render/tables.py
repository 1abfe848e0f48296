"""Records laid out as tables: one for the record, one for each array, a row an item.

Members of objects are columns of their object's table, joined by underscores (`shipping_address_city`). An array is a
table of its own, named after its parent's (`cart_items`), whose rows say the key of the record and their position, and
so do arrays inside of it. What cannot be laid out so is one column of JSON (see flat.kind_of).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.render.flat import Cells, Kind, kind_of
from testdata_agent.engine.render.names import Names
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.schema.model import Field, Schema

#: Columns of one table at the most.
MAX_COLUMNS = {Dialect.POSTGRESQL: 1600, Dialect.SQLITE: 2000}
#: Name of the key of records that have none of their own: the number of the row.
SURROGATE = "row_number"
POSITION = "position"
#: Name of the one column of an array of values.
VALUE = "value"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the schema's own.

    Attributes:
        cells: A leaf, or a column of JSON.
        needed: Whether every row has a value.
    """

    name: str
    cells: Cells
    needed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        path: Level of its rows in frames: the array's path, or ROOT.
        keys: Columns of the parent's key and, last, the position; of the first table the surrogate, if it has one.
        owner_keys: Names of the parent's key columns, which all of `keys` but the last refer to.
        primary: Names of its own key columns.
        primary_path: Of the first table: the field that is its key; None: the surrogate is.
        cells: Its cells in order, objects and all, as rows have them.
        columns: The columns of `cells`, in order.
        above: Paths of the array and of the objects above it in the parent's rows: where one is absent there are no
            items.
    """

    name: str
    path: str
    keys: tuple[str, ...]
    owner_keys: tuple[str, ...]
    primary: tuple[str, ...]
    primary_path: str | None
    cells: tuple[Cells, ...]
    columns: tuple[Column, ...]
    above: tuple[str, ...] = ()
    children: tuple["Table", ...] = ()

    def all(self) -> Iterator["Table"]:
        """This table and those below it, parents first."""
        yield self
        for child in self.children:
            yield from child.all()


def tables_of(schema: Schema, dialect: Dialect) -> Table:
    """The table of a schema's records, with those below it.

    Raises:
        InvalidRequest: A table has too many columns.
    """
    return _Layout(dialect).first(schema)


@dataclass(frozen=True, slots=True)
class _Array:
    """An array that becomes a table: its name within its parent's, and what stands above it."""

    name: str
    path: str
    item: Field
    above: tuple[str, ...]


class _Layout:
    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._tables = Names(dialect)

    def first(self, schema: Schema) -> Table:
        name = self._tables.give(schema.name)
        columns, cells, arrays, names = self._parts(schema.fields)
        key = next((column for column in columns if _is_key(column)), None)
        surrogate = () if key is not None else (names.give(SURROGATE),)
        primary = surrogate if key is None else (key.name,)
        path = None if key is None else key.cells.path
        table = Table(name, "", surrogate, (), primary, path, cells, columns)
        return self._with_children(table, arrays)

    def _child(self, parent: Table, array: _Array) -> Table:
        name = self._tables.give(f"{parent.name}_{array.name}")
        if array.item.fields and kind_of(array.item) is Kind.OBJECT:
            columns, cells, arrays, names = self._parts(
                array.item.fields, array.path + ".", needed=not array.item.nullable
            )
        else:
            names, arrays = Names(self._dialect), ()
            kind = _column_kind(array.item)
            cells = (Cells("", array.path, array.item, kind),)
            columns = (Column(names.give(VALUE), cells[0], not array.item.nullable),)
        keys = [names.give(key) for key in parent.primary[: 1 if not parent.owner_keys else -1]]
        if parent.owner_keys:
            keys.append(names.give(f"{parent.path.rpartition('.')[2]}_{POSITION}"))
        keys.append(names.give(POSITION))
        table = Table(name, array.path, tuple(keys), parent.primary, tuple(keys), None, cells, columns, array.above)
        return self._with_children(table, arrays)

    def _with_children(self, table: Table, arrays: tuple[_Array, ...]) -> Table:
        most, there = MAX_COLUMNS[self._dialect], len(table.keys) + len(table.columns)
        if there > most:
            words = f"the table {table.name[:60]!r} would have {there} columns, {self._dialect} has at most {most}"
            raise InvalidRequest(
                [Violation("output_format", "TOO_MANY_COLUMNS", f"{words}; ask for json, ndjson or csv")]
            )
        return replace(table, children=tuple(self._child(table, array) for array in arrays))

    def _parts(
        self, fields: Mapping[str, Field], path: str = "", *, needed: bool = True
    ) -> tuple[tuple[Column, ...], tuple[Cells, ...], tuple[_Array, ...], Names]:
        names, columns, arrays = Names(self._dialect), list[Column](), list[_Array]()
        cells = self._members(fields, "", path, (), needed=needed, names=names, columns=columns, arrays=arrays)
        return tuple(columns), cells, tuple(arrays), names

    def _members(
        self,
        fields: Mapping[str, Field],
        prefix: str,
        path: str,
        above: tuple[str, ...],
        *,
        needed: bool,
        names: Names,
        columns: list[Column],
        arrays: list[_Array],
    ) -> tuple[Cells, ...]:
        """The cells of an object's members; their columns and arrays are added to the lists."""
        found: list[Cells] = []
        for name, spec in fields.items():
            here, kind = path + name, kind_of(spec)
            if kind is Kind.ARRAY:
                assert spec.item is not None
                arrays.append(_Array(prefix + name, here, spec.item, (*above, here)))
                continue
            always = needed and spec.required and not spec.nullable
            if kind is Kind.OBJECT:
                assert spec.fields is not None
                inner = self._members(
                    spec.fields,
                    f"{prefix}{name}_",
                    here + ".",
                    (*above, here),
                    needed=always,
                    names=names,
                    columns=columns,
                    arrays=arrays,
                )
                if inner:
                    width = sum(cell.width for cell in inner)
                    found.append(Cells(name, here, spec, kind, inner, width=width))
                continue
            cell = Cells(name, here, spec, _column_kind(spec))
            columns.append(Column(names.give(prefix + name), cell, always))
            found.append(cell)
        return tuple(found)


def _column_kind(spec: Field) -> Kind:
    """A list of values of several kinds is JSON, too."""
    kinds = {_kind_of_value(value) for value in spec.values or () if value is not None}
    return Kind.JSON if len(kinds) > 1 or object in kinds else kind_of(spec)


def _kind_of_value(value: object) -> type:
    if isinstance(value, bool | str):
        return type(value)
    return float if isinstance(value, int | float | Decimal) else object


def _is_key(column: Column) -> bool:
    spec = column.cells.spec
    return spec.unique and column.needed and column.cells.kind is Kind.LEAF and "." not in column.cells.path
