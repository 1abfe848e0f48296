"""Makers of numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import Choices, Column, Numbers
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import places
from testdata_agent.engine.synthesis.fields.literals import numbers_of
from testdata_agent.engine.synthesis.frame import Frame, Level
from testdata_agent.engine.synthesis.generators import choices, numbers
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.ids import MAX_SPACE, permute
from testdata_agent.engine.synthesis.literals import plain as plain_number
from testdata_agent.engine.synthesis.scales import scaled_bounds, scaled_value
from testdata_agent.engine.synthesis.tables import Quantiles

_DEFAULT_NUMBERS = Quantiles.of([(0, 0), (30, 10), (70, 100), (95, 800), (100, 5000)])
#: How many values a unique number, or one with steps, has where the schema sets no upper end.
_OPEN_SPACE = 2**40
_OPEN_STEPS = 1000
#: Numbers lie within this of 0 (scaled), so that every JSON reader keeps them exactly.
_LIMIT = 2**53


def plain(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """A number that the schema says nothing of but its bounds and steps."""
    draft.bounded.add(path)
    if spec.unique:
        return _unique(draft, path, spec, level)
    scale = draft.scale(spec)
    step = 1 if spec.multiple_of is None else scaled_value(spec.multiple_of, scale)
    low, high = scaled_bounds(spec, scale)
    if _empty(draft, path, spec, (low, high), step):
        return None
    if low is not None and high is not None:
        return _stepped(spec, max(low, -_LIMIT), min(high, _LIMIT), scale, step)
    if spec.multiple_of is not None:
        first = low if low is not None else 0 if high is None else min(0, high - _OPEN_STEPS * step)
        return _stepped(spec, first, high if high is not None else first + _OPEN_STEPS * step, scale, step)
    numerator, denominator = _rate(draft, spec)
    points = _DEFAULT_NUMBERS.points * 10**scale * numerator // denominator
    if low is None and high is not None and high < 0:
        return numbers.shaped(Quantiles(high - points[::-1]), None, high, scale), (), VALUE
    return numbers.shaped(Quantiles(points + (low or 0)), low, high, scale), (), VALUE


def _stepped(spec: Field, low: int, high: int, scale: int, step: int) -> Found:
    maker = numbers.uniform(low, high, scale, step)
    if spec.multiple_of is None or scale == 0:
        return maker, (), VALUE
    return numbers.divisible(maker, float(spec.multiple_of), low, step), (), VALUE


def _empty(draft: Draft, path: str, spec: Field, bounds: tuple[int | None, int | None], step: int) -> bool:
    """Notes a fault where no number is left."""
    low, high = bounds
    ends = (("at least", spec.min), ("at most", spec.max))
    limits = " and ".join(f"{words} {plain_number(end)}" for words, end in ends if end is not None)
    if step < 1:
        draft.fault(path, "CONTRADICTION", f"a step of {spec.multiple_of} is finer than the digits of the field")
    elif step > _LIMIT:
        wide = f"{float(spec.multiple_of or 0):g}"
        draft.fault(path, "UNSATISFIABLE", f"numbers have at most 15 digits, a step of {wide} has more")
    elif (low is not None and low > _LIMIT) or (high is not None and high < -_LIMIT):
        draft.fault(path, "UNSATISFIABLE", f"numbers have at most 15 digits, these are {limits}")
    elif low is not None and high is not None and -(-low // step) > high // step:
        what = "number" if spec.multiple_of is None else f"multiple of {spec.multiple_of}"
        draft.fault(path, "CONTRADICTION", f"no {what} is {limits}")
    else:
        return False
    return True


def choice(
    draft: Draft, path: str, spec: Field, level: str, values: Sequence[Any], weights: Sequence[int] | None
) -> Found:
    """One of these numbers, as far as the field's bounds, steps and values allow them."""
    scale = draft.scale(spec)
    low, high = scaled_bounds(spec, scale)
    listed = None if spec.values is None else {scaled_value(value, scale) for value in spec.values}
    pairs = [
        (value, weight)
        for value, weight in zip(values, weights or [1] * len(values), strict=True)
        if (low is None or scaled_value(value, scale) >= low)
        and (high is None or scaled_value(value, scale) <= high)
        and (listed is None or scaled_value(value, scale) in listed)
        and (spec.multiple_of is None or Decimal(str(value)) % Decimal(spec.multiple_of) == 0)
    ]
    if not pairs:
        if spec.values is None and low is not None and high is not None:
            return numbers.uniform(low, high, scale), (), VALUE
        draft.fault(path, "CONTRADICTION", f"none of {', '.join(map(str, values))} is within the bounds and steps")
        return None
    draft.bounded.add(path)
    kept = [value for value, _ in pairs]
    if spec.unique:
        return _told_apart(draft, path, level, sorted({scaled_value(value, scale) for value in kept}), scale)
    inner = choices.weighted(kept, [weight for _, weight in pairs])
    return numbers_of(inner, kept, scale), (), VALUE


