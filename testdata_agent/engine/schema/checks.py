"""What can be wrong with one field of a schema, whatever the others are."""

import math
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from testdata_agent.engine.catalog.meanings import semantic_fault
from testdata_agent.engine.schema.hints import hint_fault
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch

#: Greatest magnitude of a number, so that its digits and the sums of it stay exact in 64 bits.
MAX_NUMBER = 10**15
MAX_SCALE = 9
#: Most items of one array.
MAX_ITEMS = 10_000
#: Longest text of a field, and longest name of one.
MAX_TEXT = 10_000
MAX_NAME = 200


class FieldFault(NamedTuple):
    """What is wrong with a field: a reason of the error catalogue, and a sentence."""

    reason: str
    message: str


def field_faults(field: Field) -> Iterator[FieldFault]:
    """Every fault of the field itself."""
    if field.type in NUMERIC_TYPES:
        yield from _number_faults(field)
    elif field.type in TIME_TYPES:
        yield from _time_faults(field)
    elif field.min is not None or field.max is not None:
        words = f"min and max are for numbers and dates, this is {field.type}: use min_length, max_length"
        yield FieldFault("INVALID_SCHEMA", words)
    yield from _size_faults(field)
    if field.regex is not None and field.type not in TEXT_TYPES:
        yield FieldFault("INVALID_SCHEMA", f"a regex is for text, this is {field.type}")
    yield from _value_faults(field)
    if field.unique and field.type in {*TIME_TYPES, FieldType.BOOLEAN, FieldType.OBJECT, FieldType.ARRAY}:
        yield FieldFault("UNSUPPORTED_SCHEMA", f"unique is for text, numbers and enums, this is {field.type}")
    if field.semantic is not None and (wrong := semantic_fault(field.semantic, field.type)) is not None:
        yield FieldFault("UNKNOWN_MEANING", f"semantic: {wrong}")
    if field.faker is not None and field.type is not FieldType.STRING:
        yield FieldFault("INVALID_SCHEMA", f"faker is for fields of type string, this is {field.type}")
    fault = hint_fault(field)
    if fault is not None:
        yield FieldFault("INVALID_SCHEMA", fault)


def number_fault(value: Any) -> str | None:
    """Why a value is no number that a field can hold; None: it is one."""
    fault = _finite_fault(value)
    if fault is None and not -MAX_NUMBER <= value <= MAX_NUMBER:
        fault = "a number lies between -1e15 and 1e15"
    return fault


def _finite_fault(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return f"{str(value)[:60]!r} is not a number"
    return f"{value} is not a finite number" if isinstance(value, float) and not math.isfinite(value) else None


def _number_faults(field: Field) -> Iterator[FieldFault]:
    wrong = False
    for name in ("min", "max"):
        value = getattr(field, name)
        # A bound may lie beyond every number that is made: it does not limit then.
        fault = None if value is None else _finite_fault(value)
        if fault is not None:
            wrong = True
            yield FieldFault("INVALID_SCHEMA", f"{name}: {fault}")
    ends = (field.min, field.max)
    if not wrong and None not in ends and Decimal(str(field.min)) > Decimal(str(field.max)):
        yield FieldFault("CONTRADICTION", f"min {field.min} is above max {field.max}")
    if field.multiple_of is not None and not _is_step(field.multiple_of):
        yield FieldFault("INVALID_SCHEMA", f"multiple_of is a number above 0, not {field.multiple_of[:60]!r}")
    if field.scale is not None and not 0 <= field.scale <= MAX_SCALE:
        yield FieldFault("INVALID_SCHEMA", f"scale is 0 to {MAX_SCALE} decimal digits, not {field.scale}")


def _is_step(text: str) -> bool:
    try:
        step = Decimal(text)
    except InvalidOperation:
        return False
    return step.is_finite() and step > 0


def _time_faults(field: Field) -> Iterator[FieldFault]:
    ends = []
    for name in ("min", "max"):
        value = getattr(field, name)
        if value is None:
            continue
        try:
            ends.append(epoch(str(value)))
        except ValueError as error:
            yield FieldFault("INVALID_SCHEMA", f"{name}: {str(value)[:60]!r} is no {field.type}: {error}")
    if len(ends) == 2 and ends[0] > ends[1]:
        yield FieldFault("CONTRADICTION", f"min {field.min} is after max {field.max}")


def _size_faults(field: Field) -> Iterator[FieldFault]:
    for low_name, high_name, most in (("min_length", "max_length", MAX_TEXT), ("min_items", "max_items", MAX_ITEMS)):
        low, high = getattr(field, low_name), getattr(field, high_name)
        for name, value in ((low_name, low), (high_name, high)):
            if value is not None and value < 0:
                yield FieldFault("INVALID_SCHEMA", f"{name} must not be negative")
        if low is not None and high is not None and low > high:
            yield FieldFault("CONTRADICTION", f"{low_name} {low} is above {high_name} {high}")
        if low is not None and low > most:
            yield FieldFault("SCHEMA_TOO_LARGE", f"{low_name} is at most {most}, not {low}")
    if field.max_items is not None and field.max_items > MAX_ITEMS:
        yield FieldFault("SCHEMA_TOO_LARGE", f"max_items is at most {MAX_ITEMS}, not {field.max_items}")


def _value_faults(field: Field) -> Iterator[FieldFault]:
    if field.values is not None and not field.values:
        yield FieldFault("INVALID_SCHEMA", "values: an empty list leaves the field no value")
    for value in field.values or ():
        fault = None
        if field.type in NUMERIC_TYPES:
            fault = number_fault(value)
        elif field.type in TIME_TYPES:
            try:
                epoch(str(value))
            except ValueError as error:
                fault = f"{str(value)[:60]!r} is no {field.type}: {error}"
        elif len(str(value)) > MAX_TEXT:
            fault = f"a text takes at most {MAX_TEXT} characters"
        if fault is not None:
            yield FieldFault("INVALID_SCHEMA", f"values: {fault}")
