"""The JSON schema of a model's answer: `{"r": [record, ...]}`, each record its creative parts under short keys.

Only what every provider's structured output takes is used: types, enums, required, no further properties. Limits are
said in words, in the descriptions, and held by `mending`.
"""

from collections.abc import Sequence
from typing import Any

from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.literals import plain

#: The key of the list of records.
RECORDS = "r"
#: An enum of more values than this is told in words: providers limit the size of a schema.
_MOST_VALUES = 100

_TYPES = {FieldType.INTEGER: "integer", FieldType.FLOAT: "number", FieldType.BOOLEAN: "boolean"}


def answer_schema(parts: Sequence[Part]) -> dict[str, Any]:
    """The schema of an answer that holds any number of records of these parts."""
    records = {"type": "array", "items": _object(parts)}
    return _closed({RECORDS: records})


def field_words(part: Part) -> str:
    """What a model must know of a part: its meaning and limits, in words."""
    words = [part.spec.description or part.name.replace("_", " ")]
    if part.array:
        words.append(f"{_span(*part.lengths)} of them")
    spec = part.leaf
    if not part.parts:
        words += _limits(spec)
    return "; ".join(words)


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _object(parts: Sequence[Part]) -> dict[str, Any]:
    return _closed({part.key: _value(part) for part in parts})


def _value(part: Part) -> dict[str, Any]:
    if part.array:
        item = _object(part.parts) if part.parts else _leaf(part.leaf)
        return {"type": "array", "items": item, "description": f"{part.name}: {field_words(part)}"}
    if part.parts:
        return _object(part.parts)
    return {**_leaf(part.spec), "description": f"{part.name}: {field_words(part)}"}


def _leaf(spec: Field) -> dict[str, Any]:
    kind = _TYPES.get(spec.type, "string")
    values = spec.values
    if values is not None and len(values) <= _MOST_VALUES and all(isinstance(value, str) for value in values):
        return {"type": "string", "enum": list(values)}
    return {"type": kind}


def _limits(spec: Field) -> list[str]:
    words = []
    if spec.min is not None or spec.max is not None:
        words.append(_span(spec.min, spec.max))
    if spec.min_length is not None or spec.max_length is not None:
        words.append(f"{_span(spec.min_length, spec.max_length)} characters")
    if spec.values is not None:
        words.append("one of " + ", ".join(map(str, spec.values)))
    pattern = spec.regex or spec.pattern
    if pattern is not None:
        words.append(f"matches {pattern}")
    return words + _shares(spec)


def _shares(spec: Field) -> list[str]:
    """How often each value is usual, where the field says."""
    hint = spec.generate or {}
    values, weights = hint.get("values", spec.values), hint.get("weights")
    if not values or not weights or not sum(weights):
        return []
    usual = ", ".join(
        f"{value} {100 * weight // sum(weights)}%" for value, weight in zip(values, weights, strict=False)
    )
    return [f"usual shares, unless the context says otherwise: {usual}"]


def _span(low: Any, high: Any) -> str:
    if low is not None and low == high:
        return plain(low)
    if low is None:
        return f"at most {plain(high)}"
    return f"at least {plain(low)}" if high is None else f"{plain(low)} to {plain(high)}"
