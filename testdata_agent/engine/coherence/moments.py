"""Instants and dates in the one form that records hold them: `2026-01-31T09:00:00Z`, `2026-01-31`.

In that form texts sort as the times do, so that everything here compares texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

_DIGITS = str.maketrans("123456789", "000000000")
_INSTANT_SHAPE = "0000-00-00T00:00:00Z"
_DATE_SHAPE = "0000-00-00"
#: Length of a date, which is also the part of an instant that is one.
DATE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that records are seen from, as epoch seconds and as texts."""

    as_of: int
    instant: str
    date: str

    @classmethod
    def of(cls, as_of: int) -> "Moment":
        """From epoch seconds."""
        text = instant_text(as_of)
        return cls(as_of, text, text[:DATE_LENGTH])


def instant_text(seconds: int) -> str:
    """Epoch seconds as an instant of the years 1 to 9999 (what lies outside is drawn to the nearest)."""
    seconds = min(max(seconds, -62_135_596_800), 253_402_300_799)
    # isoformat, not strftime: strftime does not pad years before 1000 on every platform.
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat() + "Z"


def bound_text(bound: str, *, days: bool) -> str:
    """A schema's `min` or `max` of a time field as a text that sorts with the field's values.

    Raises:
        ValueError: where it is neither a date nor an instant with its offset.
    """
    if "T" not in bound:
        day = date.fromisoformat(bound).isoformat()
        return day if days else day + "T00:00:00Z"
    moment = datetime.fromisoformat(bound)
    if moment.tzinfo is None:
        raise ValueError(f"{bound!r} has no offset")
    text = instant_text(int(moment.timestamp()))
    return text[:DATE_LENGTH] if days else text


def is_instant(text: str) -> bool:
    """Whether `text` is RFC 3339, UTC, whole seconds, `Z`, and a time that there is."""
    return all_instants((text,))


def is_date(text: str) -> bool:
    """Whether `text` is YYYY-MM-DD and a day that there is."""
    return all_dates((text,))


def all_instants(texts: Sequence[str]) -> bool:
    """`is_instant` of every text."""
    joined = "\n".join(texts)
    # Python 3.13 reads hour 24 as the next midnight; RFC 3339 has no such hour.
    if joined.translate(_DIGITS) != "\n".join([_INSTANT_SHAPE] * len(texts)) or "T24" in joined:
        return False
    try:
        return all(map(datetime.fromisoformat, texts))
    except ValueError:
        return False


def all_dates(texts: Sequence[str]) -> bool:
    """`is_date` of every text."""
    if "\n".join(texts).translate(_DIGITS) != "\n".join([_DATE_SHAPE] * len(texts)):
        return False
    try:
        return all(map(date.fromisoformat, texts))
    except ValueError:
        return False
