"""Values on their limits, and the next ones outside of them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from testdata_agent.engine.coherence.moments import bound_text, instant_text
from testdata_agent.engine.defects.case import Case
from testdata_agent.engine.defects.changing import Making, to_constant, to_said, to_value
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.editing import resized
from testdata_agent.engine.defects.numbers import written
from testdata_agent.engine.defects.saying import NOTHING_SAID, step_of
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.certain import meant_bounds
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, FieldType
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND, epoch

#: Lengths and sizes up to this are tried.
_MOST = 20_000
_MOST_ITEMS = 2_000


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    kind = spot.field.type
    if spot.field.values is not None and kind is not FieldType.BOOLEAN:
        yield from _listed(spot)
    elif kind in NUMERIC_TYPES:
        # What a rule makes cannot be on a bound by itself.
        yield from () if spot.derived else _numbers(spot)
    elif kind in TIME_TYPES:
        yield from _times(spot)
    elif kind is FieldType.ARRAY:
        yield from _sizes(spot)
    elif spot.saying.is_text:
        yield from _lengths(spot)


def _case(spot: Spot, kind: str, rule: str, verdict: Verdict, change: Any) -> Case:
    return Case(DefectClass.BOUNDARY, kind, spot.path, f"{spot.path}: {rule}", verdict, change)


def _numbers(spot: Spot) -> Iterator[Case]:
    spec, step = spot.field, step_of(spot.field)
    low, high = meant_bounds(spec) or (spec.min, spec.max)
    for name, end, outward in (("min", low, -1), ("max", high, 1)):
        if end is None:
            continue
        edge, side = Decimal(str(end)), "below" if outward < 0 else "above"
        rule = f"{name} {end}"
        for kind, value, verdict in (
            (f"at_{name}", edge, Verdict.ACCEPT),
            (f"inside_{name}", edge - outward * step, Verdict.ACCEPT),
            (f"{side}_{name}", edge + outward * step, Verdict.REJECT),
        ):
            yield _case(spot, kind, rule, verdict, _number(spot, value, outward=outward * (verdict is Verdict.REJECT)))
    if spec.multiple_of is not None and (spec.type is FieldType.FLOAT or step > 1):
        part = step / 2 if spec.type is FieldType.FLOAT else Decimal(1)
        yield _case(
            spot,
            "off_step",
            f"multiple of {spec.multiple_of}",
            Verdict.REJECT,
            to_value(spot, lambda site, old: written(spec, Decimal(str(old)) + part), there=True),
        )


def _number(spot: Spot, value: Decimal, *, outward: int) -> Any:
    """To the value; where no two records may have the same, each lies further out than the one before."""
    if not spot.field.unique:
        return to_constant(spot, written(spot.field, value))
    if not outward:
        return to_value(spot, lambda site, old: ABSENT)
    step = step_of(spot.field)
    return to_value(spot, lambda site, old: written(spot.field, value + outward * step * site.row))


def _times(spot: Spot) -> Iterator[Case]:
    days = spot.field.type is FieldType.DATE
    step = DAY_SECONDS if days else 1
    for name, end, outward in (("min", spot.field.min, -1), ("max", spot.field.max, 1)):
        if end is None:
            continue
        text = bound_text(str(end), days=days)
        outside, side = epoch(text) + outward * step, "before" if outward < 0 else "after"
        yield _case(spot, f"at_{name}", f"{name} {end}", Verdict.ACCEPT, to_constant(spot, text))
        if FIRST_SECOND <= outside <= LAST_SECOND:
            moved = instant_text(outside)[: len(text)]
            yield _case(spot, f"{side}_{name}", f"{name} {end}", Verdict.REJECT, to_constant(spot, moved))


def _listed(spot: Spot) -> Iterator[Case]:
    values = spot.field.values or ()
    for place, value in {"first": values[0], "last": values[-1]}.items():
        if isinstance(value, str) and not spot.field.unique:
            yield _case(spot, f"{place}_listed", "its listed values", Verdict.ACCEPT, to_constant(spot, value))
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values) or not texts:
        return
    near = {"not_listed": f"{texts[-1]}_x", "case_of_listed": texts[0].swapcase(), "padded_listed": f" {texts[0]}"}
    for kind, value in near.items():
        if value not in texts:
            yield _case(spot, kind, "its listed values", Verdict.REJECT, to_constant(spot, value))


def _lengths(spot: Spot) -> Iterator[Case]:
    spec = spot.field
    fixed = spec.regex is not None or spec.pattern is not None or bool(spot.saying.forms)
    least, most = spec.min_length, spec.max_length
    if not least and not spec.unique:
        words = "min_length 0" if least == 0 else "no least length is said"
        yield _case(spot, "empty", words, Verdict.ACCEPT, to_said(spot, lambda site, old: _length(spot, site, old, 0)))
    if fixed:
        return
    for kind, size, rule, verdict in (
        ("at_min_length", least, f"min_length {least}", Verdict.ACCEPT),
        ("under_min_length", least - 1 if least else None, f"min_length {least}", Verdict.REJECT),
        ("at_max_length", most, f"max_length {most}", Verdict.ACCEPT),
        ("over_max_length", None if most is None else most + 1, f"max_length {most}", Verdict.REJECT),
    ):
        if size is not None and 0 <= size <= _MOST:
            yield _case(spot, kind, rule, verdict, to_value(spot, _sized(spot, size)))
    if most is None:
        make = _sized(spot, _MOST // 2)
        yield _case(spot, "very_long", f"a text of {_MOST // 2:,} characters", Verdict.UNSPECIFIED, to_said(spot, make))


def _sized(spot: Spot, size: int) -> Any:
    return lambda site, old: _length(spot, site, old, size)


def _length(spot: Spot, site: Site, old: Any, size: int) -> Any:
    """The text at so many characters; unique ones begin with their row."""
    text = old if isinstance(old, str) and old else "a"
    if spot.field.unique:
        mark = str(site.row)
        if size <= len(mark):
            return ABSENT
        text = mark + text
    return (text * (size // len(text) + 1))[:size]


def _sizes(spot: Spot) -> Iterator[Case]:
    least, most = spot.field.min_items, spot.field.max_items
    for kind, size, rule, verdict in (
        ("at_min_items", least, f"min_items {least}", Verdict.ACCEPT),
        ("under_min_items", least - 1 if least else None, f"min_items {least}", Verdict.REJECT),
        ("at_max_items", most, f"max_items {most}", Verdict.ACCEPT),
        ("over_max_items", None if most is None else most + 1, f"max_items {most}", Verdict.REJECT),
        ("no_items", 0 if least is None else None, NOTHING_SAID, Verdict.UNSPECIFIED),
    ):
        if size is not None and 0 <= size <= _MOST_ITEMS:
            yield _case(spot, kind, rule, verdict, to_value(spot, _items(size), there=True))


def _items(size: int) -> Making:
    """So many items."""

    def make(_site: Site, old: Any) -> Any:
        return resized(old, size) if old or not size else ABSENT

    return make
