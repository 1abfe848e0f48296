"""When clocks are changed, as the time zone database has it.

It is read from the package `tzdata`, not from the machine, so that all machines know the same changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

from testdata_agent.engine.rules.values import DAY_SECONDS

#: Zones that differ in what they do: by an hour in each half of the world, by half an hour.
ZONES: Final = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe")


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of a zone's clocks.

    Attributes:
        instant: The first second after it, in epoch seconds.
        before, after: Offsets from UTC in seconds.
    """

    instant: int
    before: int
    after: int

    @property
    def is_gap(self) -> bool:
        """Whether clocks go forward: some local times do not exist; else some exist twice."""
        return self.after > self.before

    @property
    def local(self) -> str:
        """A local time in the middle of those that do not exist, or exist twice: `2025-03-09T02:30:00`."""
        middle = self.instant + min(self.before, self.after) + abs(self.after - self.before) // 2
        return datetime.fromtimestamp(middle, UTC).replace(tzinfo=None).isoformat()


@lru_cache(maxsize=16)
def zone(name: str) -> ZoneInfo:
    """A zone of the database."""
    with resources.files(tzdata).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, name)


@lru_cache(maxsize=256)
def clock_changes(name: str, year: int) -> tuple[ClockChange, ...]:
    """The changes of a zone's clocks in one year (UTC), in order."""
    place, moment = zone(name), datetime(year, 1, 1, tzinfo=UTC)
    found = []
    while moment.year == year:
        following = moment + timedelta(days=1)
        if _offset(place, moment) != _offset(place, following):
            found.append(_change(place, moment))
        moment = following
    return tuple(found)


def _change(place: ZoneInfo, day: datetime) -> ClockChange:
    """The change within a day, found by halves."""
    low, high = int(day.timestamp()), int(day.timestamp()) + DAY_SECONDS
    before = _offset(place, day)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(place, datetime.fromtimestamp(middle, UTC)) == before:
            low = middle
        else:
            high = middle
    return ClockChange(high, before, _offset(place, datetime.fromtimestamp(high, UTC)))


def _offset(place: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(place).utcoffset()
    assert offset is not None  # every zone of the database has one
    return int(offset.total_seconds())
