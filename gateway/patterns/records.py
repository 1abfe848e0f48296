"""Records as messages bring them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from testdata_agent.engine.coherence.named import steps_of
from testdata_agent.engine.coherence.nodes import bare
from testdata_agent.engine.defects.spots import json_pointer


class Unreadable(ValueError):  # noqa: N818 - it names a state of the text
    """A text that is no record; str() says why."""


def record_of(text: str) -> dict[str, Any]:
    """One record of JSON, without its envelope.

    Raises:
        Unreadable: it is none.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"it is not JSON: {error}" if text else "a record is needed") from error
    if not isinstance(value, dict):
        raise Unreadable("a record is a JSON object")
    return bare(value)


def pointer_of(field: str) -> str:
    """The JSON pointer of a field as checks name it: `items[2].price`."""
    steps = field.replace("[", ".").replace("]", "").split(".")
    return json_pointer(tuple(step for step in steps if step))


def alone(record: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], str]:
    """Of a record what stands at a JSON pointer and what holds it, and the pointer to it there: all else is dropped."""
    kept: dict[str, Any] = {}
    moved = _put(kept, record, steps_of(pointer))
    return kept, json_pointer(tuple(moved))


def _put(kept: Any, value: Any, steps: Sequence[str]) -> list[str]:
    """Copies what is on the way; gives the steps of it in the copy, where an array holds one item."""
    if not steps:
        return []
    step, rest = steps[0], steps[1:]
    if isinstance(value, list):
        if not step.isdigit() or int(step) >= len(value):
            return list(steps)
        inner, step = value[int(step)], "0"
    elif isinstance(value, Mapping) and step in value:
        inner = value[step]
    else:
        return list(steps)
    below = inner if not rest else [] if isinstance(inner, list) else {} if isinstance(inner, Mapping) else inner
    if isinstance(kept, list):
        kept.append(below)
    else:
        kept[step] = below
    return [step, *_put(below, inner, rest)]
