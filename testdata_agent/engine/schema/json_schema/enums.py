"""Closed lists of values: enum and const."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from testdata_agent.engine.coherence.forms import form_named
from testdata_agent.engine.schema.json_schema.claims import Claims, identity, kind_of
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.json_schema.values import fits
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.schema.shape import MOST_DIGITS, decimal_digits

if TYPE_CHECKING:
    from testdata_agent.engine.schema.json_schema.builder import Builder

#: Numbers beyond this are kept as they were written.
_FAR = 10**15
#: Longest text among values, in characters.
MAX_TEXT = 10_000


def listed(builder: "Builder", claims: Claims, spot: Spot) -> Field | None:
    """The field of the values listed, as far as they fit all else that is said; None: a fault was noted."""
    where = claims.where("enum", claims.where("const", spot.pointer))
    given = {identity(value): value for value in claims.values or ()}
    else_said = replace(claims, values=None)
    forms = [form for name in claims.formats if (form := form_named(name)) is not None]
    kept = [
        value
        for value in given.values()
        if fits(value, else_said, builder.reading.of)
        and (not isinstance(value, str) or all(form.fits(value) for form in forms))
    ]
    if not kept:
        builder.faults.fault(where, "CONTRADICTION", "none of the values listed fits what else is said of them")
        return None
    if any(isinstance(value, str) and len(value) > MAX_TEXT for value in kept):
        words = f"a text has at most {MAX_TEXT} characters"
        builder.faults.fault(where, "SCHEMA_TOO_LARGE", words)
        return None
    values = [value for value in kept if value is not None]
    if not values:
        return builder.made(claims, spot, {"type": FieldType.ENUM, "values": (None,), "nullable": True})
    return builder.made(claims, spot, {**_typed(values), "nullable": len(values) < len(kept)})


def _typed(values: list[Any]) -> dict[str, Any]:
    kinds = set(map(kind_of, values))
    if kinds == {"boolean"}:
        return {"type": FieldType.BOOLEAN} | ({"values": tuple(values)} if len(values) == 1 else {})
    if kinds <= {"integer", "fraction"} and all(abs(value) <= _FAR for value in values):
        digits = max(decimal_digits(value) for value in values)
        if kinds == {"integer"}:
            return {"type": FieldType.INTEGER, "values": tuple(map(int, values))}
        if digits <= MOST_DIGITS and all(abs(value) * 10**digits < _FAR for value in values):
            return {"type": FieldType.FLOAT, "values": tuple(values), "scale": digits}
    return {"type": FieldType.ENUM, "values": tuple(values)}
