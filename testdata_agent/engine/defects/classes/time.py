"""Points in time that calendars, clocks and programs find hard; forms of writing them; ends before their beginnings."""

from collections.abc import Callable, Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any, Final

from testdata_agent.engine.coherence.chronology import earlier_than, is_past
from testdata_agent.engine.coherence.moments import DATE_LENGTH, instant_text
from testdata_agent.engine.defects.case import OF_VALUES, Case, Change
from testdata_agent.engine.defects.changing import Making, to_said, to_value
from testdata_agent.engine.defects.defect import DefectClass, Verdict
from testdata_agent.engine.defects.spots import ABSENT, Site, Spot
from testdata_agent.engine.defects.zones import ZONES, ClockChange, clock_changes
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.model import TIME_TYPES, FieldType
from testdata_agent.engine.schema.moments import epoch

#: Instants at which something begins or ends, all of them valid.
_EDGES: Final = {
    "epoch": "1970-01-01T00:00:00Z",
    "before_epoch": "1969-12-31T23:59:59Z",
    "int32_last_second": "2038-01-19T03:14:07Z",
    "int32_overflow": "2038-01-19T03:14:08Z",
    "leap_day": "2024-02-29T12:00:00Z",
    "century_leap_day": "2000-02-29T23:59:59Z",
    "last_second_of_year": "2024-12-31T23:59:59Z",
    "week_year_differs": "2024-12-30T00:00:00Z",
    "gregorian_start": "1582-10-15T00:00:00Z",
    "far_past": "0001-01-01T00:00:00Z",
    "nineteen_hundred": "1900-01-01T00:00:00Z",
    "far_future": "9999-12-31T23:59:59Z",
    "year_2100_february": "2100-02-28T23:59:59Z",
}
#: Forms of instants that the house does not write, of a present instant's date `d` and time `t`.
_INSTANT_FORMS: Final = {
    "offset_zero": "{d}T{t}+00:00",
    "offset_negative_zero": "{d}T{t}-00:00",
    "offset_east": "{d}T{t}+05:45",
    "offset_west": "{d}T{t}-03:30",
    "offset_out_of_range": "{d}T{t}+25:00",
    "offset_missing": "{d}T{t}",
    "fraction": "{d}T{t}.123456Z",
    "nanoseconds": "{d}T{t}.123456789Z",
    "space_for_t": "{d} {t}Z",
    "lower_case": "{d}t{t}z",
    "no_seconds": "{d}T{h}Z",
    "date_only": "{d}",
    "leap_second": "2016-12-31T23:59:60Z",
    "no_leap_second": "2015-12-31T23:59:60Z",
    "hour_24": "{d}T24:00:00Z",
    "hour_25": "{d}T25:00:00Z",
    "minute_60": "{d}T12:60:00Z",
    "zone_name": "{d}T{t} Europe/Berlin",
    "twelve_hours": "{d} 02:30:00 PM",
    "basic_form": "{b}T120000Z",
}
#: Forms of dates and of the date part of instants that are wrong in both.
_DATE_FORMS: Final = {
    "no_leap_day": "2023-02-29",
    "century_no_leap_day": "1900-02-29",
    "day_31_of_30": "2025-04-31",
    "day_zero": "2025-01-00",
    "month_zero": "2025-00-10",
    "month_13": "2025-13-01",
    "year_zero": "0000-01-01",
    "year_of_five_digits": "10000-01-01",
    "year_of_two_digits": "25-01-31",
    "slashes": "{y}/{m}/{a}",
    "day_first": "{a}-{m}-{y}",
    "no_padding": "{y}-1-5",
    "ordinal_day": "{y}-032",
    "week_date": "{y}-W05-1",
    "zero_date": "0000-00-00",
}


def cases(spot: Spot) -> Iterator[Case]:
    """What can be done at one place."""
    if spot.field.type not in TIME_TYPES or spot.field.unique:
        return
    days = spot.field.type is FieldType.DATE
    for kind, text in _EDGES.items():
        value = text[:DATE_LENGTH] if days else text
        yield _edge(spot, kind, value)
    for kind, form in _DATE_FORMS.items():
        yield _form(spot, kind, form if days else form + "T12:00:00Z")
    if not days:
        for kind, form in _INSTANT_FORMS.items():
            yield _form(spot, kind, form)
        yield from _clock_changes(spot)


def _said(spot: Spot, kind: str, words: str, make: Making) -> Case:
    rule = f"{spot.path}: {words}"
    return Case(DefectClass.TIME, kind, spot.path, rule, Verdict.UNSPECIFIED, to_said(spot, make))


