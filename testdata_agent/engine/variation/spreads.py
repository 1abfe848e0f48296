"""How far the numbers of exemplars may move: towards their neighbours in rank, and not where they belong to a sum."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final

import numpy as np

from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.scales import scaled_bounds
from testdata_agent.engine.variation.layout import Leaf, Role
from testdata_agent.engine.variation.shelf import Cells, Shelf, State

#: A price, and any number of a sample, moves by an eighth of itself at the most; other measures by a quarter, counts by
#: half, quantities by a third, or by one.
_REACH: Final = 8
_WIDE_REACH: Final = 4
_COUNT_REACH: Final = 2
_QUANTITY_REACH: Final = 3
_CENTS: Final = 2
#: Numbers of one record among which sums are looked for.
_MOST_NUMBERS: Final = 12


def spread(
    shelf: Shelf, cells: Cells, values: I64, scale: int, still: Sequence[frozenset[str]], *, faithful: bool
) -> tuple[I64, I64]:
    """(least, greatest) scaled value that each entry's number may become.

    Of faithful ones, a value that several entries share is one that such records have, and stays.

    Args:
        shelf: Of all exemplars.
        cells: A number's.
        values: Scaled by 10**scale, one an entry.
        scale: Of the column.
        still: Paths of each exemplar whose numbers stay as they are.
        faithful: Whether they go no further than half-way to their neighbours in rank.
    """
    owners = shelf.levels[cells.leaf.level].of
    path, here = cells.leaf.path, cells.state == State.HERE
    if not cells.leaf.measured or not here.any():
        return values, values
    low, high = values.copy(), values.copy()
    low[here], high[here] = _near_in_rank(values[here]) if faithful else _about(cells.leaf, values[here], scale)
    least, most = scaled_bounds(cells.leaf.spec, scale)
    low, high = np.clip(low, least, most), np.clip(high, least, most)
    stays = np.array([path in still[owner] or path in shelf.wishes[owner].kept for owner in owners] + [True])
    return np.where(stays, values, np.minimum(low, values)), np.where(stays, values, np.maximum(high, values))


def _near_in_rank(own: I64) -> tuple[I64, I64]:
    ranks, place, counts = np.unique(own, return_inverse=True, return_counts=True)
    before, after = ranks[np.maximum(place - 1, 0)], ranks[np.minimum(place + 1, len(ranks) - 1)]
    reach = np.where(counts[place] > 1, 0, np.abs(own) // _REACH)
    return (
        np.where(before < own, np.maximum(own - reach, (before + own) // 2), own - reach),
        np.where(after > own, np.minimum(own + reach, (after + own) // 2), own + reach),
    )


def _about(leaf: Leaf, own: I64, scale: int) -> tuple[I64, I64]:
    """What is about as much: an eighth more or less of prices, a third of quantities; see above for others."""
    part, size = leaf.hint.get("part"), np.abs(own)
    if leaf.hint.get("kind") == "choice":
        return own, own
    if part == "quantity":
        reach = np.maximum(size // _QUANTITY_REACH, 1)
        return np.maximum(own - reach, 1), own + reach
    reach = size // (_REACH if is_priced(leaf) else _COUNT_REACH if scale == 0 else _WIDE_REACH)
    return own - reach, own + reach


def still_numbers(shelf: Shelf) -> list[frozenset[str]]:
    """Of each exemplar, numbers that are a sum or product of others, these others, and the lists that they are in."""
    return [frozenset(_related(shelf, number)) for number in range(len(shelf.exemplars))]


def _related(shelf: Shelf, number: int) -> Iterator[str]:
    leaves = [leaf for leaf in shelf.layout.leaves.values() if leaf.role is Role.TAKEN and leaf.measured]
    single: dict[str, Decimal] = {}
    listed: dict[str, dict[str, list[Decimal]]] = {}
    for leaf in leaves:
        values = [value for value in shelf.values_of(number, leaf.path) if isinstance(value, Decimal)]
        if leaf.level == ROOT and values:
            single[leaf.path] = values[0]
        elif values:
            listed.setdefault(leaf.level, {})[leaf.path] = values
    yield from _sums(dict(list(single.items())[:_MOST_NUMBERS]))
    for array, columns in listed.items():
        yield from _totals(array, columns, single)


def _sums(numbers: Mapping[str, Decimal]) -> Iterator[str]:
    """Paths of a = b + c and a = b + c + d, zeros aside."""
    there = {path: value for path, value in numbers.items() if value}
    for count in (2, 3):
        for parts in combinations(there, count):
            total = sum((there[path] for path in parts), Decimal(0))
            for path, value in there.items():
                if path not in parts and value == total:
                    yield from (path, *parts)


def _totals(array: str, columns: Mapping[str, Sequence[Decimal]], single: Mapping[str, Decimal]) -> Iterator[str]:
    """Paths of sums over a list, of a column or of two multiplied; and of products within its items."""
    sizes = {len(values) for values in columns.values()}
    sums: dict[tuple[str, ...], Decimal] = {(path,): sum(values, Decimal(0)) for path, values in columns.items()}
    if len(sizes) == 1:
        for one, other in combinations(columns, 2):
            products = [a * b for a, b in zip(columns[one], columns[other], strict=True)]
            sums[one, other] = sum(products, Decimal(0))
            for path, values in columns.items():
                if path not in (one, other) and list(values) == products:
                    yield from (path, one, other, array)
    for paths, total in sums.items():
        for path, value in single.items():
            if value and value == total:
                yield from (path, *paths, array)


def is_money(leaf: Leaf, scale: int) -> bool:
    """Whether a number is an amount in units and hundredths."""
    return scale == _CENTS and leaf.spec.semantic == "money"


def is_priced(leaf: Leaf) -> bool:
    """Whether a number is what something is sold at, and so ends as shops write prices."""
    return leaf.hint.get("part") == "price" or "price" in leaf.name.lower()
