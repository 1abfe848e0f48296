"""Rows of a table as records of a schema: columns find their fields by name, values their JSON form."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, Field, FieldType, Schema, walk

_APART: Final = re.compile(r"[^a-z0-9]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HELD: Final = frozenset({FieldType.OBJECT, FieldType.ARRAY})


def fields_of_columns(columns: Iterable[str], schema: Schema) -> dict[str, str]:
    """The field that each column holds; columns of no field are left out, and so are those of fields in lists.

    `shipping_address.city`, `shipping_address_city` and `ShippingAddressCity` are one.
    """
    known: dict[str, str] = {}
    for path, _ in _outside_lists(schema):
        known.setdefault(_plain(path), path)
    found: dict[str, str] = {}
    for column in columns:
        named = known.get(_plain(column))
        if named is not None and named not in found.values():
            found[column] = named
    return found


def records_of_rows(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], schema: Schema
) -> list[dict[str, Any]]:
    """Records with what the columns hold; see `fields_of_columns`. What has no JSON form is left out."""
    fields = dict(_outside_lists(schema))
    records: list[dict[str, Any]] = []
    for row in rows:
        record: dict[str, Any] = {}
        for column, path in columns.items():
            value = _value(fields[path], row.get(column))
            if value is not None or (row.get(column) is None and fields[path].nullable):
                _put(record, path, value)
        records.append(record)
    return records


def _outside_lists(schema: Schema) -> list[tuple[str, Field]]:
    lists = [path + "." for path, spec in walk(schema.fields, "") if spec.type is FieldType.ARRAY]
    return [(path, spec) for path, spec in walk(schema.fields, "") if not path.startswith(tuple(lists))]


def _plain(name: str) -> str:
    return _APART.sub("", _CAMEL.sub("_", name).lower())


def _put(record: dict[str, Any], path: str, value: Any) -> None:
    *heads, name = path.split(".")
    for head in heads:
        inner = record.setdefault(head, {})
        if not isinstance(inner, dict):
            return
        record = inner
    record.setdefault(name, value)


def _value(spec: Field, value: Any) -> Any:
    """A cell's value as JSON holds it; None where it has no such form."""
    if isinstance(value, bytes | bytearray | memoryview) or value is None:
        return None
    if isinstance(value, str) and spec.type in _HELD:
        return _parsed(value)
    if isinstance(value, datetime):
        return _moment(spec, value)
    if isinstance(value, date):
        return value.isoformat() + ("T00:00:00Z" if spec.type is FieldType.DATETIME else "")
    if isinstance(value, str) and spec.type is FieldType.DATETIME:
        return _written(value)
    if isinstance(value, Enum):
        value = value.value
    if spec.type is FieldType.BOOLEAN:
        return bool(value) if isinstance(value, int) else _TRUTHS.get(str(value).lower())
    if spec.type in NUMERIC_TYPES:
        return _number(spec, value)
    if isinstance(value, UUID) or (spec.type in TEXT_TYPES and isinstance(value, int | Decimal)):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | dict) else None


_TRUTHS: Final = {"t": True, "true": True, "y": True, "yes": True, "f": False, "false": False, "n": False, "no": False}


def _number(spec: Field, value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            return None
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if spec.type is FieldType.INTEGER and value == int(value) else float(value)
    return value if isinstance(value, int | float) else None


def _moment(spec: Field, value: datetime) -> str:
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    text = aware.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    return text[:10] if spec.type is FieldType.DATE else text


def _written(text: str) -> str | None:
    """A moment as SQLite holds it: with a blank, without an offset, with fractions."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _moment(Field(name="", type=FieldType.DATETIME), found)


def _parsed(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, list | dict) else None
