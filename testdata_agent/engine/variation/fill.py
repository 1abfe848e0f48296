"""Exemplars made ready to fill columns from: numbers scaled, times read, texts looked up, once a set of them."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.articles import PER_BASE, load_articles
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Choices, objects
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.literals import limited
from testdata_agent.engine.synthesis.scales import scaled_value
from testdata_agent.engine.variation.baskets import Baskets
from testdata_agent.engine.variation.borrowing import Borrowing
from testdata_agent.engine.variation.clocks import Clock, leeway
from testdata_agent.engine.variation.layout import Role
from testdata_agent.engine.variation.loosening import loosened
from testdata_agent.engine.variation.shelf import Cells, Shelf
from testdata_agent.engine.variation.spreads import spread, still_numbers
from testdata_agent.engine.variation.stand_ins import StandIns, groups_of
from testdata_agent.engine.variation.values import value_at

_ONE: Final = Decimal(1)
#: A number of an article as the catalogue has it: the code of its theme, then digits.
_ARTICLE_NUMBER: Final = re.compile(r"([A-Z]{3})-[0-9]+$")


class Fill:
    """A shelf made ready to fill columns from. Not changed once made, save for what it finds again."""

    def __init__(self, shelf: Shelf, limits: Limits | None, *, unmoved: bool = True) -> None:
        """Takes a shelf of at least one exemplar.

        Args:
            shelf: Of exemplars that fit the plan.
            limits: What the plan was made under; None: rows follow how the exemplars are distributed, so that no item
                or article becomes another, and numbers move no further than half-way to their neighbours in rank.
            unmoved: Whether a time that alone is locked stays where it is.
        """
        self.shelf, self.faithful = shelf, limits is None
        self.still = still_numbers(shelf)
        self._rates = [_rate(shelf, number) for number in range(len(shelf.exemplars))]
        groups = groups_of(shelf.layout.leaves)
        self.stand_ins = {
            group: StandIns(shelf, leaves, self._rates, limits)
            for group, leaves in groups.items()
            if leaves[0].level in shelf.levels
        }
        self.baskets = {} if limits is None else self._baskets(limits)
        self.borrowings = {
            holder.path: borrowing
            for holder in shelf.layout.holders.values()
            if limits is not None and holder.array and holder.level == ROOT and holder.path not in self.baskets
            if (borrowing := Borrowing(shelf, holder, self.still)).needed
        }
        #: Paths of unique article numbers, which follow the article.
        self.numbered = [
            leaf.path
            for leaves in groups.values()
            for leaf in leaves
            if limits is not None and leaf.level == ROOT and leaf.hint.get("part") == "sku"
            if leaf.role is Role.FRESH and not limited(leaf.spec) and leaf.path not in limits.fixed
        ]
        self.loosened = () if limits is None else loosened(shelf.layout, shelf.wishes, limits.sources)
        self.clock = Clock.of(shelf, unmoved=unmoved)
        self.clocked = np.array([wishes.clocked for wishes in shelf.wishes])
        taken = (leaf for leaf in shelf.layout.leaves.values() if leaf.role is Role.TAKEN)
        #: Numbers of what belongs together and is taken from exemplars.
        self.groups = {group: number for number, group in enumerate(dict.fromkeys(leaf.group for leaf in taken))}
        self._needed = {need for needs in shelf.layout.inputs.values() for need in needs}
        self._leeways = [leeway(shelf, number) for number in range(len(shelf.exemplars))]
        self._tables: dict[tuple[str, Any], Any] = {}
        self._keys: dict[str, int] = {}

    def _baskets(self, limits: Limits) -> dict[str, Baskets]:
        """What becomes of the lists of articles, by path."""
        found = {}
        for stand_ins in self.stand_ins.values():
            array = self.shelf.layout.holders.get(stand_ins.level)
            if array is not None and array.array and array.level == ROOT and array.path not in found:
                asked = limits.lengths.get(array.path)
                baskets = Baskets(self.shelf, array, stand_ins, self.still, asked)
                if baskets.needed:
                    found[array.path] = baskets
        return found

    def marks(self, cells: Cells) -> U64 | None:
        """By entry, a number of the article whose price a leaf is; None: it is none, or the record's own."""
        leaf = cells.leaf
        if leaf.level == ROOT or leaf.hint.get("part") != "price" or leaf.group not in self.stand_ins:
            return None
        return self.stand_ins[leaf.group].identities

    def retells(self, cells: Cells) -> bool:
        """Whether a leaf is what a reviewer wrote, which may be told otherwise."""
        leaf = cells.leaf
        return not self.faithful and leaf.level == ROOT and leaf.hint.get("kind") == "review"

    def caps(self, cells: Cells) -> I64:
        """By entry, how many of its article a basket sensibly holds; no less than it holds."""
        return self._table(cells, "caps", lambda: self._caps(cells))  # type: ignore[no-any-return]

    def _caps(self, cells: Cells) -> I64:
        values, _, high = self.numbers(cells, 0)
        stand_ins = self.stand_ins.get(cells.leaf.group)
        if stand_ins is None:
            return high
        most = load_articles().quantity_cap
        known = [int(most[base * PER_BASE]) if base >= 0 else int(high[at]) for at, base in enumerate(stand_ins.bases)]
        return np.maximum(values, np.array([*known, 1], dtype=np.int64))

    def prefixes(self, cells: Cells) -> list[str | None]:
        """By exemplar, the code before its article number; None: it has none such as the catalogue's."""
        return self._table(cells, "prefixes", lambda: self._prefixes(cells.leaf.path))  # type: ignore[no-any-return]

    def _prefixes(self, path: str) -> list[str | None]:
        told = [value_at(exemplar.record, path) for exemplar in self.shelf.exemplars]
        found = [_ARTICLE_NUMBER.match(text) if isinstance(text, str) else None for text in told]
        return [None if each is None else each[1] for each in found]

    def key(self, path: str, purpose: str) -> int:
        """The hash key of what is drawn for a path."""
        name = f"{path}\0{purpose}"
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = hashing.name_key(self.shelf.layout.plan.entity, path, "vary", purpose)
        return found

    def numbers(self, cells: Cells, scale: int) -> tuple[I64, I64, I64]:
        """(values, least, greatest) of all entries, scaled."""
        return self._table(cells, scale, lambda: self._numbers(cells, scale))  # type: ignore[no-any-return]

    def _numbers(self, cells: Cells, scale: int) -> tuple[I64, I64, I64]:
        owners = self.shelf.levels[cells.leaf.level].of
        rates = self._rates_of(cells)
        scaled = [
            0 if value is None else scaled_value(value if rates[owner] == 1 else value * rates[owner], scale)  # type: ignore[operator]
            for value, owner in zip(cells.values, [*owners, 0], strict=True)
        ]
        values = np.array(scaled, dtype=np.int64)
        if self.marks(cells) is not None and not self.faithful:
            values = self.stand_ins[cells.leaf.group].agreed(values, owners, self.kept(cells))
        return values, *spread(self.shelf, cells, values, scale, self.still, faithful=self.faithful)

    def _rates_of(self, cells: Cells) -> list[Decimal]:
        """By how much each exemplar's amount grows in the plan's currency; what is kept stays as it is."""
        path = cells.leaf.path
        if cells.leaf.spec.semantic != "money":
            return [_ONE] * len(self.shelf.exemplars)
        return [
            _ONE if path in wishes.kept else rate for wishes, rate in zip(self.shelf.wishes, self._rates, strict=True)
        ]

    def kept(self, cells: Cells) -> Bools:
        """Which entries keep their value; the last, of no exemplar, does not."""
        path, owners = cells.leaf.path, self.shelf.levels[cells.leaf.level].of
        wishes = self.shelf.wishes
        return self._table(cells, "kept", lambda: np.array([*(path in wishes[o].kept for o in owners), False]))  # type: ignore[no-any-return]

    def held(self, cells: Cells) -> Bools:
        """Which exemplars keep a leaf, or another one that belongs together with it."""
        leaves = self.shelf.layout.leaves.values()
        group = {leaf.path for leaf in leaves if leaf.group == cells.leaf.group}
        wishes = self.shelf.wishes
        return self._table(cells, "held", lambda: np.array([bool(group & each.kept) for each in wishes]))  # type: ignore[no-any-return]

    def times(self, cells: Cells) -> tuple[I64, I64, I64]:
        """(epoch seconds, how far back, how far on) of all entries."""
        return self._table(cells, "times", lambda: self._times(cells))  # type: ignore[no-any-return]

    def _times(self, cells: Cells) -> tuple[I64, I64, I64]:
        path, owners = cells.leaf.path, self.shelf.levels[cells.leaf.level].of
        seconds = np.array([0 if value is None else int(value) for value in cells.values], dtype=np.int64)
        ways = [self._leeways[owner].get(path, (0, 0)) for owner in owners]
        back, on = (np.array([*way, 0], dtype=np.int64) for way in ([w[0] for w in ways], [w[1] for w in ways]))
        return seconds, back, on

    def truths(self, cells: Cells) -> Bools:
        """Yes or no of all entries."""
        return self._table(cells, "truths", lambda: np.array([bool(value) for value in cells.values]))  # type: ignore[no-any-return]

    def texts(self, cells: Cells) -> NDArray[np.object_]:
        """Texts of all entries."""
        values = cells.values
        return self._table(cells, "texts", lambda: objects(["" if v is None else str(v) for v in values]))  # type: ignore[no-any-return]

    def codes(self, cells: Cells, made: Choices) -> I64 | None:
        """Places of the entries' texts among the words of the column, -1 where they are not there; None: texts do.

        They do, where nothing else looks the column's lines up and the field may be any text.
        """
        if cells.leaf.spec.values is None and cells.leaf.path not in self._needed:
            return None

        def coded() -> tuple[Any, I64]:
            lines = {str(text): code for code, text in enumerate(made.words.texts)}
            return made.words, np.array([lines.get(str(value), -1) for value in cells.values], dtype=np.int64)

        words, codes = self._table(cells, "codes", coded)
        if words is not made.words:
            del self._tables[cells.leaf.path, "codes"]
            return self.codes(cells, made)
        return codes  # type: ignore[no-any-return]

    def _table(self, cells: Cells, kind: Any, make: Callable[[], Any]) -> Any:
        key = (cells.leaf.path, kind)
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = make()
        return found


def _rate(shelf: Shelf, number: int) -> Decimal:
    """What one unit of the exemplar's money is in the plan's; one, where its currency is kept."""
    code = "USD"
    for leaf in shelf.layout.leaves.values():
        if leaf.spec.semantic == "currency":
            if leaf.path in shelf.wishes[number].kept:
                return _ONE
            told = value_at(shelf.exemplars[number].record, leaf.path)
            code = told if isinstance(told, str) and currencies.known(told) else code
    wanted = shelf.layout.currency
    if code == wanted:
        return _ONE
    return currencies.exchanged(_ONE, wanted) / currencies.exchanged(_ONE, code)
