"""Makers of dates and instants."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Column, Dates, Instants
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.fields.references import column
from testdata_agent.engine.synthesis.frame import ROOT, Frame, Level
from testdata_agent.engine.synthesis.generators import times
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scales import spans, time_bounds
from testdata_agent.engine.synthesis.tables import Quantiles

_DEFAULT_SPAN = Quantiles.of([(0, 3600), (40, 90 * 86_400), (100, 730 * 86_400)])
_BIRTH_SPAN = Quantiles.of([(0, 18 * 31_557_600), (60, 45 * 31_557_600), (100, 90 * 31_557_600)])
_LATER = Quantiles.of([(0, 60), (50, 86_400), (100, 60 * 86_400)])


def ago(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Before as_of, along the hint's curve or, by another field's value, its curves."""
    curves, by = _curves(draft, hint, "days")
    maker = times.ago(curves, by, *_bounds(draft, path, spec), end=_end(draft, path), days=spec.type is FieldType.DATE)
    return maker, () if by is None else (by,), VALUE


def after(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """After another field, along the hint's curve or, by a third field's value, its curves.

    What another row says cannot move to where the request wants this one, so then it is some time before as_of.
    """
    names = [hint["of"]] if isinstance(hint["of"], str) else list(hint["of"])
    asked_for = draft.touched(path) or latest(draft, path) is not None
    if asked_for and any(name not in draft.outline.fields for name in names):
        return _some_time_ago(draft, path, spec)
    curves, by = _curves(draft, hint, "hours")
    bases = [column(draft, name) for name in names]
    base = bases[0] if len(bases) == 1 else _latest_of(draft, path, bases)
    maker = times.after(
        base, curves, by, *_bounds(draft, path, spec), end=_end(draft, path), days=spec.type is FieldType.DATE
    )
    draft.promise_order(base, path)
    return maker, (base,) if by is None else (base, by), VALUE


def _latest_of(draft: Draft, path: str, names: list[str]) -> str:
    """The hidden column of the latest of some instants."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        return Instants(reduce(np.maximum, [times.seconds(frame.columns[name]) for name in names]))

    return draft.add(path + "#after", ROOT, make, names, ())


def _curves(draft: Draft, hint: dict[str, Any], unit: str) -> tuple[Quantiles | dict[str, Quantiles], str | None]:
    """The curve of a hint; or its curves, and the field whose value picks one of them."""
    by, table = hint.get("by"), hint[unit]
    if by is None:
        return spans(table, unit), None
    if by in draft.limits.fixed:
        return spans(table[draft.limits.fixed[by]], unit), None
    return {text: spans(knots, unit) for text, knots in table.items()}, by


def plain(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """After the field that a rule puts before this one, else some time before as_of."""
    base = draft.orders.base(path)
    if base is None or draft.orders.begins_circle(path) or _comes_too_late(draft, base, spec):
        return _some_time_ago(draft, path, spec)
    draft.promise_order(base, path)
    days, base = spec.type is FieldType.DATE, _beside(draft, path, base, level)
    return (
        times.after(base, _LATER, None, *_bounds(draft, path, spec), end=_end(draft, path), days=days),
        (base,),
        VALUE,
    )


def _some_time_ago(draft: Draft, path: str, spec: Field) -> Found:
    birth = "birth" in spec.name or spec.name == "dob"
    span, days = _BIRTH_SPAN if birth else _DEFAULT_SPAN, spec.type is FieldType.DATE
    return times.ago(span, None, *_bounds(draft, path, spec), end=_end(draft, path), days=days), (), VALUE


def _bounds(draft: Draft, path: str, spec: Field) -> tuple[int | None, int | None]:
    """(earliest, latest) epoch second; fields that come after this one can then keep to what is asked of them."""
    low, high = time_bounds(spec)
    limit = latest(draft, path)
    ends = [end for end in (high, None if limit is None else limit[0]) if end is not None]
    return low, min(ends, default=None)


def latest(draft: Draft, path: str) -> tuple[int, str] | None:
    """The earliest end that the request sets to a field that comes after this one, and that field."""
    ends = list[tuple[int, str]]()
    if draft.limits.sources:
        for later in draft.orders.later(path, meant=False):
            given, high = draft.limits.fixed.get(later), time_bounds(draft.limits.fields[later])[1]
            if isinstance(given, int):
                ends.append((given, later))
            elif high is not None and draft.touched(later):
                ends.append((high, later))
    return min(ends, default=None)


def _end(draft: Draft, path: str) -> int | None:
    """The earliest end of a field that comes after this one, by the schema or by what the fields mean."""
    ends = dict[str, int]()
    for later, spec in draft.limits.fields.items():
        end = draft.limits.fixed.get(later, time_bounds(spec)[1]) if spec.type in TIME_TYPES else None
        if isinstance(end, int):
            ends[later] = end
    if not ends:
        return None
    return min((ends[later] for later in draft.orders.later(path, meant=True) if later in ends), default=None)


def chosen(spec: Field) -> Found:
    """One of the field's values."""
    table = np.array([epoch(str(value)) for value in spec.values or ()], dtype=np.int64)
    days = spec.type is FieldType.DATE

    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        values = table[hashing.below(hashes[0], len(table))]
        return Dates(values // times.DAY_SECONDS) if days else Instants(values)

    return make, (), VALUE


def _beside(draft: Draft, path: str, base: str, level: str) -> str:
    """The column of a field that stands beside another or around it, with a value for each position of the other."""
    outer = draft.outline.shape[base].array
    if outer == level:
        return base

    def make(frame: Frame, here: Level, _hashes: Sequence[U64]) -> Column:
        values, around = np.arange(here.size), here
        while around is not frame.levels[outer]:
            assert around.owners is not None
            assert around.parent is not None
            values, around = around.owners[values], around.parent
        return Instants(times.seconds(frame.columns[base])[values])

    return draft.add(path + "#after", level, make, [base], ())


def _comes_too_late(draft: Draft, base: str, spec: Field) -> bool:
    """Whether a field never lies before the end of one that a rule puts after it: the rule holds by its condition."""
    low, high = time_bounds(draft.limits.fields[base])[0], time_bounds(spec)[1]
    return low is not None and high is not None and low > high
