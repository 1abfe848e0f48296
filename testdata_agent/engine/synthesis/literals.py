"""Literals of requests, read by a field's type and held against its limits."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import re2

from testdata_agent.engine.coherence.forms import form_of
from testdata_agent.engine.schema.checks import MAX_TEXT, number_fault
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch

#: Texts of a request that are longer than this are cut in messages.
SHOWN = 60
#: Longest text of a whole number that is read: more digits than any field holds.
_MOST_DIGITS = 40


def literal(spec: Field, text: str) -> Any:
    """Reads a literal by the field's type; raises ValueError with what would be right."""
    match spec.type:
        case FieldType.INTEGER | FieldType.FLOAT:
            return _number(spec, text)
        case FieldType.BOOLEAN:
            if text.strip().lower() not in {"true", "false"}:
                raise ValueError("write true or false")
            return text.strip().lower() == "true"
        case FieldType.DATE | FieldType.DATETIME:
            return epoch(text.strip())
        case _:
            if len(text) > MAX_TEXT:
                raise ValueError(f"a text takes at most {MAX_TEXT} characters")
            if not is_whole(text):
                raise ValueError("it holds half a character (a lone surrogate)")
            # Values that are listed need not be texts: a JSON Schema lists 2.5 and true beside "x".
            found = next((listed for listed in spec.values or () if _same(spec, text, listed)), text)
            if isinstance(found, list):
                raise ValueError("a list among the values cannot be set")
            return found


def _number(spec: Field, text: str) -> int | Decimal:
    whole = spec.type is FieldType.INTEGER
    try:
        if len(text) > _MOST_DIGITS or "_" in text:
            raise InvalidOperation
        value: int | Decimal = int(text) if whole else Decimal(text)
    except (ValueError, InvalidOperation):
        wanted = "a whole number" if whole else "a number"
        raise ValueError(f"write {wanted}, such as {'3' if whole else '19.99'}") from None
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("write a finite number, such as 19.99")
    fault = number_fault(value)
    if fault is not None:
        raise ValueError(fault)
    return value


def from_json(spec: Field, value: Any) -> Any:
    """Reads a value inside a JSON literal by the field's type; raises ValueError with what would be right."""
    if value is None:
        raise ValueError("null cannot be set")
    if spec.type in TEXT_TYPES or spec.type in TIME_TYPES:
        if not isinstance(value, str):
            raise ValueError(f"{spec.name} is {spec.type}: write it in quotes")
        return literal(spec, value)
    if isinstance(value, str) or (spec.type in NUMERIC_TYPES and isinstance(value, bool)):
        raise ValueError(
            f"{spec.name} is {spec.type}: write it without quotes" if isinstance(value, str) else _kind(spec)
        )
    return literal(spec, json.dumps(value))


def _kind(spec: Field) -> str:
    return f"{spec.name} is {spec.type}, not true or false"


def is_whole(text: str) -> bool:
    """Whether UTF-8 can hold the text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def breaks(spec: Field, value: Any) -> str | None:
    """Why a literal breaks the field's own limits; None: it does not."""
    if spec.type in NUMERIC_TYPES:
        if spec.min is not None and value < Decimal(str(spec.min)):
            return f"{spec.name} is at least {plain(spec.min)}, not {value}"
        if spec.max is not None and value > Decimal(str(spec.max)):
            return f"{spec.name} is at most {plain(spec.max)}, not {value}"
        if spec.multiple_of is not None and Fraction(str(value)) % Fraction(spec.multiple_of):
            return f"{spec.name} is a multiple of {spec.multiple_of}, not {value}"
        scale = 0 if spec.type is FieldType.INTEGER else spec.scale
        if scale is not None and isinstance(value, Decimal) and value != round(value, scale):
            return f"{spec.name} has {scale} decimal digits, not {value}"
    if spec.type in TIME_TYPES:
        if spec.min is not None and value < epoch(str(spec.min)):
            return f"{spec.name} is not before {spec.min}"
        if spec.max is not None and value > epoch(str(spec.max)):
            return f"{spec.name} is not after {spec.max}"
        listed = None if spec.values is None else {epoch(str(text)) for text in spec.values}
        return None if listed is None or value in listed else _none_of(spec, value)
    if spec.values is not None and not any(_same(spec, value, listed) for listed in spec.values):
        return _none_of(spec, value)
    return _text_breaks(spec, str(value)) if spec.type in TEXT_TYPES else None


def _text_breaks(spec: Field, text: str) -> str | None:
    if not accepts(spec)(text):
        return f"{text[:SHOWN]!r} breaks the length or pattern of {spec.name}"
    form = form_of(spec)
    return None if form is None or form.fits(text) else f"{text[:SHOWN]!r} is not {form.words}"


def _none_of(spec: Field, value: Any) -> str:
    return f"{str(value)[:SHOWN]!r} is none of {listing(spec.values or ())}"


def _same(spec: Field, value: Any, listed: Any) -> bool:
    if spec.type in NUMERIC_TYPES:
        return Decimal(str(value)) == Decimal(str(listed))
    return str(value) == str(listed) or (isinstance(listed, bool) and str(value).lower() == str(listed).lower())


def accepts(spec: Field) -> Callable[[str], bool]:
    """A test of texts against a field's lengths, values, regex and pattern."""
    compiled = re2.compile(spec.regex, _quiet()) if spec.regex is not None else None
    searched = re2.compile(spec.pattern, _quiet()) if spec.pattern is not None else None
    least, most = spec.min_length or 0, spec.max_length
    values = None if spec.values is None else frozenset(map(str, spec.values))

    def test(text: str) -> bool:
        if len(text) < least or (most is not None and len(text) > most):
            return False
        if values is not None and text not in values:
            return False
        if searched is not None and searched.search(text) is None:
            return False
        return compiled is None or compiled.fullmatch(text) is not None

    return test


def limited(spec: Field) -> bool:
    """Whether a text field has limits at all."""
    return any(v is not None for v in (spec.min_length, spec.max_length, spec.values, spec.regex, spec.pattern))


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def plain(value: Any) -> str:
    """A bound as a person writes it."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def listing(values: Any, most: int = 20) -> str:
    """Values for a message, not too many of them."""
    shown = [str(value)[:SHOWN] for value in values[:most]]
    return ", ".join(shown) + (f" and {len(values) - most} more" if len(values) > most else "")
