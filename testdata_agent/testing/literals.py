"""Python values as the texts that overrides are written in."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any


def literal(value: Any) -> str:
    """A text as it is (`"50-100"` is a range); other values as JSON writes them, dates and instants as ISO 8601."""
    if isinstance(value, Enum):
        return literal(value.value)
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (bool, list, tuple, Mapping)):
        return json.dumps(value, default=str, ensure_ascii=False)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def literals(values: Mapping[str, Any]) -> dict[str, str]:
    """Field path to text."""
    return {path: literal(value) for path, value in values.items()}
