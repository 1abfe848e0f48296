"""How the values of records are distributed, field by field; nothing in it is of fewer than a few records."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testdata_agent.engine.learning.scrubbing import SHARED_BY, values_at
from testdata_agent.engine.variation.layout import Layout, Leaf, Role

#: Percentiles that are kept of numbers and lengths.
PERCENTS: Final = (0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100)
#: Values that are kept of a field that has few.
MOST_VALUES: Final = 50


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """One field over some records.

    Attributes:
        records: How many there were.
        present: In how many of them it has a value.
        quantiles: (percent, value) of numbers, and of the lengths of a list; the outermost lie within the records by
            so much that none of them can be told by it.
        shares: Records by value of a field of few values, those of too few records left out.
    """

    records: int
    present: int
    quantiles: tuple[tuple[int, float], ...] = ()
    shares: Mapping[str, int] = field(default_factory=dict)


def statistics(
    layout: Layout, records: Sequence[Mapping[str, Any]], *, shared_by: int = SHARED_BY
) -> dict[str, FieldStatistics]:
    """Statistics of records by path; fields whose values are never kept have no more than their presence."""
    found = {path: _of_leaf(leaf, records, shared_by) for path, leaf in layout.leaves.items()}
    for path, holder in layout.holders.items():
        if holder.array:
            sizes = [len(items) for record in records for items in _lists(path, record)]
            there = sum(1 for record in records if any(True for _ in _lists(path, record)))
            found[path] = FieldStatistics(len(records), there, _quantiles(sizes, shared_by))
    return found


def _of_leaf(leaf: Leaf, records: Sequence[Mapping[str, Any]], shared_by: int) -> FieldStatistics:
    values = [list(values_at(leaf.path, record)) for record in records]
    present = sum(map(bool, values))
    flat = [value for each in values for value in each]
    if leaf.role not in {Role.TAKEN, Role.DERIVED}:
        return FieldStatistics(len(records), present)
    numbers = [float(value) for value in flat if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers and not leaf.discrete:
        return FieldStatistics(len(records), present, _quantiles(numbers, shared_by))
    counts = Counter(shown for each in values for shown in {_shown(value) for value in each})
    shares = {value: count for value, count in counts.most_common(MOST_VALUES) if count >= shared_by}
    return FieldStatistics(len(records), present, (), shares)


def _quantiles(values: Sequence[float], shared_by: int) -> tuple[tuple[int, float], ...]:
    """Percentiles of at least so many values, the nearest that is not among the outermost ones."""
    if len(values) < 2 * shared_by:
        return ()
    ordered = sorted(values)
    least, most = shared_by - 1, len(ordered) - shared_by
    places = [min(max((len(ordered) - 1) * percent // 100, least), most) for percent in PERCENTS]
    return tuple((percent, float(ordered[place])) for percent, place in zip(PERCENTS, places, strict=True))


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lists(path: str, record: Mapping[str, Any]) -> list[list[Any]]:
    head, _, name = path.rpartition(".")
    bearers = list(values_at(head, record)) if head else [record]
    return [bearer[name] for bearer in bearers if isinstance(bearer, Mapping) and isinstance(bearer.get(name), list)]
