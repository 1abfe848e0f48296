"""Points in time, ordered where they belong together."""

from collections.abc import Mapping, Sequence

import numpy as np

from testdata_agent.engine.synthesis.columns import Column, Dates, Instants, Numbers
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import numbers
from testdata_agent.engine.synthesis.hashing import U64, again, between
from testdata_agent.engine.synthesis.tables import Quantiles

DAY_SECONDS = 86_400


def ago(
    spans: Quantiles | Mapping[str, Quantiles],
    by: str | None,
    low: int | None,
    high: int | None,
    *,
    days: bool,
    end: int | None = None,
) -> Maker:
    """Before as_of by a span of seconds, by the table or, per value of the choice `by`, the tables given.

    `low` and `high` (epoch seconds, inclusive) are a caller's bounds; what falls outside is drawn evenly inside. `end`
    is that of what comes after.
    """
    shape = _spans(spans, by)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        span = shape(frame, level, hashes)
        assert isinstance(span, Numbers)
        # What is to lie before `high` is drawn as if it were seen from there.
        values = min(frame.as_of, _until(frame, high, end)) - span.values
        if low is not None:
            ceiling = max(_until(frame, high, end), low)
            outside = (values < low) | (values > ceiling)
            values[outside] = between(again(hashes[0][outside], 2), low, ceiling)
        return Dates(values // DAY_SECONDS) if days else Instants(values)

    return make


def after(
    base: str,
    spans: Quantiles | Mapping[str, Quantiles],
    by: str | None,
    low: int | None,
    high: int | None,
    *,
    days: bool,
    end: int | None = None,
) -> Maker:
    """Later than `base` by a span of seconds, but not after as_of (nor after `high`, or `end`); never before `base`.

    The span follows the table or, per value of the choice `by`, the tables given. Where it is longer than the time
    there is, the point falls into the latter half of that time.
    """
    shape = _spans(spans, by)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        start = seconds(frame.columns[base])
        span = shape(frame, level, hashes)
        assert isinstance(span, Numbers)
        values = start + span.values
        latest = np.maximum(_until(frame, high, end), start)
        late = np.flatnonzero(values > latest)
        if len(late):
            values[late] = between(again(hashes[0][late], 3), (start[late] + latest[late] + 1) // 2, latest[late])
        if low is not None:
            early = values < low
            top = np.maximum(latest, low)
            values[early] = between(again(hashes[0][early], 4), low, top[early])
        return Dates(values // DAY_SECONDS) if days else Instants(values)

    return make


def _until(frame: Frame, high: int | None, end: int | None) -> int:
    """The latest that a point in time may be: as_of or a bound of its own, and no later than what comes after it."""
    latest = frame.as_of if high is None else high
    return latest if end is None else min(latest, end)


def _spans(spans: Quantiles | Mapping[str, Quantiles], by: str | None) -> Maker:
    return numbers.shaped(spans, None, None, 0) if isinstance(spans, Quantiles) else numbers.shaped_by(by or "", spans)


def constant(value: int, *, days: bool) -> Maker:
    """The same epoch second (or day) everywhere."""

    def make(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        filled = np.full(level.size, value, dtype=np.int64)
        return Dates(filled // DAY_SECONDS) if days else Instants(filled)

    return make


def seconds(column: Column) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Epoch seconds of a time column."""
    assert isinstance(column, Instants | Dates)
    return column.values if isinstance(column, Instants) else column.values * DAY_SECONDS
