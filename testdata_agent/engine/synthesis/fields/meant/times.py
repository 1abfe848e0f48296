"""Makers of points in time by what they mean."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Column, Numbers
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields.times import ago as ago_field
from testdata_agent.engine.synthesis.frame import Frame, Level
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.generators.times import DAY_SECONDS, seconds
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scales import spans, time_bounds
from testdata_agent.engine.synthesis.tables import Quantiles

_HOUR = 3600
#: Days that every month has.
_SHORTEST = 28


def ago(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """Before as_of, along the curve."""
    return ago_field(draft, path, spec, level, hint)


def ahead(_draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Around as_of, mostly after it, in whole minutes."""
    table, (low, high) = _spans(hint["days"], DAY_SECONDS), time_bounds(spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        values = frame.as_of + table.at(hashes[0]) // 900 * 900
        return meant.points(values, hashes[0], low, high, days=_days(spec))

    return make, (), VALUE


def later(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """After the point beside it, or that of the record around; not after as_of, unless it may be in the future."""
    base, table = hint["of"], spans(hint["hours"], "hours")
    least = int(hint.get("least_days", 0)) * DAY_SECONDS
    low, high = time_bounds(spec)
    around = bool(hint.get("around"))
    if not around:
        draft.promise_order(base, path)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        start = seconds(frame.columns[base])
        if around:
            assert level.owners is not None
            start = start[level.owners]
        values = start + table.at(hashes[0])
        latest = np.maximum(frame.as_of if high is None else min(high, 2**61), start)
        if hint.get("open") and high is None:
            latest = values
        late = np.flatnonzero(values > latest)
        if len(late):
            half = np.maximum((start[late] + latest[late] + 1) // 2, np.minimum(start[late] + least, latest[late]))
            values[late] = hashing.between(hashing.again(hashes[0][late], 3), half, latest[late])
        if low is not None:
            early = np.flatnonzero(values < low)
            if len(early):
                top = np.maximum(latest[early], low if high is None else min(low + 30 * DAY_SECONDS, high))
                values[early] = hashing.between(hashing.again(hashes[0][early], 4), low, top)
        return meant.points(values, hashes[0], low, high, days=_days(spec))

    return make, (base,), VALUE


def plus(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The point beside it and the span of time beside it."""
    base, span, unit = hint["of"], hint["span"], hint["unit"]
    low, high = time_bounds(spec)
    bounds = draft.limits.fields[span]
    if draft.touched(path) or bounds.min is None or float(bounds.min) >= 0:
        draft.promise_order(base, path)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        start, length = seconds(frame.columns[base]), frame.columns[span]
        assert isinstance(length, Numbers)
        values = start + np.maximum(length.values, 0) * unit // 10**length.scale
        return meant.points(values, hashes[0], low, high, days=_days(spec))

    return make, (base, span), VALUE


def months(_draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The point beside it and so many calendar months; days that a month may lack become its 28th."""
    base, span = hint["of"], hint["span"]
    low, high = time_bounds(spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        start, term = seconds(frame.columns[base]), frame.columns[span]
        assert isinstance(term, Numbers)
        days = (start // DAY_SECONDS).astype("datetime64[D]")
        first = days.astype("datetime64[M]")
        within = np.minimum((days - first.astype("datetime64[D]")).astype(np.int64), _SHORTEST - 1)
        count = np.maximum(term.values // 10**term.scale, 0).astype("timedelta64[M]")
        ends = (first + count).astype("datetime64[D]").astype(np.int64) + within
        return meant.points(ends * DAY_SECONDS + start % DAY_SECONDS, hashes[0], low, high, days=_days(spec))

    return make, (base, span), VALUE


def birth(_draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The birthday of somebody of the age beside it, or of an age along the curve."""
    of, low_high = hint.get("of"), time_bounds(spec)
    table = Quantiles.of([(percent, value) for percent, value in hint["quantiles"]])

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        if of is None:
            ages = table.at(hashing.again(hashes[0], 5))
        else:
            column = frame.columns[of]
            assert isinstance(column, Numbers)
            ages = column.values // 10**column.scale
        today = np.datetime64(frame.as_of // DAY_SECONDS, "D")
        month = today.astype("datetime64[M]")
        day = min(int((today - month.astype("datetime64[D]")).astype(np.int64)), 27)
        latest = (month - (ages * 12).astype("timedelta64[M]")).astype("datetime64[D]").astype(np.int64) + day
        born = latest - hashing.below(hashes[0], 361)
        return meant.points(born * DAY_SECONDS, hashes[0], *low_high, days=_days(spec))

    return make, () if of is None else (of,), VALUE


def _spans(knots: Sequence[Any], unit: int) -> Quantiles:
    return Quantiles.of([(percent, int(value * unit)) for percent, value in knots])


def _days(spec: Field) -> bool:
    return spec.type is FieldType.DATE
