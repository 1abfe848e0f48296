"""Types, formats and limits of single fields."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import re2

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.pattern import is_pattern

#: (field, message)
Finding = tuple[str, str]
Test = Callable[[Any, str], Iterator[Finding]]

_INSTANT = re.compile(r"\d{4}-(0\d|1[0-2])-[0-3]\d[Tt][0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?(Z|z|[+-][0-2]\d:[0-5]\d)")
_FORMATS = {
    "email": re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+"),
    "phone": re.compile(r"\+?[0-9][0-9 ().-]{5,24}"),
    "url": re.compile(r"https?://[^\s/]+\S*"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "iso8601": _INSTANT,
}
_TOKENS = {"year": r"\d{4}", "month": r"(0[1-9]|1[0-2])", "day": r"(0[1-9]|[12]\d|3[01])"}
_PATTERN_TOKEN = re.compile(r"\{(year|month|day|random:(\d+)|seq:(\d+))\}")


def object_test(fields: Mapping[str, Field]) -> Test:
    """A test of an object's members; unknown ones are a fault."""
    tests = {name: (spec, field_test(spec)) for name, spec in fields.items()}

    def test(value: Any, path: str) -> Iterator[Finding]:
        for name, (spec, inner) in tests.items():
            here = f"{path}.{name}" if path else name
            if name not in value:
                if spec.required and "when" not in (spec.generate or {}):
                    yield here, "is missing"
            elif value[name] is None:
                if not spec.nullable:
                    yield here, "is null"
            else:
                yield from inner(value[name], here)
        for name in value.keys() - tests.keys():
            yield (f"{path}.{name}" if path else name), "is not in the schema"

    return test


def field_test(spec: Field) -> Test:
    """A test of one value that is there and not null."""
    if spec.type is FieldType.OBJECT:
        members = object_test(spec.fields or {})
        return lambda value, path: members(value, path) if isinstance(value, dict) else iter([(path, "is no object")])
    if spec.type is FieldType.ARRAY:
        return _array_test(spec)
    if spec.type in NUMERIC_TYPES:
        return _number_test(spec)
    if spec.type is FieldType.BOOLEAN:
        return lambda value, path: iter(() if isinstance(value, bool) else [(path, f"{value!r} is not true or false")])
    if spec.type in {FieldType.DATE, FieldType.DATETIME}:
        return _time_test(spec)
    return _text_test(spec)


def _array_test(spec: Field) -> Test:
    inner = field_test(spec.item) if spec.item is not None else None
    least, most = spec.min_items or 0, spec.max_items

    def test(value: Any, path: str) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield path, "is no array"
            return
        if len(value) < least or (most is not None and len(value) > most):
            yield path, f"holds {len(value)} items, not {least} to {most}"
        if inner is not None:
            for number, item in enumerate(value):
                yield from inner(item, f"{path}[{number}]")

    return test


def _number_test(spec: Field) -> Test:
    low = None if spec.min is None else float(spec.min)
    high = None if spec.max is None else float(spec.max)
    whole = spec.type is FieldType.INTEGER
    values = None if spec.values is None else frozenset(float(str(v)) for v in spec.values)

    def test(value: Any, path: str) -> Iterator[Finding]:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float | Decimal)
            or (whole and not isinstance(value, int))
        ):
            yield path, f"{value!r} is not {'a whole number' if whole else 'a number'}"
            return
        if (low is not None and value < low) or (high is not None and value > high):
            yield path, f"{value} is not within {spec.min} to {spec.max}"
        if spec.scale is not None and round(value, spec.scale) != value:
            yield path, f"{value} has more than {spec.scale} decimal digits"
        if values is not None and value not in values:
            yield path, f"{value} is not one of the values"

    return test


def _time_test(spec: Field) -> Test:
    day = spec.type is FieldType.DATE

    def test(value: Any, path: str) -> Iterator[Finding]:
        kind = "a date" if day else "an RFC 3339 instant"
        if not isinstance(value, str) or (not day and _INSTANT.fullmatch(value) is None):
            yield path, f"{value!r} is not {kind}"
            return
        try:
            if day:
                date.fromisoformat(value)
            else:
                datetime.fromisoformat(value)
        except ValueError:
            yield path, f"{value!r} is not {kind}"
            return
        if (spec.min is not None and value < str(spec.min)) or (spec.max is not None and value > str(spec.max)):
            yield path, f"{value} is not within {spec.min} to {spec.max}"

    return test


def _text_test(spec: Field) -> Test:
    least, most = spec.min_length or 0, spec.max_length
    values = None if spec.values is None else frozenset(map(str, spec.values))
    regex = re2.compile(spec.regex) if spec.regex is not None else None
    form = _format(spec)

    def test(value: Any, path: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield path, f"{value!r} is not text"
            return
        if len(value) < least or (most is not None and len(value) > most):
            yield path, f"{value!r} has a length of {len(value)}, not {least} to {most}"
        if values is not None and value not in values:
            yield path, f"{value!r} is none of {', '.join(sorted(values))}"
        if regex is not None and regex.fullmatch(value) is None:
            yield path, f"{value!r} does not match {spec.regex}"
        if form is not None and form.fullmatch(value) is None:
            yield path, f"{value!r} is no {spec.format or spec.type}"

    return test


def _format(spec: Field) -> re.Pattern[str] | None:
    if is_pattern(spec.format):
        return _pattern(str(spec.format))
    name = spec.format or (str(spec.type) if spec.type in TEXT_TYPES else "")
    return _FORMATS.get(name)


def _pattern(text: str) -> re.Pattern[str]:
    result, at = "", 0
    for match in _PATTERN_TOKEN.finditer(text):
        result += re.escape(text[at : match.start()])
        result += _TOKENS.get(match[1], f"[0-9A-Z]{{{match[2] or match[3]}}}")
        at = match.end()
    return re.compile(result + re.escape(text[at:]))
