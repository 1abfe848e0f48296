"""Python values as the wire and the engine take them: as text, and as JSON."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID


def literal(value: Any) -> str:
    """A value as an override has it: a text as it is (`"50-100"` is a range), all else as JSON writes it.

    Dates and instants are written by ISO 8601.

    Raises:
        TypeError: JSON has nothing like it.
    """
    if isinstance(value, Enum):
        return literal(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    text = as_json(value)
    return str(json.loads(text)) if isinstance(value, (date, UUID)) else text


def as_json(value: Any) -> str:
    """The JSON of plain data, and of what records hold besides: dates, decimals, UUIDs, members of enumerations.

    Raises:
        TypeError: JSON has nothing like it.
        ValueError: It holds itself.
    """
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"a {type(value).__name__} is nothing that JSON can hold")
