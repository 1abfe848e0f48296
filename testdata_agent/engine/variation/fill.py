"""Exemplars made ready to fill columns from: numbers scaled, times read, texts looked up, once a set of them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Bools, Choices, objects
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.scales import scaled_value
from testdata_agent.engine.variation.borrowing import Borrowing
from testdata_agent.engine.variation.clocks import Clock, leeway
from testdata_agent.engine.variation.layout import Role
from testdata_agent.engine.variation.shelf import Cells, Shelf
from testdata_agent.engine.variation.spreads import spread, still_numbers
from testdata_agent.engine.variation.values import value_at

_ONE: Final = Decimal(1)


class Fill:
    """A shelf made ready to fill columns from. Not changed once made, save for what it finds again."""

    def __init__(self, shelf: Shelf, *, unmoved: bool = True, lends: bool = True) -> None:
        """Takes a shelf of at least one exemplar.

        Args:
            shelf: Of exemplars that fit the plan.
            unmoved: Whether a time that alone is locked stays where it is.
            lends: Whether exemplars lend one another items.
        """
        self.shelf = shelf
        self.still = still_numbers(shelf)
        self.borrowings = {
            holder.path: Borrowing(shelf, holder, self.still)
            for holder in shelf.layout.holders.values()
            if lends and holder.array and holder.level == ROOT
        }
        self.clock = Clock.of(shelf, unmoved=unmoved)
        self.clocked = np.array([wishes.clocked for wishes in shelf.wishes])
        taken = (leaf for leaf in shelf.layout.leaves.values() if leaf.role is Role.TAKEN)
        #: Numbers of what belongs together and is taken from exemplars.
        self.groups = {group: number for number, group in enumerate(dict.fromkeys(leaf.group for leaf in taken))}
        self._needed = {need for needs in shelf.layout.inputs.values() for need in needs}
        self._rates = [_rate(shelf, number) for number in range(len(shelf.exemplars))]
        self._leeways = [leeway(shelf, number) for number in range(len(shelf.exemplars))]
        self._tables: dict[tuple[str, Any], Any] = {}
        self._keys: dict[str, int] = {}

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
        return values, *spread(self.shelf, cells, values, scale, self.still)

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
