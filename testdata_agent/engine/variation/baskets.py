"""Baskets that take after those of exemplars: some of their articles, some others of the same kind, in another order.

What is locked stays in its place. Articles come from the catalogue or from other exemplars' baskets, and no kind of
thing is twice in a basket that the exemplar's own does not hold twice.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np

from testdata_agent.engine.catalog.articles import PER_BASE
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.variation.layout import Holder
from testdata_agent.engine.variation.shelf import Shelf
from testdata_agent.engine.variation.stand_ins import StandIns

#: Of 256 items: so many stay what they are, and so many are at most the catalogue's; the rest are other exemplars'.
_OWN, _CATALOGUE = 90, 222
#: A basket of more than one grows or shrinks by a third of its items at the most.
_SHARE: Final = 3
#: Most items of a basket that are made one by one; longer lists stay as they are.
MOST_ITEMS: Final = 64


class Freedom(IntEnum):
    """How far the basket of an exemplar may differ from it."""

    #: It stays, since it is the engine's, locked, or adds up to something.
    NONE = 0
    #: Its articles may be others, each in its place.
    PLACED = 1
    #: And in another order.
    COUNTED = 2
    #: And more or fewer.
    FREE = 3


class Filled(NamedTuple):
    """The baskets of several rows: how many items each has, and of all items, one after the other, entry and article.

    Attributes:
        group: The fields that make up an article.
    """

    group: str
    sizes: I64
    entries: I64
    codes: I64


class Baskets:
    """One array of articles.

    Attributes:
        group: The fields that make up an article.
        width: Most items that a basket can have.
    """

    def __init__(
        self,
        shelf: Shelf,
        array: Holder,
        stand_ins: StandIns,
        still: Sequence[frozenset[str]],
        lengths: tuple[int, int] | None,
    ) -> None:
        """Takes the array, what may stand in for its articles, and what must not change.

        Args:
            shelf: Of all exemplars.
            array: Of articles; at the root.
            stand_ins: Of the articles.
            still: Paths of each exemplar that must not change.
            lengths: (least, most) items that the request asks for; None: it says nothing of them.
        """
        assert array.level == ROOT
        self.group, self._stand_ins = stand_ins.group, stand_ins
        self._spans = shelf.levels[array.path].spans
        spec = array.spec
        least, most = lengths or (spec.min_items or 0, MOST_ITEMS if spec.max_items is None else spec.max_items)
        self._least, self._most = least, min(most, MOST_ITEMS)
        self._freedom = [_freedom(shelf, array, still, number) for number in range(len(shelf.exemplars))]
        sizes = [span.stop - span.start for span in self._spans]
        self.width = max((size + size // _SHARE + 1 for size in sizes), default=0)
        self._asked = [wishes.lengths.get(array.path) for wishes in shelf.wishes]
        self._relatives = _relatives(shelf, array, stand_ins, self._freedom)

    @property
    def needed(self) -> bool:
        """Whether any basket may be another."""
        return any(self._freedom)

    def filled(self, exemplars: I64, row_hashes: U64, hashes: U64) -> Filled:
        """The baskets of rows by the exemplar of each; see `basket`."""
        entries: list[int] = []
        codes: list[int] = []
        sizes: list[int] = []
        drawn, width = hashes.tolist(), self.width
        for row, (exemplar, row_hash) in enumerate(zip(exemplars.tolist(), row_hashes.tolist(), strict=True)):
            some, others = self.basket(exemplar, row_hash, drawn[row * width : (row + 1) * width])
            entries += some
            codes += others
            sizes.append(len(some))
        return Filled(self.group, *(np.array(each, dtype=np.int64) for each in (sizes, entries, codes)))

    def basket(self, exemplar: int, row_hash: int, hashes: Sequence[int]) -> tuple[list[int], list[int]]:
        """(entries, articles of the catalogue or -1) of one basket, the items in their order.

        Args:
            exemplar: That it takes after.
            row_hash: 64 bits of the row.
            hashes: Of its items, `width` of them.
        """
        span, freedom = self._spans[exemplar], self._freedom[exemplar]
        entries = list(range(span.start, span.stop))
        if freedom is Freedom.NONE or not entries or len(entries) > MOST_ITEMS:
            return entries, [-1] * len(entries)
        hashed = list(zip(hashes, entries, strict=False))
        size = len(entries)
        if freedom >= Freedom.COUNTED:
            hashed.sort()
        if freedom is Freedom.FREE:
            size = self._size(exemplar, size, row_hash)
            hashed = hashed[:size]
        chosen = _Basket(self._stand_ins, self._relatives)
        chosen.fill(hashed)
        for turn in range(len(hashed), size):
            chosen.add(entries, hashes[turn])
        return chosen.entries, chosen.codes

    def _size(self, exemplar: int, own: int, row_hash: int) -> int:
        asked = self._asked[exemplar]
        if asked is not None:
            least, most = max(asked[0], 1), min(asked[1], own)
        else:
            band = max(1, own // _SHARE) if own > 1 else 0
            least, most = max(min(2, own), own - band, self._least), min(own + band, self._most)
        return own if least > most else least + (row_hash >> 16) % (most - least + 1)


class _Basket:
    """One basket while it is filled."""

    def __init__(self, stand_ins: StandIns, relatives: Mapping[int, Sequence[int]]) -> None:
        self._stand_ins, self._relatives = stand_ins, relatives
        self.entries: list[int] = []
        self.codes: list[int] = []
        self._kinds: set[int] = set()

    def fill(self, hashed: Sequence[tuple[int, int]]) -> None:
        """Takes entries with their hashes: first which of them stay, then what stands in for the others."""
        self.entries = [entry for _, entry in hashed]
        self.codes = [-1] * len(hashed)
        others = []
        for place, (hashed_to, entry) in enumerate(hashed):
            if (hashed_to & 0xFF) < _OWN:
                self._kinds.add(self._kind(entry))
            else:
                others.append((place, hashed_to, entry))
        for place, hashed_to, entry in others:
            entry_there, code = self._other(entry, hashed_to)
            self.entries[place], self.codes[place] = entry_there, code
            self._kinds.add(self._kind(entry_there) if code < 0 else code // PER_BASE)

    def add(self, entries: Sequence[int], hashed_to: int) -> None:
        """One article more, like one of these entries; none where the kind has no other."""
        like = entries[(hashed_to >> 40) % len(entries)]
        entry, code = self._other(like, hashed_to)
        if code < 0 and self._kind(entry) in self._kinds:
            return
        self._kinds.add(self._kind(entry) if code < 0 else code // PER_BASE)
        self.entries.append(entry)
        self.codes.append(code)

    def _kind(self, entry: int) -> int:
        """What an entry's article is: a base product, or itself."""
        base = self._stand_ins.bases[entry]
        return base if base >= 0 else -1 - entry

    def _other(self, entry: int, hashed_to: int) -> tuple[int, int]:
        pool, relatives = self._stand_ins.pool(entry), self._relatives.get(entry, ())
        start = hashed_to >> 8
        if pool and ((hashed_to & 0xFF) < _CATALOGUE or not relatives):
            for turn in range(len(pool)):
                code = pool[(start + turn) % len(pool)]
                if code // PER_BASE not in self._kinds:
                    return entry, code
        for turn in range(len(relatives)):
            other = relatives[(start + turn) % len(relatives)]
            if self._kind(other) not in self._kinds:
                return other, -1
        return entry, -1


def _freedom(shelf: Shelf, array: Holder, still: Sequence[frozenset[str]], number: int) -> Freedom:
    wishes, path = shelf.wishes[number], array.path
    if path in wishes.given_up or path in still[number]:
        return Freedom.NONE
    if path not in wishes.kept:
        return Freedom.FREE
    inside = any(kept.startswith(path + ".") for kept in wishes.kept)
    return Freedom.PLACED if inside else Freedom.COUNTED


def _relatives(
    shelf: Shelf, array: Holder, stand_ins: StandIns, freedom: Sequence[Freedom]
) -> dict[int, Sequence[int]]:
    """By entry, those of other exemplars whose lists are free, of the same category."""
    owners = shelf.levels[array.path].of
    kinds: dict[str, list[int]] = defaultdict(list)
    for entry, owner in enumerate(owners):
        category = stand_ins.categories[entry]
        if freedom[owner] >= Freedom.COUNTED and category is not None:
            kinds[category].append(entry)
    return {
        entry: [other for other in entries if owners[other] != owners[entry]]
        for entries in kinds.values()
        for entry in entries
    }