def _told_apart(draft: Draft, path: str, level: str, units: Sequence[int], scale: int) -> Found:
    """Every position another one of the numbers."""
    draft.room(path, level, len(units))
    table, key = np.array(units, dtype=np.int64), draft.key(path)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers(table[permute(level.numbers(), len(table), key ^ frame.seed)], scale)

    return make, (), ()


def shaped(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Along the hint's curve, within the bounds; a curve of `money` is in US dollars and exchanged."""
    scale, code = draft.scale(spec), draft.resources.currency
    knots = hint["quantiles"] if "quantiles" in hint else _in_currency(hint["money"], code)
    table = Quantiles.of([(percent, scaled_value(value, scale)) for percent, value in knots])
    maker = numbers.shaped(table, *scaled_bounds(spec, scale), scale)
    flag = hint.get("zero_unless")
    low, _ = scaled_bounds(spec, scale)
    if flag is None or low is None or low <= 0:
        draft.bounded.add(path)
    if flag is not None and not draft.touched(path):
        return numbers.zero_unless(flag, maker), (flag,), VALUE
    return maker, (), VALUE


def _in_currency(knots: Sequence[Any], code: str) -> list[tuple[Any, Decimal]]:
    return [(percent, currencies.exchanged(Decimal(str(dollars)), code)) for percent, dollars in knots]


def tax(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A share of another field, at the rate of a place."""
    place = places.drawn(draft, hint.get("place", ""), level)
    rates = draft.resources.places.tax_rates

    def rate(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        drawn = frame.columns[place]
        assert isinstance(drawn, Choices)
        return Numbers(rates[drawn.codes])

    rate_path = draft.add(path + "#rate", level, rate, (place,), ())
    needs = (hint["of"], rate_path)
    low, high = scaled_bounds(spec, draft.scale(spec))
    taxed = draft.limits.fields.get(hint["of"])
    if draft.touched(path) or (not low and high is None and taxed is not None and taxed.min == 0):
        draft.bounded.add(path)
    if draft.touched(path):
        return numbers.share(*needs, low, high), needs, ()
    draft.dependent.add(path)
    return numbers.share(*needs, None, None), needs, ()


def _rate(draft: Draft, spec: Field) -> tuple[int, int]:
    """What an amount in US dollars is multiplied and divided by: money alone is exchanged."""
    rate = currencies.exchanged(Decimal(1), draft.resources.currency) if spec.semantic == "money" else Decimal(1)
    return rate.as_integer_ratio()


def multiples(draft: Draft, path: str, spec: Field) -> tuple[int, int, int, int] | None:
    """(first, how many, step, scale) of the multiples of a number's step within its bounds; None: a fault was noted."""
    scale = draft.scale(spec)
    step = 1 if spec.multiple_of is None else scaled_value(spec.multiple_of, scale)
    low, high = scaled_bounds(spec, scale)
    if _empty(draft, path, spec, (low, high), step):
        return None
    first = -(-(low if low is not None else min(0, high or 0)) // step)
    last = high // step if high is not None else max(first, min(first + _OPEN_SPACE, _LIMIT // step))
    return first, min(last - first + 1, MAX_SPACE), step, scale


def _unique(draft: Draft, path: str, spec: Field, level: str) -> Found:
    found = multiples(draft, path, spec)
    if found is None:
        return None
    first, space, step, scale = found
    key = draft.key(path)
    draft.room(path, level, space)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers((first + permute(level.numbers(), space, key ^ frame.seed)) * step, scale)

    return make, (), ()
