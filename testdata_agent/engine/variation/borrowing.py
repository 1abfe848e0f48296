"""Items that exemplars lend one another: those of one kind, where neither list is locked."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.variation.layout import Holder, Leaf, Role
from testdata_agent.engine.variation.shelf import Shelf, State

#: Percent of the rows in which one item is another exemplar's.
_BORROWS: Final = 60


class Borrowing:
    """Who may stand in for whom in one array of records."""

    def __init__(self, shelf: Shelf, array: Holder, still: Sequence[frozenset[str]]) -> None:
        """Takes the array, and of each exemplar what must not change."""
        self._contents: list[Hashable] = []
        self._relatives: list[list[int]] = []
        leaves = [part for part in array.parts if isinstance(part, Leaf) and part.role is Role.TAKEN]
        named = [leaf for leaf in leaves if _names_a_kind(leaf)]
        owners = shelf.levels[array.path].of
        free = [
            array.path not in wishes.kept and array.path not in still[number] and array.path not in wishes.given_up
            for number, wishes in enumerate(shelf.wishes)
        ]
        if array.level != ROOT or array.spec.unique_items or not named or sum(free) < 2:
            return
        kinds = [_told(shelf, named, entry) for entry in range(len(owners))]
        self._contents = [_told(shelf, leaves, entry) for entry in range(len(owners))]
        pools: Mapping[Hashable, list[int]] = defaultdict(list)
        for entry, owner in enumerate(owners):
            if free[owner] and any(kinds[entry]):
                pools[kinds[entry]].append(entry)
        self._relatives = [
            [other for other in pools[kinds[entry]] if owners[other] != owner] if free[owner] else []
            for entry, owner in enumerate(owners)
        ]
        if not any(self._relatives):
            self._relatives = []

    @property
    def needed(self) -> bool:
        """Whether there is anything to lend."""
        return bool(self._relatives)

    def lend(self, entries: I64, offsets: I64, hashes: Sequence[U64]) -> None:
        """Puts relatives in the place of some entries; `hashes` are three, one a row each."""
        sizes = np.diff(offsets)
        borrows = (hashing.below(hashes[0], 100) < _BORROWS) & (sizes > 0)
        places = offsets[:-1] + hashing.below(hashes[1], np.maximum(sizes, 1))
        picks = hashes[2].tolist()
        for row in np.flatnonzero(borrows).tolist():
            place = int(places[row])
            entry = int(entries[place])
            relatives = self._relatives[entry] if entry >= 0 else []
            if relatives:
                chosen = relatives[picks[row] % len(relatives)]
                there = {self._contents[other] for other in entries[offsets[row] : offsets[row + 1]].tolist()}
                if self._contents[chosen] not in there:
                    entries[place] = chosen


def _told(shelf: Shelf, leaves: Sequence[Leaf], entry: int) -> tuple[Any, ...]:
    """What an entry says of some leaves; numbers that may move do not count."""
    cells = [shelf.cells[leaf.path] for leaf in leaves if not leaf.measured]
    return tuple(each.values[entry] if each.state[entry] == State.HERE else None for each in cells)


def _names_a_kind(leaf: Leaf) -> bool:
    return leaf.discrete or leaf.hint.get("part") == "category"
