"""How like two sets of records are, field by field.

Numbers and lengths: the two-sample Kolmogorov-Smirnov distance, the greatest difference of the two distribution
functions. What takes one of a few values, and whether a field is there: total variation, half the sum of the
differences of the shares. Both lie between 0 (alike) and 1.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
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


#: Values by the field that they are compared as, with how.
Columns = Mapping[str, tuple[Measure, Sequence[Any]]]


def columns_of(layout: Layout, records: Sequence[Mapping[str, Any]]) -> Columns:
    """What is compared of records; identifiers, contacts, times and free text are not, whether they are there is."""
    return dict(_columns(layout, records))


def likeness(stored: Columns, made: Columns) -> tuple[FieldLikeness, ...]:
    """Compares records by their columns; a field of which one side has no value is left out."""
    return tuple(
        FieldLikeness(
            name, measure, round(_DISTANCES[measure](values, made[name][1]), 4), len(values), len(made[name][1])
        )
        for name, (measure, values) in stored.items()
        if values and made.get(name, (measure, ()))[1]
    )


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


_DISTANCES: Final[Mapping[Measure, Callable[[Any, Any], float]]] = {Measure.KS: ks, Measure.TV: tv}


def _columns(
    layout: Layout, records: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, tuple[Measure, Sequence[Any]]]]:
    for path, holder in layout.holders.items():
        if holder.array and holder.level == ROOT:
            yield f"{path}.length", (Measure.KS, [float(len(items)) for items in _at(path, records, whole=True)])
    for path, leaf in layout.leaves.items():
        if not leaf.spec.required and leaf.level == ROOT:
            yield f"{path}?", (Measure.TV, [bool(found) for found in _by_record(path, records)])
        if leaf.role in _PERSONAL:
            continue
        if leaf.discrete:
            yield path, (Measure.TV, list(map(str, _at(path, records))))
        elif leaf.measured:
            numbers = (float(value) for value in _at(path, records) if not isinstance(value, str))
            yield path, (Measure.KS, np.sort(np.fromiter(numbers, np.float64)).tolist())
    few = [leaf.path for leaf in layout.leaves.values() if leaf.discrete and leaf.level == ROOT and _is_told(leaf)]
    if len(few) > 1:
        few = few[:_MOST_TOGETHER]
        each = [[str((found or [None])[0]) for found in _by_record(path, records)] for path in few]
        yield " & ".join(few), (Measure.TV, list(zip(*each, strict=True)))


def _is_told(leaf: Leaf) -> bool:
    return leaf.role not in _PERSONAL


def _at(path: str, records: Sequence[Mapping[str, Any]], *, whole: bool = False) -> list[Any]:
    return [value for found in _by_record(path, records, whole=whole) for value in found]


def _by_record(path: str, records: Sequence[Mapping[str, Any]], *, whole: bool = False) -> list[list[Any]]:
    """All values at a path, through lists, a list a record; `whole`: the list at its end as it is."""
    names = path.split(".")
    return [_values(names, record, whole=whole) for record in records]


def _values(names: Sequence[str], record: Mapping[str, Any], *, whole: bool) -> list[Any]:
    found: list[Any]
    if len(names) == 1:
        value = record.get(names[0])
        found = value if isinstance(value, list) and not whole else [value]
        return [each for each in found if each is not None]
    found = [record]
    for place, name in enumerate(names, start=1):
        found = [bearer.get(name) for bearer in found if isinstance(bearer, Mapping)]
        if not whole or place < len(names):
            found = [each for entry in found for each in (entry if isinstance(entry, list) else [entry])]
    return [value for value in found if value is not None]
