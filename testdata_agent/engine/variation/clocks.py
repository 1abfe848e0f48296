"""Points in time of exemplars that lock some: their distances stay, the whole moves to where the row stands in time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from testdata_agent.engine.coherence.chronology import is_past
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.variation.layout import Role
from testdata_agent.engine.variation.shelf import Shelf
from testdata_agent.engine.variation.values import value_at

#: Records move by whole weeks, so that weekdays and hours stay.
_WEEK: Final = 7 * DAY_SECONDS
#: How far back a record is put that nothing else places, in weeks.
_WEEKS_BACK: Final = 52
_NEVER: Final = -(1 << 62)
#: An unlocked time moves by a third of the way to its neighbours at the most, and by no more than this.
_SHARE, _MOST_MOVED = 3, 6 * 3600


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of each exemplar move.

    Attributes:
        fixed: Whether it stays where it is, as long as that is not in the future: one time alone is locked, or one of
            them is the first or last day of a month, which a week more or less would not be.
        first: Its value of the layout's clock; _NEVER: it has none, or the engine makes it.
        latest: Its last time that has to have passed; _NEVER: it has none.
        exact: Whether it must move with the clock to the second.
    """

    fixed: np.ndarray
    first: I64
    latest: I64
    exact: np.ndarray

    @classmethod
    def of(cls, shelf: Shelf, *, unmoved: bool = True) -> "Clock":
        """Reads the times of all exemplars; `unmoved`: whether one that alone is locked stays where it is."""
        size = len(shelf.exemplars)
        fixed, exact = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        first, latest = (np.full(size, _NEVER, dtype=np.int64) for _ in range(2))
        clock = shelf.layout.clock
        for number, wishes in enumerate(shelf.wishes):
            if not wishes.clocked:
                continue
            times = _times(shelf, number)
            kept = [second for path, second in times if path in wishes.kept]
            fixed[number] = (unmoved and len(kept) == 1) or any(map(_is_edge, kept))
            latest[number] = max((s for path, s in times if is_past(path.rpartition(".")[2])), default=_NEVER)
            if clock is not None:
                own = [second for path, second in times if path == clock.path]
                raw = _raw_clock(shelf, number) if not own else own[0]
                first[number] = _NEVER if raw is None else raw
                exact[number] = not own and raw is not None
        return cls(fixed, first, latest, exact)

    def shifts(self, chosen: I64, made: I64 | None, hashes: U64, as_of: int) -> I64:
        """By how many seconds the times of each row move.

        Args:
            chosen: Exemplar of each row.
            made: What the engine would have at the layout's clock; None: there is no clock.
            hashes: One a row.
            as_of: What has passed lies before it.
        """
        first, latest = self.first[chosen], self.latest[chosen]
        known = (first != _NEVER) if made is not None else np.zeros(len(chosen), dtype=bool)
        drawn = hashing.below(hashes, _WEEKS_BACK) * _WEEK
        ended = np.where(latest != _NEVER, latest, first)
        free = np.where(ended == _NEVER, 0, (as_of - ended) // _WEEK * _WEEK - drawn)
        at_clock = (made if made is not None else first) - first
        moved = np.where(known, np.where(self.exact[chosen], at_clock, at_clock // _WEEK * _WEEK), free)
        moved = np.where(self.fixed[chosen], 0, moved)
        late = np.where(latest == _NEVER, 0, latest + moved - as_of)
        return moved - np.where(late > 0, -(-late // _WEEK) * _WEEK, 0)


def leeway(shelf: Shelf, number: int) -> dict[str, tuple[int, int]]:
    """By how many seconds each unlocked time of an exemplar's record may move back and on, its order kept."""
    wishes = shelf.wishes[number]
    if not wishes.clocked:
        return {}
    times = sorted((second, path) for path, second in _times(shelf, number))
    if any(shelf.layout.leaves[path].spec.type is FieldType.DATE for _, path in times):
        return {}
    found: dict[str, tuple[int, int]] = {}
    for at, (second, path) in enumerate(times):
        if path in wishes.kept or shelf.cells[path].leaf.level:
            continue
        back = second - times[at - 1][0] if at else _SHARE * _MOST_MOVED
        on = times[at + 1][0] - second if at + 1 < len(times) else 0
        found[path] = (min(back // _SHARE, _MOST_MOVED), min(on // _SHARE, _MOST_MOVED))
    return found


def _times(shelf: Shelf, number: int) -> list[tuple[str, int]]:
    """(path, epoch second) of all times of an exemplar, those in lists, too."""
    return [
        (leaf.path, int(value))
        for leaf in shelf.layout.leaves.values()
        if leaf.role is Role.TIME
        for value in shelf.values_of(number, leaf.path)
        if value is not None
    ]


def _raw_clock(shelf: Shelf, number: int) -> int | None:
    """The exemplar's own value of a clock that the engine makes."""
    clock = shelf.layout.clock
    assert clock is not None
    text = value_at(shelf.exemplars[number].record, clock.path)
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def _is_edge(second: int) -> bool:
    """Whether it is the first or last day of a month, or the 29th of February."""
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return day.day == 1 or (day + timedelta(days=1)).day == 1 or (day.month, day.day) == (2, 29)
