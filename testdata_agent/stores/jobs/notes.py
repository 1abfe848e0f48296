"""What the batches of a job note for its metadata, put together."""

from collections.abc import Mapping
from typing import Any


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers are added up, lists joined without repeats, objects merged likewise; of other values the later stays."""
    result = dict(one)
    for name, value in other.items():
        there = result.get(name)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            result[name] = merged(there, value)
        elif isinstance(value, list) and isinstance(there, list):
            result[name] = there + [item for item in value if item not in there]
        elif _is_number(value) and _is_number(there):
            result[name] = there + value
        else:
            result[name] = value
    return result


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
