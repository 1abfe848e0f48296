"""Numbers that are hard to hold: signs, sizes, digits, and ways of writing them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.changing import to_constant, to_said, to_value
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.numbers import Number, written
from testdata_agent.engine.defects.spots import ABSENT, Spot
from testdata_agent.engine.schema.model import NUMERIC_TYPES, Field, FieldType
from testdata_agent.engine.schema.shape import is_money, scale_of

#: Texts that programs take for numbers, or write for them.
_WORDS = {
    "nan": "NaN",
    "infinity": "Infinity",
    "minus_infinity": "-Infinity",
    "leading_zeros": "007",
    "thousands_separator": "1,234.50",
    "decimal_comma": "12,50",
    "currency_sign": "$12.50",
    "hexadecimal": "0x1F",
    "exponent_text": "1e3",
    "full_width_digits": "\uff11\uff12",
    "empty_text": "",
    "padded_text": " 12 ",
}
#: Whole numbers at which types end.
_SIZES = {
    "int16_overflow": 2**15,
    "int32_overflow": 2**31,
    "uint32_overflow": 2**32,
    "past_exact_doubles": 2**53 + 1,
    "int64_greatest": 2**63 - 1,
    "int64_overflow": 2**63,
}
#: Likewise of cents: an amount whose minor units no longer fit.
_MINOR_UNITS = {"int32_minor_units": 2**31, "uint32_minor_units": 2**32}


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    spec = spot.field
    if spec.type not in NUMERIC_TYPES or spec.values is not None:
        return
    for kind, text in _WORDS.items():
        yield _case(spot, kind, f"type {spec.type.value}", Verdict.REJECT, to_constant(spot, text))
    if spot.derived:
        if spec.type is FieldType.FLOAT:
            yield from _ways_of_writing(spot)
        return
    yield _said(spot, "negative", lambda site, old: written(spec, -abs(_exact(old))) if _exact(old) else ABSENT)
    if spec.unique:
        return
    yield _said(spot, "zero", lambda site, old: written(spec, Decimal(0)))
    if spec.type is FieldType.INTEGER:
        for kind, size in _SIZES.items():
            yield _said(spot, kind, lambda site, old, value=size: value)
        yield _said(spot, "int32_underflow", lambda site, old: -(2**31) - 1)
        return
    yield from _fractions(spot)


def _fractions(spot: Spot) -> Iterator[Case]:
    spec = spot.field
    yield from _ways_of_writing(spot)
    yield _said(spot, "rounding_residue", lambda site, old: Number("0.30000000000000004"))
    yield _said(spot, "negative_zero", lambda site, old: Number("-0.0"))
    if is_money(spec) or spec.scale is not None:
        unit = Decimal(1).scaleb(-scale_of(spec))
        for kind, size in _MINOR_UNITS.items():
            yield _said(spot, kind, lambda site, old, units=size: written(spec, units * unit))
        return
    if spec.multiple_of is not None:
        return  # programs disagree on whether such numbers are multiples
    for kind, text in {"greatest_double": "1.7976931348623157e308", "least_double": "5e-324"}.items():
        yield _said(spot, kind, lambda site, old, number=text: Number(number))


def _ways_of_writing(spot: Spot) -> Iterator[Case]:
    """The value itself, or one so near that rules of rounded amounts hold."""
    spec = spot.field
    exponent = to_value(spot, lambda site, old: _in_exponents(old), there=True)
    yield _case(spot, "exponent_form", "the same number, written with an exponent", Verdict.ACCEPT, exponent)
    yield _case(
        spot,
        "trailing_zeros",
        "the same number, written with more digits",
        Verdict.ACCEPT,
        to_value(spot, lambda site, old: _with_zeros(spec, old), there=True),
    )
    yield _said(spot, "too_precise", lambda site, old: _finer(spec, old))


def _case(spot: Spot, kind: str, rule: str, verdict: Verdict, change: Any) -> Case:
    return Case(DefectClass.NUMERIC, kind, spot.path, f"{spot.path}: {rule}", verdict, change)


def _said(spot: Spot, kind: str, make: Any) -> Case:
    """The limits of the field say what is to be thought of the value."""
    verdict = Verdict.UNSPECIFIED
    saying = spot.saying
    rule = "its limits" if saying.limits else "no limits"
    return _case(spot, kind, rule, verdict, to_said(spot, make))


def _exact(old: Any) -> Decimal:
    return Decimal(1) if old is None else Decimal(getattr(old, "text", str(old)))


def _in_exponents(old: Any) -> Any:
    exact = _exact(old)
    return Number(f"{exact:E}") if exact and exact.is_finite() else ABSENT


def _with_zeros(spec: Field, old: Any) -> Any:
    text = f"{_exact(old):f}"
    return Number((text if "." in text else text + ".0") + "0" * (scale_of(spec) or 1))


def _finer(spec: Field, old: Any) -> Number:
    """The value with one digit more."""
    digits = scale_of(spec) + 1
    return Number(f"{_exact(old) + Decimal(1).scaleb(-digits):.{digits}f}")
