"""Makers of numbers by what they mean."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import I64, Column, Dates, Instants, Numbers
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields import numbers
from testdata_agent.engine.synthesis.fields.derived import hidden
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.generators import numbers as number_makers
from testdata_agent.engine.synthesis.generators.times import DAY_SECONDS, seconds
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scales import scaled_bounds, scaled_value
from testdata_agent.engine.synthesis.tables import Quantiles


def shaped(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Along the curve, in steps, within the bounds; evenly between bounds that the curve does not reach."""
    scale = draft.scale(spec)
    low, high = scaled_bounds(spec, scale)
    knots = hint["quantiles"] if "quantiles" in hint else _exchanged(draft, spec, hint["money"])
    table = Quantiles.of([(percent, scaled_value(value, scale)) for percent, value in knots])
    low, high = _reachable(int(table.points[0]), int(table.points[-1]), low, high)
    inner = number_makers.shaped(table, low, high, scale)
    step = int(hint.get("step", 1)) * 10**scale
    draft.bounded.add(path)
    return inner if step == 10**scale else _stepped(inner, step, low, high, scale), (), VALUE


def _stepped(inner: Maker, step: int, low: int | None, high: int | None, scale: int) -> Maker:
    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes)
        assert isinstance(column, Numbers)
        return Numbers(meant.stepped(column.values, step, low, high), scale)

    return make


def _reachable(least: int, most: int, low: int | None, high: int | None) -> tuple[int | None, int | None]:
    """The bounds, both of them where the curve from `least` to `most` lies outside of the one there is."""
    if low is None and high is not None and high < least:
        return high - (most - least), high
    if high is None and low is not None and low > most:
        return low, low + (most - least)
    return low, high


def _exchanged(draft: Draft, spec: Field, knots: Sequence[Any]) -> list[tuple[Any, Decimal]]:
    """A curve in US dollars as one in the currency of the request."""
    if spec.semantic != "money":
        return [(percent, Decimal(str(value))) for percent, value in knots]
    code = draft.resources.currency
    return [(percent, min(currencies.exchanged(Decimal(str(value)), code), Decimal(10**9))) for percent, value in knots]


