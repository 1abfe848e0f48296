"""Makers of the parts of one line of a table: a job's title, department and pay; an airport's code and city."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.linetables import LineTable, line_table
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, Field
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Bools, Choices, Column, Numbers, Words
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import meant
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.scales import scaled_bounds, scaled_value
from testdata_agent.engine.synthesis.tables import Weights

#: The part of a table that says whether a value is usual, its words, and in what units ranges are compared.
_FLAG: Final = "flag"
_FLAGS: Final = Words(("normal", "high", "low"))
_FINE: Final = 10_000


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the line of the field's group."""
    table = line_table(hint["table"])
    drawn = line(draft, hint, level)
    if hint["part"] == _FLAG:
        return _flag(draft, table, drawn, hint)
    if spec.type in NUMERIC_TYPES:
        return _number(draft, path, spec, table.columns[hint["part"]], drawn, hint), (drawn,), VALUE
    return word(drawn, words(draft, hint["table"], hint["part"])), (drawn,), ()


def words(draft: Draft, table: str, part_name: str) -> Words:
    """A column of a table as words, one object for all plans."""
    texts = line_table(table).columns[part_name]
    found: Words = draft.resources.shared(f"table {table}.{part_name}", lambda: Words(texts))
    return found


def line(draft: Draft, hint: dict[str, Any], level: str) -> str:
    """The hidden column of the group's line."""
    name, group = hint["table"], hint["group"]
    path = f"{group}#{name}"
    if path in draft.nodes:
        return path
    table = line_table(name)
    lines = _allowed(draft, name, group, table)
    weights = table.weights if lines is None else np.where(lines, table.weights, 0)
    key = words(draft, name, next(iter(table.columns)))
    other = hint.get("other")
    if other is None or draft.outline.members(f"table {name}", other) == {}:
        return draft.add(path, level, _line(key, Weights.of(weights.tolist())))
    first = line(draft, {"table": name, "group": other}, level)
    return draft.add(path, level, _other_line(first, key, Weights.of(weights.tolist()), weights), (first,))


def _allowed(draft: Draft, name: str, group: str, table: LineTable) -> Bools | None:
    """The lines that the limits of the group's fields leave; None: all, also where they leave none."""
    result: Bools | None = None
    for part_name, path in draft.outline.members(f"table {name}", group).items():
        here = _allowed_by(draft, path, table.columns[part_name]) if part_name in table.columns else None
        if here is not None:
            both = here if result is None else result & here
            result = both if both.any() else result
    return result


def _allowed_by(draft: Draft, path: str, texts: Sequence[str]) -> Bools | None:
    spec, fixed = draft.limits.fields.get(path), draft.limits.fixed.get(path)
    if spec is None or isinstance(fixed, list) or spec.type not in NUMERIC_TYPES | TEXT_TYPES:
        return None
    if spec.type in NUMERIC_TYPES:
        if fixed is None and spec.min is None and spec.max is None:
            return None
        scale = draft.scale(spec)
        low, high = scaled_bounds(spec, scale) if fixed is None else (scaled_value(fixed, scale),) * 2
        lows, highs = _ends(texts, scale, 1)
        within: Bools = (highs >= (low if low is not None else -(2**62))) & (
            lows <= (high if high is not None else 2**62)
        )
        return within
    if fixed is not None:
        return np.array([text == fixed for text in texts])
    if limited(spec):
        test = accepts(spec)
        return np.array([test(text) for text in texts])
    return None


def _line(key: Words, table: Weights) -> Maker:
    def make(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        return Choices(table.at(hashes[0]), key)

    return make


def _other_line(first: str, key: Words, table: Weights, weights: Any) -> Maker:
    """A line other than that of the column `first`, where there is another."""
    kept = np.flatnonzero(weights)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        before = frame.columns[first]
        assert isinstance(before, Choices)
        codes = table.at(hashes[0])
        same = np.flatnonzero(codes == before.codes)
        if len(same) and len(kept) > 1:
            at = np.searchsorted(kept, codes[same])
            step = 1 + hashing.below(hashing.again(hashes[0][same], 11), len(kept) - 1)
            codes[same] = kept[(at + step) % len(kept)]
        return Choices(codes, key)

    return make


def word(drawn: str, texts: Words) -> Maker:
    """A text of the line that a column names."""

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        column = frame.columns[drawn]
        assert isinstance(column, Choices)
        return Choices(column.codes, texts)

    return make


def _number(draft: Draft, path: str, spec: Field, texts: Sequence[str], drawn: str, hint: dict[str, Any]) -> Maker:
    """A number in the range of the line."""
    scale = draft.scale(spec)
    code = draft.resources.currency if _is_money(draft, path) else "USD"
    rate = currencies.exchanged(Decimal(1), code)
    lows, highs = _ends(texts, scale, rate)
    low, high = scaled_bounds(spec, scale)
    step = int(Decimal(str(hint.get("step", 1))) * 10**scale)

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        column = frame.columns[drawn]
        assert isinstance(column, Choices)
        least, most = lows[column.codes], highs[column.codes]
        if low is not None:
            least = np.maximum(least, np.minimum(low, most))
        if high is not None:
            most = np.minimum(most, np.maximum(high, least))
        values = meant.confined(hashing.between(hashes[0], least, most), hashes[0], low, high)
        return Numbers(meant.stepped(values, step, low, high), scale)

    return make


def _flag(draft: Draft, table: LineTable, drawn: str, hint: dict[str, Any]) -> Found:
    """Whether the value of the line's group lies within the line's usual range; normal where no field has a value."""
    of = draft.outline.member(f"table {hint['table']}", hint["group"], "value")
    ends = [text.removeprefix("<").split("-") for text in table.columns["range"]]
    lows = np.array([Decimal(end[0]) * _FINE if len(end) > 1 else 0 for end in ends]).astype(np.int64)
    highs = np.array([Decimal(end[-1]) * _FINE for end in ends]).astype(np.int64)

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        place = frame.columns[drawn]
        assert isinstance(place, Choices)
        if of is None:
            return Choices(np.zeros(level.size, dtype=np.int64), _FLAGS)
        found = frame.columns[of]
        assert isinstance(found, Numbers)
        values = found.values * _FINE // 10**found.scale
        return Choices(np.where(values > highs[place.codes], 1, np.where(values < lows[place.codes], 2, 0)), _FLAGS)

    return make, (drawn,) if of is None else (drawn, of), ()


def _is_money(draft: Draft, path: str) -> bool:
    taken = draft.outline.understanding.taken.get(path)
    return taken is not None and taken.meaning is not None and bool(taken.meaning.extras.get("money"))


def _ends(texts: Sequence[str], scale: int, rate: Any) -> tuple[Any, Any]:
    """Least and greatest number of each line, scaled."""
    pairs = [cell.split("..") if ".." in cell else (cell, cell) for cell in texts]
    ends = [[int(Decimal(end) * rate * 10**scale) for end in pair] for pair in pairs]
    return np.array([low for low, _ in ends], dtype=np.int64), np.array([high for _, high in ends], dtype=np.int64)
