"""What a set of records covers."""

from dataclasses import asdict, dataclass
from typing import Any

#: Goals that were not reached and are named one by one.
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Unreached:
    """A goal that no record of the set reaches, and why."""

    goal: str
    why: str


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """The manifest of a set.

    Attributes:
        combinations: Valid records, which come first.
        mutations: Records with one thing wrong, each the only one to reach its goal.
        values: What is reached in single fields, by the `_index` of the first record that reaches it.
        pairs, pairs_reached: Pairs of values of two fields; those that no record can hold are among the first alone.
        unreached: The first of the goals that are not reached.
        unreached_count: How many these are.
        least: No set that reaches as much has fewer records.
        left_out: Fields whose pairs were not looked at, since there are too many.
    """

    combinations: int
    mutations: int
    values: dict[str, int]
    pairs: int
    pairs_reached: int
    unreached: tuple[Unreached, ...] = ()
    unreached_count: int = 0
    least: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def records(self) -> int:
        """Of the whole set."""
        return self.combinations + self.mutations

    def as_data(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)
