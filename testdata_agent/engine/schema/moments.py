"""Points in time as schemas and requests write them."""

from datetime import UTC, date, datetime

#: First and last epoch second of the years 1 to 9999.
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799


def epoch(text: str) -> int:
    """Epoch seconds of an RFC 3339 instant or a date; raises ValueError with what would be right."""
    try:
        if "T" not in text:
            return int(datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).timestamp())
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write a date such as 2026-01-31 or an instant such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset: 2026-01-31T12:00:00Z")
    seconds = int(moment.timestamp())
    if not FIRST_SECOND <= seconds <= LAST_SECOND:
        raise ValueError("it lies outside of the years 1 to 9999 in UTC")
    return seconds
