"""Claims on numbers to what a field says of them."""

from decimal import Decimal
from typing import Any

from testdata_agent.engine.schema.json_schema.claims import Claims, common_step
from testdata_agent.engine.schema.json_schema.emptiness import multiples
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.schema.shape import MOST_DIGITS, decimal_digits

#: Bounds beyond this limit nothing that is made.
_FAR = Decimal(10) ** 15
#: Greatest whole number that a bounded number may be when it is scaled by its digits.
_MAX_SCALED = 2**60
_WHOLE = Decimal(1)
#: A range of numbers has at least about so many of them.
_ROOM = 100


class NumberError(ValueError):
    """Numbers that the engine does not make; `keyword` is at fault."""

    def __init__(self, keyword: str, message: str) -> None:
        self.keyword = keyword
        super().__init__(message)


def whole(claims: Claims) -> dict[str, Any]:
    """A field of whole numbers; raises NumberError."""
    step = common_step(claims.step, _WHOLE) or _WHOLE
    first, last = multiples(claims, step)
    ends = {"min": first, "max": last}
    found: dict[str, Any] = {"type": FieldType.INTEGER}
    for name, end in ends.items():
        if end is not None and (bound := _bound(name, end * step, claims)) is not None:
            found[name] = int(bound)
    if step != _WHOLE:
        found["multiple_of"] = _plain(step)
    return found


def real(claims: Claims) -> dict[str, Any]:
    """A field of numbers with a fraction; raises NumberError."""
    found: dict[str, Any] = {"type": FieldType.FLOAT}
    bounds = [end for end in (claims.low, claims.high) if end is not None and abs(end) < _FAR]
    given = [*bounds, *([claims.step] if claims.step is not None else [])]
    needed = max([2, *map(decimal_digits, given)])
    if needed > MOST_DIGITS:
        keyword = "multipleOf" if claims.step is not None else "minimum" if claims.low is not None else "maximum"
        raise NumberError(keyword, f"numbers have at most {MOST_DIGITS} decimal digits")
    digits = needed
    if claims.step is None and claims.low is not None and claims.high is not None:
        while digits < MOST_DIGITS and (claims.high - claims.low) * 10**digits < _ROOM:
            digits += 1
    unit = claims.step if claims.step is not None else Decimal(1).scaleb(-digits)
    first, last = multiples(claims, unit)
    if first is not None and last is not None and first > last:
        raise NumberError("minimum", f"no number of {digits} decimal digits lies from {claims.low} to {claims.high}")
    for name, end in (("min", first), ("max", last)):
        if end is not None and (bound := _bound(name, end * unit, claims)) is not None:
            if abs(bound) * 10**digits > _MAX_SCALED:
                raise NumberError(_KEYWORDS[name], f"{bound} is too large for a number of {digits} decimal digits")
            found[name] = float(bound)
    if claims.step is not None:
        found["multiple_of"] = _plain(claims.step)
    elif digits > max([2, *(decimal_digits(found[end]) for end in ("min", "max") if end in found)]):
        found["scale"] = digits
    return found


_KEYWORDS = {"min": "minimum", "max": "maximum"}


def _bound(name: str, end: Decimal, claims: Claims) -> Decimal | None:
    """A bound as the engine takes it; None: it lies beyond all that is made."""
    if abs(end) < _FAR:
        return end
    beyond = end > 0 if name == "max" else end < 0
    if not beyond:
        raise NumberError(_KEYWORDS[name], f"{claims.low if name == 'min' else claims.high} is beyond 1e15")
    return None


def _plain(step: Decimal) -> str:
    return f"{step.normalize():f}"
