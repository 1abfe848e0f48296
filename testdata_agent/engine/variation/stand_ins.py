"""Articles of the catalogue that may stand in for those of exemplars: of one category, and about as dear.

What names an article (number, name, category, price and so on) is one article's, wherever it stands: an article has one
price in all that is made of the same exemplars.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.schema.model import TEXT_TYPES
from testdata_agent.engine.synthesis.columns import I64, Bools
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.hashing import U64, name_key
from testdata_agent.engine.synthesis.limits import Limits
from testdata_agent.engine.synthesis.literals import accepts, limited
from testdata_agent.engine.synthesis.scales import scaled_bounds
from testdata_agent.engine.variation.kinship import (
    FEW,
    about_as_dear,
    article_of,
    base_of,
    category_of,
    prices_in,
    theme_of,
)
from testdata_agent.engine.variation.layout import Leaf, Role
from testdata_agent.engine.variation.shelf import Shelf, State

_KEPT_IDENTITIES: Final = 4096
#: Parts of an article that say which it is.
_TELLING: Final = frozenset({"sku", "name", "brand", "description"})


class StandIns:
    """What may stand in for the articles of one group of fields.

    Attributes:
        group: What these fields belong together as.
        level: The array whose items are articles; empty: the record is one.
        parts: Fields by what they say of the article.
        bases: By entry, the base product of the catalogue that it is; -1: none that the catalogue has.
        categories: By entry, what shelf it is on; None: nothing says so.
    """

    def __init__(self, shelf: Shelf, leaves: Sequence[Leaf], rates: Sequence[Decimal], limits: Limits | None) -> None:
        """Reads the entries.

        Args:
            shelf: Of all exemplars.
            leaves: The parts of one article.
            rates: By exemplar, what its money is in that of the plan.
            limits: What the request says; None: nothing stands in.
        """
        self._shelf, self._rates, self._limits = shelf, rates, limits
        self.level, self.group = leaves[0].level, leaves[0].group
        self.parts = {str(leaf.hint["part"]): leaf for leaf in leaves if "part" in leaf.hint}
        self._owners = shelf.levels[self.level].of
        names, skus = self._texts("name"), self._texts("sku")
        found = [None if name is None else base_of(name) for name in names]
        self.bases = [-1 if base is None else base for base in found]
        self._named = [sku or name for sku, name in zip(skus, names, strict=True)]
        self.categories = [
            said or (category_of(base) if base >= 0 else None)
            for said, base in zip(self._texts("category"), self.bases, strict=True)
        ]
        self._digits = int(currencies.digits(shelf.layout.currency))
        said = (text for text in (*names, *skus) if text is not None)
        #: Articles that exemplars have, and those that no field can hold.
        self._barred = {code for code in map(article_of, said) if code is not None}
        self._pools: dict[int, list[int]] = {}
        self._allowed: frozenset[int] | None = None
        self._locked_pools: Mapping[int, list[int]] | None = None

    @cached_property
    def identities(self) -> U64:
        """By entry, a number that the same article has wherever it stands; 0: nothing says which it is."""
        return np.array([0 if text is None else _identity(text) for text in (*self._named, None)], dtype=np.uint64)

    def _texts(self, part: str) -> list[str | None]:
        if part not in self.parts:
            return [None] * len(self._owners)
        cells = self._shelf.cells[self.parts[part].path]
        states = cells.state.tolist()
        return [
            value if state == State.HERE and isinstance(value, str) else None
            for value, state in zip(cells.values[:-1], states[:-1], strict=True)
        ]

    def pool(self, entry: int) -> list[int]:
        """Articles that may stand in for an entry's; empty: none may."""
        found = self._pools.get(entry)
        if found is None:
            found = self._pools[entry] = self._pool(entry)
        return found

    def keeps_price(self, entry: int) -> bool:
        """Whether an entry's price is locked."""
        price = self.parts.get("price")
        return price is not None and price.path in self._shelf.wishes[self._owners[entry]].kept

    def _pool(self, entry: int) -> list[int]:
        if self._limits is None or not self._is_free(entry):
            return []
        if self.keeps_price(entry) and self.level != ROOT:
            if self._locked_pools is None:
                self._locked_pools = self._shared_out()
            return self._locked_pools.get(entry, [])
        return self._allowed_of(self._about(entry, apart=None if self.level == ROOT else False))

    def _is_free(self, entry: int) -> bool:
        """Whether an entry may become another article: nothing that says which it is is locked or asked for."""
        assert self._limits is not None
        wishes = self._shelf.wishes[self._owners[entry]]
        for part, leaf in self.parts.items():
            if leaf.path in wishes.given_up or leaf.path in self._limits.fixed:
                return False
            if part in _TELLING and leaf.path in wishes.kept:
                return False
            if part == "price" and leaf.spec.multiple_of is not None:
                return False
        return "name" in self.parts and self.categories[entry] is not None

    def _about(self, entry: int, *, apart: bool | None) -> tuple[int, ...]:
        """All articles of an entry's category that are about as dear."""
        category, base = self.categories[entry], self.bases[entry]
        assert category is not None
        theme = theme_of(base) if base >= 0 and category_of(base) == category else None
        return about_as_dear(category, theme, self._price(entry), self._shelf.layout.currency, apart=apart)

    def _allowed_of(self, codes: Iterable[int]) -> list[int]:
        """Those that the fields can hold and no exemplar has."""
        if self._allowed is None:
            self._allowed = self._fitting()
        return [code for code in codes if code not in self._barred and (not self._allowed or code in self._allowed)]

    def _fitting(self) -> frozenset[int]:
        """Which articles the fields can hold; empty: whichever."""
        allowed: Bools | None = None
        for part, leaf in self.parts.items():
            if part == "price":
                low, high = scaled_bounds(leaf.spec, self._digits)
                prices = prices_in(self._shelf.layout.currency)
                fits = (prices >= (low or 1)) & (prices <= (high if high is not None else prices.max()))
            elif leaf.spec.type in TEXT_TYPES and limited(leaf.spec):
                fits = np.array(list(map(accepts(leaf.spec), texts_of(part))), dtype=bool)
            else:
                continue
            allowed = fits if allowed is None else allowed & fits
        if allowed is None or allowed.all():
            return frozenset()
        # None at all is no article's number.
        return frozenset(np.flatnonzero(allowed).tolist()) or frozenset({-1})

    def _price(self, entry: int) -> int | None:
        """An entry's price in minor units of the plan's currency."""
        leaf = self.parts.get("price")
        value = None if leaf is None else self._shelf.cells[leaf.path].values[entry]
        if not isinstance(value, Decimal) or leaf is None:
            return None
        owner = self._owners[entry]
        rate = 1 if leaf.path in self._shelf.wishes[owner].kept else self._rates[owner]
        return int(value * rate * 10**self._digits)

    def _shared_out(self) -> dict[int, list[int]]:
        """Stand-ins of entries whose prices are locked: each article at one of these prices."""
        sought: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        for entry in range(len(self._owners)):
            if self.keeps_price(entry) and self._is_free(entry):
                sought[self.categories[entry] or "", self._price(entry)].append(entry)
        taken: set[int] = set()
        found: dict[int, list[int]] = {}
        for entries in sought.values():
            near = [code for code in self._allowed_of(self._about(entries[0], apart=True)) if code not in taken][:FEW]
            taken.update(near)
            found |= dict.fromkeys(entries, near)
        return found

    def agreed(self, values: I64, owners: Sequence[int], kept: Bools) -> I64:
        """Prices by entry, with one price for each article: a locked one, else that of the first."""
        first: dict[int, int] = {}
        marks = self.identities.tolist()
        for entry in sorted(range(len(owners)), key=lambda entry: not kept[entry]):
            first.setdefault(marks[entry], int(values[entry]))
        told = [
            int(value) if keeps or not mark else first.get(mark, int(value))
            for value, mark, keeps in zip(values.tolist(), marks, kept.tolist(), strict=True)
        ]
        return np.array(told, dtype=np.int64)


@lru_cache(maxsize=_KEPT_IDENTITIES)
def _identity(text: str) -> int:
    return name_key(text)


def texts_of(part: str) -> Sequence[str]:
    """A text column of the catalogue's articles."""
    plural = {"category": "categories"}.get(part, part + "s")
    found: Sequence[str] = getattr(load_articles(), plural)
    return found


def caps_of(codes: I64) -> I64:
    """How many of each article one basket sensibly holds."""
    found: I64 = load_articles().quantity_cap[codes]
    return found


def groups_of(leaves: Mapping[str, Leaf]) -> dict[str, list[Leaf]]:
    """The parts of articles that exemplars may give, by the article that they are of."""
    found: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in leaves.values():
        if leaf.hint.get("kind") == "article" and leaf.role is not Role.DERIVED:
            found[leaf.group].append(leaf)
    return dict(found)
