"""Numbers as records write them."""

from decimal import Decimal
from typing import Any, Self

import orjson

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.schema.shape import decimal_digits, scale_of


class Number(float):
    """A number of whom the text is known; it is written so, and counts as the float that it is read as."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Takes JSON's text of a number."""
        made = super().__new__(cls, text)
        made.text = text
        return made


def written(spec: Field, value: Decimal) -> Any:
    """A value of a numeric field with the digits that the field has, or more where the value has more."""
    if spec.type is FieldType.INTEGER and value == value.to_integral_value():
        return int(value)
    digits = max(scale_of(spec), decimal_digits(value))
    return Number(f"{value:.{digits}f}")


def as_written(value: Any) -> orjson.Fragment:
    """What `orjson` asks of values that it does not know: numbers are written to the last digit."""
    if isinstance(value, Number):
        return orjson.Fragment(value.text)
    raise TypeError(f"no JSON value: {value!r}")
