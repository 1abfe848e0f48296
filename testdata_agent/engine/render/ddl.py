"""CREATE TABLE statements."""

from collections.abc import Iterator

from testdata_agent.engine.render.flat import Kind
from testdata_agent.engine.render.literals import NOTATIONS
from testdata_agent.engine.render.names import quoted
from testdata_agent.engine.render.style import Dialect
from testdata_agent.engine.render.tables import Column, Table
from testdata_agent.engine.schema.model import FieldType

#: A closed list of more values than this is not written down as a CHECK.
MAX_CHECKED = 1000
#: Digits of a number whose digits after the point are known: the engine's numbers are 64-bit integers, scaled.
_DIGITS = 19
#: Characters of a text that is indexed, at the most: what PostgreSQL can index has an end.
_LONGEST_UNIQUE = 500
_INT64 = 2**63

_PLAIN = {
    FieldType.BOOLEAN: {Dialect.POSTGRESQL: "BOOLEAN", Dialect.SQLITE: "BOOLEAN"},
    FieldType.DATE: {Dialect.POSTGRESQL: "DATE", Dialect.SQLITE: "TEXT"},
    FieldType.DATETIME: {Dialect.POSTGRESQL: "TIMESTAMPTZ", Dialect.SQLITE: "TEXT"},
}
_WHOLE = {Dialect.POSTGRESQL: "BIGINT", Dialect.SQLITE: "INTEGER"}
_JSON = {Dialect.POSTGRESQL: "JSONB", Dialect.SQLITE: "TEXT"}


def create_tables(first: Table, dialect: Dialect, money_digits: int) -> str:
    """The statements that create a table and those below it, parents first.

    Args:
        first: The records' table.
        dialect: Whose SQL.
        money_digits: The most digits after the point of an amount of money.
    """
    return "\n".join(_Creation(dialect, money_digits).statements(first, None, ())) + "\n"


class _Creation:
    def __init__(self, dialect: Dialect, money_digits: int) -> None:
        self._dialect, self._money_digits = dialect, money_digits

    def statements(self, table: Table, parent: Table | None, owner_types: tuple[str, ...]) -> Iterator[str]:
        """A table's statement and those of the tables below; `owner_types` are those of the parent's key."""
        key_types = self._key_types(table, parent, owner_types)
        lines = [f"{quoted(name)} {kind} NOT NULL" for name, kind in zip(table.keys, key_types, strict=True)]
        lines += [self._column(column, unique=column.name not in table.primary) for column in table.columns]
        lines.append(f"PRIMARY KEY ({_listed(table.primary)})")
        if parent is not None:
            owner = _listed(table.keys[:-1])
            lines.append(f"FOREIGN KEY ({owner}) REFERENCES {quoted(parent.name)} ({_listed(parent.primary)})")
        inside = ",\n".join("  " + line for line in lines)
        yield f"CREATE TABLE IF NOT EXISTS {quoted(table.name)} (\n{inside}\n);"
        own = key_types or tuple(self._type(column) for column in table.columns if column.name in table.primary)
        for child in table.children:
            yield from self.statements(child, table, own)

    def _key_types(self, table: Table, parent: Table | None, owner_types: tuple[str, ...]) -> tuple[str, ...]:
        if parent is None:
            return (_WHOLE[self._dialect],) if table.keys else ()
        return (*owner_types, "INTEGER")

    def _column(self, column: Column, *, unique: bool) -> str:
        spec = column.cells.spec
        words = [quoted(column.name), self._type(column)]
        if column.needed:
            words.append("NOT NULL")
        if unique and spec.unique and column.cells.kind is Kind.LEAF and (spec.max_length or 0) <= _LONGEST_UNIQUE:
            words.append("UNIQUE")
        values = [value for value in spec.values or () if isinstance(value, str)]
        if column.cells.kind is Kind.LEAF and values and len(spec.values or ()) <= MAX_CHECKED:
            listed = ", ".join(map(NOTATIONS[self._dialect].text, values))
            words.append(f"CHECK ({quoted(column.name)} IN ({listed}))")
        return " ".join(words)

    def _type(self, column: Column) -> str:
        spec, dialect = column.cells.spec, self._dialect
        if column.cells.kind is Kind.JSON:
            return _JSON[dialect]
        listed = [value for value in spec.values or () if value is not None]
        if spec.type is FieldType.INTEGER or (listed and all(type(value) is int for value in listed)):
            ends = [*listed, spec.min, spec.max]
            wide = any(isinstance(end, int | float) and not -_INT64 <= end < _INT64 for end in ends)
            return "NUMERIC" if wide else _WHOLE[dialect]
        if spec.type is FieldType.FLOAT:
            digits = max(self._money_digits, spec.scale or 0) if spec.semantic == "money" else spec.scale
            return "NUMERIC" if digits is None or listed or digits > _DIGITS else f"NUMERIC({_DIGITS},{digits})"
        if listed and spec.type not in _PLAIN:
            return {bool: "BOOLEAN", str: "TEXT"}.get(type(listed[0]), "NUMERIC")
        return _PLAIN.get(spec.type, {}).get(dialect, "TEXT")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))
