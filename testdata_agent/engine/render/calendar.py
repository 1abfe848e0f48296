"""Days and times of day as text, by table."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_CHUNK_BITS = 9
DAY_SECONDS = 86_400


@lru_cache(maxsize=64)
def _table(first_chunk: int, last_chunk: int) -> NDArray[np.object_]:
    days = np.arange(first_chunk << _CHUNK_BITS, (last_chunk + 1) << _CHUNK_BITS)
    return np.datetime_as_string(days.astype("datetime64[D]")).astype(object)


def day_texts(days: NDArray[np.int64]) -> list[str]:
    """`YYYY-MM-DD` of epoch days."""
    if not len(days):
        return []
    first, last = int(days.min()) >> _CHUNK_BITS, int(days.max()) >> _CHUNK_BITS
    texts: list[str] = _table(first, last)[days - (first << _CHUNK_BITS)].tolist()
    return texts


_MINUTES = np.array([f"{m // 60:02}:{m % 60:02}" for m in range(1440)], dtype=object)
_SECONDS = np.array([f"{s:02}" for s in range(60)], dtype=object)


def clock_texts(seconds_of_day: NDArray[np.int64]) -> tuple[list[str], list[str]]:
    """(`HH:MM`, `SS`) of seconds since midnight."""
    minutes, seconds = np.divmod(seconds_of_day, 60)
    return _MINUTES[minutes].tolist(), _SECONDS[seconds].tolist()


def instant_texts(instants: NDArray[np.int64]) -> list[str]:
    """RFC 3339 text, UTC, whole seconds, of epoch seconds."""
    days, rest = np.divmod(instants, DAY_SECONDS)
    return list(map("%sT%s:%sZ".__mod__, zip(day_texts(days), *clock_texts(rest), strict=True)))
