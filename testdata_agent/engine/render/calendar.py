"""Days and times of day as text, by table."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis.columns import I64, Part, objects

_CHUNK_BITS = 9
#: Chunks of a table, at most: some 350 years. Days further apart are written one by one.
_MOST_CHUNKS = 256
DAY_SECONDS = 86_400


@lru_cache(maxsize=64)
def _table(first_chunk: int, last_chunk: int, end: str) -> NDArray[np.object_]:
    days = np.arange(first_chunk << _CHUNK_BITS, (last_chunk + 1) << _CHUNK_BITS)
    return objects(_written(days, end))


def _written(days: I64, end: str) -> list[str]:
    return [text + end for text in np.datetime_as_string(days.astype("datetime64[D]")).tolist()]


def day_texts(days: I64, end: str = "") -> list[str]:
    """`YYYY-MM-DD` of epoch days, each followed by `end`."""
    if not len(days):
        return []
    first, last = int(np.minimum.reduce(days)) >> _CHUNK_BITS, int(np.maximum.reduce(days)) >> _CHUNK_BITS
    if last - first >= _MOST_CHUNKS:
        return _written(days, end)
    texts: list[str] = _table(first, last, end)[days - (first << _CHUNK_BITS)].tolist()
    return texts


_MINUTES = objects([f"{m // 60:02}:{m % 60:02}:" for m in range(1440)])
_SECONDS = objects([f"{s:02}Z" for s in range(60)])


def instants(values: I64) -> list[Part]:
    """RFC 3339 text, UTC, whole seconds, of epoch seconds."""
    days, rest = np.divmod(values, DAY_SECONDS)
    minutes, seconds = np.divmod(rest, 60)
    return [day_texts(days, "T"), _MINUTES[minutes].tolist(), _SECONDS[seconds].tolist()]
