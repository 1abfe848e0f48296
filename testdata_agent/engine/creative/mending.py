"""What a model wrote, made to fit: short keys become names, near misses the values they mean, numbers their limits.

What cannot be mended is a fault that names the field and what would be right, so that the model can be asked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from testdata_agent.engine.creative.answer_schema import field_words
from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.literals import accepts, is_whole

#: Longest text that is taken from a model where the field names no limit, in characters.
MAX_TEXT = 10_000
_LONGEST_NUMBER = 40


@dataclass(slots=True)
class Mended:
    """One record's creative parts by name.

    Attributes:
        values: As a record holds them; numbers are Decimal or int.
        repairs: Fields that were not as asked for and could be mended.
        faults: What could not be: the field, and what would be right.
    """

    values: dict[str, Any] = field(default_factory=dict)
    repairs: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def mended(parts: Sequence[Part], written: Any) -> Mended:
    """Reads one record as the model wrote it."""
    result = Mended()
    if isinstance(written, Mapping):
        result.values = _members(parts, written, result)
    else:
        result.faults.append("the record is no JSON object")
    return result


def _members(parts: Sequence[Part], written: Mapping[str, Any], result: Mended) -> dict[str, Any]:
    values = {}
    for part in parts:
        raw = written.get(part.key, written.get(part.name))
        if raw is None:
            result.faults.append(f"{part.path} is missing: {field_words(part)}")
            continue
        value = _list(part, raw, result) if part.array else _single(part, raw, result)
        if value is not None:
            values[part.name] = value
    return values


def _single(part: Part, raw: Any, result: Mended) -> Any:
    if part.parts:
        if isinstance(raw, Mapping):
            return _members(part.parts, raw, result)
        result.faults.append(f"{part.path} must be an object")
        return None
    return _leaf(part, raw, result)


def _list(part: Part, raw: Any, result: Mended) -> list[Any] | None:
    if not isinstance(raw, list):
        result.faults.append(f"{part.path} must be a list")
        return None
    least, most = part.lengths
    items: list[Any] = []
    for entry in raw:
        if part.parts and not isinstance(entry, Mapping):
            result.faults.append(f"each of {part.path} must be an object")
            return None
        item = _members(part.parts, entry, result) if part.parts else _leaf(part, entry, result)
        if part.spec.unique_items and item in items:
            result.repairs.append(part.path)
        elif item is not None:
            items.append(item)
    if len(items) > most:
        result.repairs.append(part.path)
        items = items[:most]
    if len(items) < least:
        result.faults.append(f"{part.path} has {len(items)} items: {field_words(part)}")
    return items


def _leaf(part: Part, raw: Any, result: Mended) -> Any:
    spec = part.leaf
    value = _READERS.get(spec.type, _text)(spec, raw)
    if value is None:
        result.faults.append(f"{part.path}: {str(raw)[:60]!r} will not do: {field_words(part)}")
    elif value != raw or isinstance(value, bool) != isinstance(raw, bool):
        result.repairs.append(part.path)
    return value


def _text(spec: Field, raw: Any) -> str | None:
    text = raw if isinstance(raw, str) else str(raw) if isinstance(raw, int | float) else ""
    text = " ".join(text.split()) if "\n" not in text else text.strip()
    if not text or not is_whole(text) or "\0" in text:
        return None
    if spec.values is not None:
        return _nearest(spec, text)
    most = spec.max_length if spec.max_length is not None else MAX_TEXT
    if len(text) > most:
        text = _shortened(text, most)
    return text if accepts(spec)(text) else None


def _shortened(text: str, most: int) -> str:
    """The text cut behind its last whole sentence, else word, that fits."""
    cut = text[: most + 1]
    for ends in (". ", "! ", "? "):
        at = cut.rfind(ends)
        if at > most // 2:
            return cut[: at + 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > most // 2 else cut[:most]).rstrip(" ,;:-")


def _nearest(spec: Field, text: str) -> str | None:
    """The value that the text means: by letters alone, else the one that is nearest."""
    by_letters: dict[str, str] = {_letters(str(value)): str(value) for value in spec.values or ()}
    found = by_letters.get(_letters(text))
    if found is not None:
        return found
    near = get_close_matches(_letters(text), by_letters, n=1, cutoff=0.6)
    return by_letters[near[0]] if near else None


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _exact(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    text = str(raw).strip().replace(",", "").lstrip("$€£¥ ")
    try:
        value = Decimal(text) if len(text) <= _LONGEST_NUMBER and "_" not in text else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() and abs(value) < Decimal(10) ** 15 else None


def _number(spec: Field, raw: Any) -> Decimal | None:
    value = _exact(raw)
    if value is None:
        return None
    if spec.min is not None:
        value = max(value, Decimal(str(spec.min)))
    if spec.max is not None:
        value = min(value, Decimal(str(spec.max)))
    if spec.multiple_of is not None:
        step = Decimal(spec.multiple_of)
        value = (value / step).to_integral_value() * step
    if spec.values is not None:
        return min((Decimal(str(listed)) for listed in spec.values), key=lambda listed: abs(listed - value))
    return value


def _whole(spec: Field, raw: Any) -> int | None:
    value = _number(spec, raw)
    return None if value is None else int(value.to_integral_value())


def _truth(_spec: Field, raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else {"true": True, "false": False}.get(str(raw).strip().lower())


_READERS = {FieldType.INTEGER: _whole, FieldType.FLOAT: _number, FieldType.BOOLEAN: _truth}
