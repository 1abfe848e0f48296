"""What tables hold once statements are loaded, beside what JSON says: built from the records, not from the renderer."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from testdata_agent.engine.render.flat import Kind
from testdata_agent.engine.render.tables import Column, Table
from testdata_agent.engine.schema.model import FieldType

Row = tuple[Any, ...]


def expected(table: Table, records: Sequence[dict[str, Any]], first_row: int = 0) -> dict[str, list[Row]]:
    """Table name to its rows, in the order of their keys' records."""
    rows: dict[str, list[Row]] = {each.name: [] for each in table.all()}
    for number, record in enumerate(records, start=first_row):
        key = number if table.primary_path is None else record[table.primary_path]
        own = [known(column, at(record, column.cells.path)) for column in table.columns]
        rows[table.name].append((*([key] if table.keys else []), *own))
        for child in table.children:
            _items(child, record, "", (key,), rows)
    return rows


def _items(table: Table, parent: dict[str, Any], path: str, keys: Row, rows: dict[str, list[Row]]) -> None:
    for position, item in enumerate(at(parent, _below(table.path, path)) or ()):
        own = (*keys, position)
        if table.cells and not table.cells[0].name:
            values: list[Any] = [known(table.columns[0], item)]
        else:
            values = [known(column, at(item, _below(column.cells.path, table.path))) for column in table.columns]
        rows[table.name].append((*own, *values))
        for child in table.children:
            _items(child, item or {}, table.path, own, rows)


def _below(path: str, above: str) -> str:
    return path[len(above) + 1 :] if above else path


def at(record: Any, path: str) -> Any:
    """The value at a path of objects; None where anything on the way is absent."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record


def known(column: Column, value: Any) -> Any:
    """A value so that it can be compared, whichever database or notation it comes from."""
    spec, kind = column.cells.spec, column.cells.kind
    if kind is Kind.JSON:
        return _plain(value)
    if value is None:
        return None
    if spec.type is FieldType.BOOLEAN:
        return bool(value)
    if spec.type is FieldType.DATETIME:
        return datetime.fromisoformat(value).timestamp()
    return Decimal(str(value)).normalize() if isinstance(value, int | float | Decimal) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in sorted(value.items())}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    return value


def loaded(table: Table, rows: Iterator[Sequence[Any]], *, json_is_text: bool) -> list[Row]:
    """Rows as a database gave them, its columns of JSON read or as text."""
    keys = len(table.keys)
    found = []
    for row in rows:
        values = list(row[keys:])
        if json_is_text:
            texts = [
                column.cells.kind is Kind.JSON and value is not None
                for column, value in zip(table.columns, values, strict=True)
            ]
            values = [json.loads(value) if text else value for value, text in zip(values, texts, strict=True)]
        own = [known(column, value) for column, value in zip(table.columns, values, strict=True)]
        found.append((*row[:keys], *own))
    return found
