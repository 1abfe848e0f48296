"""Values that may break a rule between fields, out of what the field may hold by itself."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from testdata_agent.engine.coherence.moments import DATE_LENGTH, instant_text
from testdata_agent.engine.defects.case import REMOVED
from testdata_agent.engine.defects.numbers import written
from testdata_agent.engine.defects.saying import step_of
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, FieldType
from testdata_agent.engine.schema.moments import epoch

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")
#: Of a list of values, so many are tried.
_MOST = 20


def guesses(spot: Spot, old: Any, beside: Sequence[Any], site: Site) -> Iterator[Any]:
    """Values for the spot, those that change least first.

    Args:
        spot: Where.
        old: What stands there; ABSENT: nothing.
        beside: What the other fields of the rule hold.
        site: The record.
    """
    kind = spot.field.type
    if spot.field.values is not None and kind is not FieldType.BOOLEAN:
        listed = spot.field.values[:_MOST]
        start = site.draws.below(len(listed))
        yield from (value for value in (*listed[start:], *listed[:start]) if value != old)
    elif kind is FieldType.BOOLEAN:
        yield not old if isinstance(old, bool) else True
        yield False
    elif kind in NUMERIC_TYPES:
        yield from _numbers(spot, old, beside)
    elif kind in TIME_TYPES:
        yield from _times(spot, old, beside, site)
    elif old is ABSENT:
        yield from (value for value in (spot.field.example, *spot.field.examples) if value is not None)
    elif isinstance(old, str):
        yield from (value for value in beside if isinstance(value, str) and value != old)
        yield old + "x"
    if old is not ABSENT and not spot.needed:
        yield REMOVED


def is_time(value: Any) -> bool:
    """Whether a value is a date or an instant as records write them."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _numbers(spot: Spot, old: Any, beside: Sequence[Any]) -> Iterator[Any]:
    step = step_of(spot.field)
    near = [value for value in (*beside, old) if isinstance(value, int | float) and not isinstance(value, bool)]
    for value in (*near, spot.field.min, spot.field.max, 0):
        if value is None or isinstance(value, str):
            continue
        exact = Decimal(getattr(value, "text", str(value)))
        for moved in (exact - step, exact + step, exact):
            yield written(spot.field, moved)


def _times(spot: Spot, old: Any, beside: Sequence[Any], site: Site) -> Iterator[Any]:
    days = spot.field.type is FieldType.DATE
    near = [value for value in (*beside, old) if is_time(value)]
    for value in (*near, instant_text(site.as_of - 2 * DAY_SECONDS)):
        for seconds in (-DAY_SECONDS if days else -1, DAY_SECONDS if days else 1, 0):
            text = instant_text(epoch(value) + seconds)
            yield text[:DATE_LENGTH] if days else text
