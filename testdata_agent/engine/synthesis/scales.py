"""Values of fields as the integers that columns hold: numbers scaled, instants in epoch seconds."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.schema.moments import epoch
from testdata_agent.engine.synthesis.tables import Quantiles

_HOUR, _DAY = 3600, 86_400
#: Bounds beyond this (scaled) are taken for it: no number that is made is as large, and it fits into 64 bits.
_BEYOND = 2**60


def scaled_bounds(spec: Field, scale: int) -> tuple[int | None, int | None]:
    """(least, greatest) value of a numeric field in scaled integers, inclusive."""

    def scaled(value: Any, rounding: str) -> int | None:
        if value is None:
            return None
        exact = int((Decimal(str(value)) * 10**scale).to_integral_value(rounding))
        return max(-_BEYOND, min(exact, _BEYOND))

    return scaled(spec.min, "ROUND_CEILING"), scaled(spec.max, "ROUND_FLOOR")


def scaled_value(value: Any, scale: int) -> int:
    """A number as a scaled integer, half up."""
    return int((Decimal(str(value)) * 10**scale).to_integral_value(ROUND_HALF_UP))


def time_bounds(spec: Field) -> tuple[int | None, int | None]:
    """(earliest, latest) epoch second of a time field, inclusive."""
    return tuple(None if value is None else epoch(str(value)) for value in (spec.min, spec.max))  # type: ignore[return-value]


def spans(knots: Any, unit: str) -> Quantiles:
    """A quantile table of seconds out of knots in `hours` or `days`."""
    factor = _HOUR if unit == "hours" else _DAY
    return Quantiles.of([(percent, int(Decimal(str(value)) * factor)) for percent, value in knots])
