"""Values as JSON writes them, as exact numbers; and the rounding and calendar arithmetic of rules."""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: What the signs that compare do.
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DAY_SECONDS = 86_400
#: Microseconds of a second: records may hold fractions of seconds, columns do not.
MICROS = 1_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Day 0 of epoch days.
EPOCH_DAY = np.datetime64("1970-01-01", "D")
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
#: Decimal exponents past this are no quantity, only a way to make 10**exponent.
_MOST_EXPONENT = 400


#: An exact number; whole ones are int where that is at hand, which is several times faster.
Number = Fraction | int


def number(value: Any) -> Number | None:
    """A JSON number as the decimal that its text shows; None for what is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        # repr is the shortest decimal that reads back as the same float: what the JSON text said.
        return Fraction(Decimal(repr(value))) if isfinite(value) else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) <= _MOST_EXPONENT:
        return Fraction(value)
    return None


def instant(value: Any) -> int | None:
    """Epoch microseconds of an RFC 3339 text; None for anything else, a time without an offset included."""
    if not isinstance(value, str):
        return None
    try:
        passed = datetime.fromisoformat(value) - _EPOCH
    except (ValueError, TypeError, OverflowError):
        return None
    return (passed.days * DAY_SECONDS + passed.seconds) * MICROS + passed.microseconds


def day(value: Any) -> int | None:
    """Epoch days of a YYYY-MM-DD text; None for anything else."""
    if not isinstance(value, str) or len(value) != 10:
        return None
    try:
        return date.fromisoformat(value).toordinal() - _EPOCH_ORDINAL
    except ValueError:
        return None


def scaled(value: Number, digits: int) -> int:
    """The value times 10**digits, halves rounded away from zero (as Decimal's ROUND_HALF_UP)."""
    top, bottom = value.as_integer_ratio()
    rounded: int = (abs(top) * 2 * 10**digits + bottom) // (bottom * 2)
    return rounded if top >= 0 else -rounded


def half_up(value: Number, digits: int = 0) -> Fraction:
    """The value at so many decimal digits, halves away from zero."""
    return Fraction(scaled(value, digits), 10**digits)


def decimal_text(value: Number, digits: int) -> str:
    """The value with exactly so many digits, `-3.50`."""
    whole = scaled(value, digits)
    sign, text = "-" if whole < 0 else "", str(abs(whole)).rjust(digits + 1, "0")
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def months_later(days: int, months: int) -> int:
    """Epoch days moved by calendar months; a day that the month lacks becomes its last one."""
    return int(shift_months(np.array([days], dtype=np.int64), months)[0])


def shift_months(days: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """Epoch days moved by calendar months; a day that the month lacks becomes its last one."""
    dates = days.astype("datetime64[D]")
    start = dates.astype("datetime64[M]")
    day_of_month = (dates - start.astype("datetime64[D]")).astype(np.int64)
    moved = start + np.int64(months)
    last = ((moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")).astype(np.int64) - 1
    result: NDArray[np.int64] = moved.astype("datetime64[D]").astype(np.int64) + np.minimum(day_of_month, last)
    return result
