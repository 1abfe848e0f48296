"""How cases change the value of one place."""

from collections.abc import Callable
from typing import Any

from testdata_agent.engine.defects.case import REMOVED, Change
from testdata_agent.engine.defects.defect import Verdict
from testdata_agent.engine.defects.numbers import Number
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot, Target

#: Makes a new value of what stands at a place; ABSENT: it cannot.
Making = Callable[[Site, Any], Any]


def to_value(spot: Spot, make: Making, *, there: bool = False) -> Callable[[Site], Change | None]:
    """Puts a value at the spot; `there`: only where one stands already."""

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        if target is None or (there and target.value in (ABSENT, None)):
            return None
        if target.value is ABSENT and "when" in (spot.field.generate or {}):
            return None  # it is not there because another field says so
        value = make(site, None if target.value is ABSENT else target.value)
        return None if value is ABSENT or _same(value, target.value) else Change(target.pointer, value)

    return change


def _same(one: Any, other: Any) -> bool:
    """Whether two values are written alike."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    if isinstance(one, Number) and isinstance(other, Number):
        return one.text == other.text
    return bool(one == other)


def to_constant(spot: Spot, value: Any) -> Callable[[Site], Change | None]:
    """Puts this value at the spot."""
    return to_value(spot, lambda site, old: value)


def to_said(spot: Spot, make: Making) -> Callable[[Site], Change | None]:
    """Puts a value of the right type at the spot, whose own limits say what is to be thought of it."""
    saying, put = spot.saying, to_value(spot, make)

    def change(site: Site) -> Change | None:
        found = put(site)
        said = None if found is None else saying.of(found.value)
        return None if found is None or said is None else Change(found.pointer, found.value, said[0], said[1])

    return change


def removal(spot: Spot) -> Callable[[Site], Change | None]:
    """Takes the member away."""

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        return None if target is None or target.value is ABSENT else Change(target.pointer, REMOVED)

    return change


def extra(spot: Spot | None, name: str, value: Any) -> Callable[[Site], Change | None]:
    """Adds a member to the object at the spot; None: to the record."""

    def change(site: Site) -> Change | None:
        target = Target((), site.record) if spot is None else site.target(spot)
        if target is None or not isinstance(target.value, dict) or name in target.value:
            return None
        return Change((*target.pointer, name), value)

    return change


def required_verdict(*, needed: bool) -> Verdict:
    """On a member that is missing."""
    return Verdict.REJECT if needed else Verdict.ACCEPT
