"""How like two sets of records are, field by field.

Numbers and lengths: the two-sample Kolmogorov-Smirnov distance, the greatest difference of the two distribution
functions. What takes one of a few values, and whether a field is there: total variation, half the sum of the
differences of the shares. Both lie between 0 (alike) and 1.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.variation.layout import Layout, Leaf, Role

#: Fields of a few values that are looked at together, at the most.
_MOST_TOGETHER: Final = 4
_PERSONAL: Final = frozenset({Role.FRESH, Role.TIME})


class Measure(StrEnum):
    """A distance of two distributions."""

    KS = "ks"
    TV = "tv"


@dataclass(frozen=True, slots=True)
class FieldLikeness:
    """One field.

    Attributes:
        field: Its path; `items.length`: how long a list is; `last_login?`: whether it is there; `status & method`: the
            values of several together.
        distance: 0 to 1.
        stored, made: Values that were compared.
    """

    field: str
    measure: Measure
    distance: float
    stored: int
    made: int


def likeness(
    layout: Layout, stored: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]
) -> tuple[FieldLikeness, ...]:
    """Compares records; identifiers, contacts, times and free text are not compared, whether they are there is."""
    return tuple(_likenesses(layout, stored, made)) if stored and made else ()


def ks(some: Sequence[float], others: Sequence[float]) -> float:
    """The two-sample Kolmogorov-Smirnov distance of at least one number each."""
    one, other = (np.sort(np.asarray(values, dtype=np.float64)) for values in (some, others))
    every = np.concatenate([one, other])
    shares = [np.searchsorted(values, every, side="right") / len(values) for values in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def tv(some: Sequence[Hashable], others: Sequence[Hashable]) -> float:
    """The total variation distance of the shares of at least one value each."""
    one, other = Counter(some), Counter(others)
    gaps = (abs(one[value] / len(some) - other[value] / len(others)) for value in one.keys() | other.keys())
    return sum(gaps) / 2


def _likenesses(
    layout: Layout, stored: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]
) -> Iterator[FieldLikeness]:
    for path, holder in layout.holders.items():
        if holder.array and holder.level == ROOT:
            sizes = [[float(len(items)) for items in _at(path, records, whole=True)] for records in (stored, made)]
            yield from _measured(f"{path}.length", Measure.KS, *sizes)
    for path, leaf in layout.leaves.items():
        if not leaf.spec.required and leaf.level == ROOT:
            there = [[bool(_values(path, record)) for record in records] for records in (stored, made)]
            yield from _measured(f"{path}?", Measure.TV, *there)
        if leaf.role not in _PERSONAL:
            yield from _of_values(leaf, *(_at(path, records) for records in (stored, made)))
    few = [leaf.path for leaf in layout.leaves.values() if leaf.discrete and leaf.level == ROOT and _is_told(leaf)]
    if len(few) > 1:
        few = few[:_MOST_TOGETHER]
        rows = [[tuple(map(str, _row(few, record))) for record in records] for records in (stored, made)]
        yield from _measured(" & ".join(few), Measure.TV, *rows)


def _is_told(leaf: Leaf) -> bool:
    return leaf.role not in _PERSONAL


def _row(paths: Sequence[str], record: Mapping[str, Any]) -> list[Any]:
    return [(_values(path, record) or [None])[0] for path in paths]


def _of_values(leaf: Leaf, stored: list[Any], made: list[Any]) -> Iterator[FieldLikeness]:
    if leaf.discrete:
        yield from _measured(leaf.path, Measure.TV, list(map(str, stored)), list(map(str, made)))
    elif leaf.measured:
        numbers = [[float(value) for value in values if not isinstance(value, str)] for values in (stored, made)]
        yield from _measured(leaf.path, Measure.KS, *numbers)


def _measured(field: str, measure: Measure, stored: Sequence[Any], made: Sequence[Any]) -> Iterator[FieldLikeness]:
    if stored and made:
        distance = ks(stored, made) if measure is Measure.KS else tv(stored, made)
        yield FieldLikeness(field, measure, round(distance, 4), len(stored), len(made))


def _at(path: str, records: Sequence[Mapping[str, Any]], *, whole: bool = False) -> list[Any]:
    return [value for record in records for value in _values(path, record, whole=whole)]


def _values(path: str, record: Mapping[str, Any], *, whole: bool = False) -> list[Any]:
    """All values at a path, through lists; `whole`: the list at its end as it is."""
    found: list[Any] = [record]
    names = path.split(".")
    for place, name in enumerate(names, start=1):
        found = [bearer.get(name) for bearer in found if isinstance(bearer, Mapping)]
        if not whole or place < len(names):
            found = [each for entry in found for each in (entry if isinstance(entry, list) else [entry])]
    return [value for value in found if value is not None]
