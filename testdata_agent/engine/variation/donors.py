"""Donor resampling: a new row takes after a real one, and borrows from those that are of its kind.

Rows are of one kind (a cell) when their discrete values agree. What belongs together moves together: an item of a list
is taken whole. Numbers move to a neighbour's rank within their cell. Texts of several sentences are put together from
those of the same cell. Everything is a function of seed and row.
"""

import json
import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from testdata_agent.engine.creative.parts import Part
from testdata_agent.engine.schema.model import NUMERIC_TYPES, FieldType
from testdata_agent.engine.variation.draws import Draws

#: Rows from this count on are grown from written ones, unless the request forbids it.
EXPAND_ABOVE = 200
#: Most rows of one job that are written to grow the others from.
MOST_EXEMPLARS = 40

#: Draws of one row before it is taken as it is.
_TRIES = 8
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Donors:
    """Real rows' creative parts, ready to be varied. Not changed once made."""

    def __init__(self, parts: Sequence[Part], rows: Sequence[Mapping[str, Any]]) -> None:
        """Takes what a row is made of, and at least one row.

        Raises:
            ValueError: there is no row.
        """
        if not rows:
            raise ValueError("variation needs at least one row to begin with")
        self._parts, self._rows = tuple(parts), tuple(rows)
        self._marks = {_mark(row) for row in rows}
        self._cells: dict[Hashable, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            self._cells[_cell(parts, row)].append(number)
        self._ranks: dict[str, list[Decimal]] = {}
        self._lists: dict[tuple[str, Hashable], dict[tuple[str, ...], list[Any]]] = {}

    def row(self, number: int, *, seed: int) -> dict[str, Any]:
        """A new row's creative parts; `number` is its place among all rows.

        It is no copy of a donor, unless nothing in a row of this kind can differ (one choice out of a list).
        """
        varied: dict[str, Any] = {}
        for attempt in range(_TRIES):
            draws = Draws(seed, 0x76617279, number, attempt)
            donor = self._rows[draws.below(len(self._rows))]
            cell = _cell(self._parts, donor)
            varied = {part.name: self._varied(part, donor[part.name], cell, draws) for part in self._parts}
            if _mark(varied) not in self._marks:
                break
        return varied

    def _varied(self, part: Part, value: Any, cell: tuple[Any, ...], draws: Draws) -> Any:
        if part.array:
            return self._list(part, value, cell, draws)
        if part.parts:
            return {inner.name: self._varied(inner, value[inner.name], cell, draws) for inner in part.parts}
        return self._leaf(part, value, cell, draws)

    def _list(self, part: Part, items: Sequence[Any], cell: tuple[Any, ...], draws: Draws) -> list[Any]:
        """As many items as some row of the kind has: mostly the donor's own, some of its relatives'."""
        least, most = part.lengths
        like = self._rows_of(cell)
        wanted = len(_at(self._rows[like[draws.below(len(like))]], part.path) or items)
        wanted = max(least, min(wanted, most))
        chosen = list(items)
        relatives = [item for item in self._relatives(part, cell, items) if item not in chosen]
        if chosen and relatives and draws.chance(60):
            chosen[draws.below(len(chosen))] = relatives.pop(draws.below(len(relatives)))
        while len(chosen) < wanted and relatives:
            chosen.append(relatives.pop(draws.below(len(relatives))))
        while len(chosen) > max(wanted, least, 1):
            chosen.pop(draws.below(len(chosen)))
        if not part.parts:
            return chosen
        return [
            {inner.name: self._varied(inner, item[inner.name], _cell(part.parts, item), draws) for inner in part.parts}
            for item in chosen
        ]

    def _relatives(self, part: Part, cell: Hashable, items: Sequence[Any]) -> list[Any]:
        """Items of other rows of the kind that go with these: they share what names their kind with one of them."""
        pool = self._pool(part, cell)
        kinds = {_kind(part.parts, item) for item in items}
        # Where nothing names the kind of an item, it is left with those that it was written with.
        return [item for kind in sorted(kinds) if any(kind) for item in pool.get(kind, ())]

    def _pool(self, part: Part, cell: Hashable) -> Mapping[tuple[str, ...], list[Any]]:
        """The items of all rows of a kind, by their own kind."""
        key = (part.path, cell)
        pool = self._lists.get(key)
        if pool is None:
            pool = self._lists[key] = defaultdict(list)
            for row in self._rows_of(cell):
                for item in _at(self._rows[row], part.path) or ():
                    pool[_kind(part.parts, item)].append(item)
        return pool

    def _leaf(self, part: Part, value: Any, cell: tuple[Any, ...], draws: Draws) -> Any:
        spec = part.leaf
        if spec.type in NUMERIC_TYPES and spec.values is None and not _is_discrete(part):
            return self._moved(part, value, draws)
        if spec.type is FieldType.STRING and spec.values is None:
            return self._retold(part, str(value), cell, draws)
        return value

    def _moved(self, part: Part, value: Any, draws: Draws) -> Any:
        """A number some way towards its next neighbours in rank, with the ending that prices have."""
        ranks = self._ranks_of(part)
        here = Decimal(str(value))
        if part.leaf.type is FieldType.INTEGER:
            reach = max(Decimal(1), abs(here) / 4)
            near = [rank for rank in ranks if abs(rank - here) <= reach]
            return int(near[draws.below(len(near))]) if near else value
        below = max([rank for rank in ranks if rank < here], default=here)
        above = min([rank for rank in ranks if rank > here], default=here)
        span = max(min(above - below, abs(here) / 4), abs(here) / 8)
        moved = here + span * (draws.below(1001) - 500) / 1000
        if abs(here) >= 5:
            moved = moved.quantize(Decimal(1)) + (here - int(here))
        return _within(part, moved.quantize(Decimal("0.01") if here == int(here) else here))

    def _ranks_of(self, part: Part) -> list[Decimal]:
        found = self._ranks.get(part.path)
        if found is None:
            values = [Decimal(str(value)) for row in self._rows for value in _all_at(row, part.path)]
            found = self._ranks[part.path] = sorted(set(values))
        return found

    def _retold(self, part: Part, text: str, cell: tuple[Any, ...], draws: Draws) -> str:
        """A text of several sentences with some of them from another row of the kind; a shorter one as it is."""
        sentences = _SENTENCE_END.split(text)
        like = self._rows_of(cell)
        if not cell or len(sentences) < 2 or len(like) < 2 or "." in part.path:
            return text
        other = _SENTENCE_END.split(str(_at(self._rows[like[draws.below(len(like))]], part.path)))
        cut = 1 + draws.below(len(sentences) - 1)
        tail = other[min(cut, len(other) - 1) :]
        told = " ".join(dict.fromkeys([*sentences[:cut], *tail]))
        most = part.leaf.max_length
        return told if most is None or len(told) <= most else text

    def _rows_of(self, cell: Hashable) -> list[int]:
        return self._cells.get(cell) or list(range(len(self._rows)))


def _cell(parts: Sequence[Part], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """The discrete values of a row: what its kind is."""
    return tuple(str(row[part.name]) for part in parts if not part.parts and not part.array and _is_discrete(part))


def _kind(parts: Sequence[Part], item: Any) -> tuple[str, ...]:
    """What an item must share with others to go with them: its choices and its category."""
    if not parts:
        return ("item",)
    return tuple(str(item[part.name]) for part in parts if _names_a_kind(part))


def _names_a_kind(part: Part) -> bool:
    if part.parts or part.array:
        return False
    return _is_discrete(part) or (part.leaf.generate or {}).get("part") == "category"


def _is_discrete(part: Part) -> bool:
    spec = part.leaf
    if spec.values is not None or spec.type is FieldType.BOOLEAN:
        return True
    hint = spec.generate or {}
    return spec.type is FieldType.INTEGER and hint.get("kind") == "choice"


def _within(part: Part, value: Decimal) -> Decimal:
    spec = part.leaf
    if spec.min is not None:
        value = max(value, Decimal(str(spec.min)))
    if spec.max is not None:
        value = min(value, Decimal(str(spec.max)))
    return value


def _at(row: Mapping[str, Any], path: str) -> Any:
    """The value at a path that leads through objects alone."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _all_at(row: Any, path: str) -> list[Any]:
    """All values at a path, through lists, too."""
    name, _, rest = path.partition(".")
    value = row.get(name)
    entries = value if isinstance(value, list) else [value]
    return [found for entry in entries for found in (_all_at(entry, rest) if rest else [entry]) if entry is not None]


def _mark(row: Mapping[str, Any]) -> bytes:
    return blake2b(json.dumps(row, default=float).encode(), digest_size=12).digest()