def _edge(spot: Spot, kind: str, value: str) -> Case:
    """A valid point in time, and one that has not come where the name says that it has."""
    put = to_said(spot, lambda site, old: value)
    past = isinstance(name := spot.steps[-1], str) and is_past(name) and spot.field.max is None

    def change(site: Site) -> Change | None:
        found = put(site)
        if found is not None and past and value > instant_text(site.as_of)[: len(value)]:
            return Change(found.pointer, value, Verdict.REJECT, "it has not come yet")
        return found

    rule = f"{spot.path}: a point in time at an edge"
    return Case(DefectClass.TIME, kind, spot.path, rule, Verdict.UNSPECIFIED, change, checks=OF_VALUES | {"dates"})


def _form(spot: Spot, kind: str, form: str) -> Case:
    wanted = "YYYY-MM-DD" if spot.field.type is FieldType.DATE else "RFC 3339, UTC, whole seconds"
    rule = f"{spot.path}: {wanted}"
    change = to_value(spot, lambda site, old: _filled(form, site, old))
    return Case(DefectClass.TIME, kind, spot.path, rule, Verdict.REJECT, change)


def _filled(form: str, site: Site, old: Any) -> str:
    text = old if isinstance(old, str) and len(old) >= DATE_LENGTH else instant_text(site.as_of - DAY_SECONDS)
    day, time = text[:DATE_LENGTH], text[DATE_LENGTH + 1 : DATE_LENGTH + 9] or "12:00:00"
    year, month, date = day.split("-")
    return form.format(d=day, t=time, h=time[:5], y=year, m=month, a=date, b=day.replace("-", ""))


def _clock_changes(spot: Spot) -> Iterator[Case]:
    for name in ZONES:
        short = name.rpartition("/")[2].lower()
        for gap in (True, False):
            kind = "gap" if gap else "fold"
            words = f"clocks of {name} go {'forward' if gap else 'back'} then"
            yield _said(spot, f"dst_{kind}_{short}", words, _near(name, lambda c: instant_text(c.instant), gap=gap))
            before = _near(name, lambda change: instant_text(change.instant - 1), gap=gap)
            yield _said(spot, f"dst_{kind}_{short}_before", words, before)
            local = "a local time that does not exist" if gap else "a local time that exists twice"
            rule = f"{spot.path}: {local} ({name}), without an offset"
            change = to_value(spot, _near(name, lambda change: change.local, gap=gap))
            yield Case(DefectClass.TIME, f"dst_{kind}_{short}_local", spot.path, rule, Verdict.REJECT, change)


def _near(zone: str, text: Callable[[ClockChange], str], *, gap: bool) -> Making:
    """A text of the last such change before the value that stands there (or `now`), or of the next, as is drawn."""

    def make(site: Site, old: Any) -> Any:
        at = epoch(old) if isinstance(old, str) else site.as_of
        year = datetime.fromtimestamp(at, UTC).year
        changes = [each for near in (year - 1, year, year + 1) for each in _changes(zone, near) if each.is_gap is gap]
        earlier = [each for each in changes if each.instant <= at]
        later = [each for each in changes if at < each.instant <= site.as_of]
        if later and (not earlier or site.draws.chance(50)):
            return text(later[0])
        return text(earlier[-1]) if earlier else ABSENT

    return make


def _changes(zone: str, year: int) -> Sequence[ClockChange]:
    # At the ends of the calendar local times lie beyond it.
    return clock_changes(zone, year) if MINYEAR < year < MAXYEAR else ()


def order_cases(spots: Sequence[Spot]) -> Iterator[Case]:
    """An end before its beginning, among the members of one object."""
    groups: dict[tuple[str | None, ...], dict[str, Spot]] = {}
    for spot in spots:
        if spot.field.type in TIME_TYPES and spot.steps[-1] is not None and not spot.derived:
            groups.setdefault(spot.steps[:-1], {})[spot.steps[-1]] = spot
    for members in groups.values():
        for name, spot in members.items():
            for before in earlier_than(name, members):
                yield _before(spot, members[before])


def _before(spot: Spot, other: Spot) -> Case:
    rule = f"{spot.path} is not before {other.path}"

    def change(site: Site) -> Change | None:
        target = site.target(spot)
        if target is None or not isinstance(target.value, str):
            return None
        holder: Any = site.record
        for step in target.pointer[:-1]:
            holder = holder[step]
        first = holder.get(other.steps[-1])
        if not isinstance(first, str):
            return None
        days = spot.field.type is FieldType.DATE
        moved = instant_text(epoch(first) - (DAY_SECONDS if days else 1))
        return Change(target.pointer, moved[:DATE_LENGTH] if days else moved)

    return Case(
        DefectClass.TIME,
        f"before_{other.steps[-1]}",
        spot.path,
        rule,
        Verdict.REJECT,
        change,
        checks=OF_VALUES | {"dates", "rules"},
    )
