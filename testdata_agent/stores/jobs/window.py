"""The spans of time over which a client's tokens are counted, by the calendar of UTC."""

from datetime import date
from enum import StrEnum
from typing import Final

_EPOCH: Final = date(1970, 1, 1).toordinal()
DAY_SECONDS: Final = 86_400


class Window(StrEnum):
    """A day or a month. Days are counted from 1970-01-01."""

    DAY = "day"
    MONTH = "month"

    def first_day(self, day: int) -> int:
        """The first day of the window that a day lies in."""
        if self is Window.DAY:
            return day
        return day - date.fromordinal(_EPOCH + day).day + 1

    def next_day(self, day: int) -> int:
        """The first day of the window after it."""
        if self is Window.DAY:
            return day + 1
        # No month is longer, and none that follows one so short that it could be skipped.
        return self.first_day(self.first_day(day) + 31)