def choice(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """One of the meaning's numbers, as far as the bounds leave any."""
    listed = hint.get("values") or [
        currencies.exchanged(Decimal(str(value)), draft.resources.currency) for value in hint["money"]
    ]
    weights = hint.get("weights") or [1] * len(listed)
    scale = draft.scale(spec)
    low, high = scaled_bounds(spec, scale)
    pairs = [
        (value, weight)
        for value, weight in zip(listed, weights, strict=True)
        if (low is None or scaled_value(value, scale) >= low) and (high is None or scaled_value(value, scale) <= high)
    ]
    if not pairs:
        return None
    kept, kept_weights = zip(*pairs, strict=True)
    return numbers.choice(draft, path, spec, level, kept, kept_weights)


def serial(draft: Draft, path: str, spec: Field, _level: str, _hint: dict[str, Any]) -> Found:
    """Numbers from 1000 on, no two alike."""
    if spec.min is not None or spec.max is not None:
        return None
    key, scale = draft.key(path), draft.scale(spec)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        return Numbers(meant.serial_numbers(level.numbers(), key ^ frame.seed) * 10**scale, scale)

    return make, (), ()


def share(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A share of the number beside it, or of the sum of what the lines beside it come to."""
    scale = draft.scale(spec)
    of = hidden(draft, path, level, hint["sum"], scale) if "sum" in hint else hint["of"]
    knots = [(percent, scaled_value(value, 2)) for percent, value in hint["percent"]]
    low, high = _bounds(draft, path, spec)
    inner, step = meant.share(of, Quantiles.of(knots), low, high, scale), int(hint.get("step", 1)) * 10**scale
    return _stepped(inner, step, low, high, scale) if step > 10**scale else inner, (of,), VALUE


def weight(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Kilograms of somebody of the height beside it, in centimetres, by an index along the curve."""
    of, scale = hint["of"], draft.scale(spec)
    table = Quantiles.of([(percent, scaled_value(value, 2)) for percent, value in hint["quantiles"]])
    low, high = _bounds(draft, path, spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        centimetres = _units(frame, of, 1)
        values = table.at(hashes[0]) * centimetres**2 * 10**scale // 10**8
        return Numbers(meant.confined(values, hashes[0], low, high), scale)

    return make, (of,), VALUE


def bmi(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Kilograms over the square of metres, rounded half up; heights beside it are centimetres."""
    of, other, scale = hint["of"], hint["weight"], draft.scale(spec)
    low, high = _bounds(draft, path, spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        square = np.maximum(_units(frame, of, 2) ** 2, 1)
        values = (_units(frame, other, 2) * 10 ** (scale + 6) * 2 + square) // (2 * square)
        return Numbers(meant.confined(values, hashes[0], low, high), scale)

    return make, (of, other), VALUE


def _units(frame: Frame, path: str, scale: int) -> I64:
    column = frame.columns[path]
    assert isinstance(column, Numbers)
    return meant.rescaled(column, scale)


def year_of(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The year of the day beside it."""
    of, scale = hint["of"], draft.scale(spec)
    low, high = _bounds(draft, path, spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        column = frame.columns[of]
        assert isinstance(column, Instants | Dates)
        days = (seconds(column) // DAY_SECONDS).astype("datetime64[D]")
        years = days.astype("datetime64[Y]").astype(np.int64) + 1970
        return Numbers(meant.confined(years * 10**scale, hashes[0], low, high), scale)

    return make, (of,), VALUE


def above(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """More than the number beside it."""
    scale = draft.scale(spec)
    knots = [(percent, scaled_value(value, scale)) for percent, value in hint["add"]]
    return meant.above(hint["of"], Quantiles.of(knots), *_bounds(draft, path, spec), scale), (hint["of"],), VALUE


def _bounds(draft: Draft, path: str, spec: Field) -> tuple[int | None, int | None]:
    draft.bounded.add(path)
    return scaled_bounds(spec, draft.scale(spec))


def elapsed(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The time between two points beside it."""
    needs = (hint["of"], hint["to"])
    return meant.elapsed(*needs, hint["unit"], *_bounds(draft, path, spec), draft.scale(spec)), needs, VALUE


def year(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """The year of as_of less a number of years."""
    scale = draft.scale(spec)
    table = Quantiles.of([(percent, value) for percent, value in hint["ago"]])
    low, high = _bounds(draft, path, spec)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        values = (_year(frame.as_of) - table.at(hashes[0])) * 10**scale
        return Numbers(meant.confined(values, hashes[0], low, high), scale)

    return make, (), VALUE


def _year(as_of: int) -> int:
    return int(np.datetime64(as_of, "s").astype("datetime64[Y]").astype(np.int64)) + 1970


def age(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """Whole years: along the curve, or since the birth date beside it."""
    birth = hint.get("of")
    if birth is None:
        return shaped(draft, path, spec, level, hint)
    return _since(birth, draft.scale(spec), *_bounds(draft, path, spec)), (birth,), VALUE


def _since(birth: str, scale: int, low: int | None, high: int | None) -> Maker:
    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        column = frame.columns[birth]
        assert isinstance(column, Instants | Dates)
        born = (seconds(column) // DAY_SECONDS).astype("datetime64[D]")
        today = np.datetime64(frame.as_of // DAY_SECONDS, "D")
        years = born.astype("datetime64[Y]").astype(np.int64)
        months = born.astype("datetime64[M]")
        this_year, this_month = (today.astype(f"datetime64[{unit}]") for unit in "YM")
        day = (today - this_month.astype("datetime64[D]")).astype(np.int64)
        days = (born - months.astype("datetime64[D]")).astype(np.int64)
        month = (this_month - this_year.astype("datetime64[M]")).astype(np.int64)
        born_month = months.astype(np.int64) % 12
        before = (born_month > month) | ((born_month == month) & (days > day))
        ages = (this_year.astype(np.int64) - years - before) * 10**scale
        return Numbers(meant.confined(ages, hashes[0], low, high), scale)

    return make
