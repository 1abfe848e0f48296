"""Calendar arithmetic on epoch days and seconds."""

import numpy as np
from numpy.typing import NDArray

DAY_SECONDS = 86_400


def shift_months(values: NDArray[np.int64], months: int, *, days: bool) -> NDArray[np.int64]:
    """Moves epoch days (or seconds) by calendar months; a day that the month lacks becomes its last one."""
    whole, rest = (values, np.zeros_like(values)) if days else np.divmod(values, DAY_SECONDS)
    dates = whole.astype("datetime64[D]")
    start = dates.astype("datetime64[M]")
    day = (dates - start.astype("datetime64[D]")).astype(np.int64)
    moved = start + np.int64(months)
    last = ((moved + 1).astype("datetime64[D]") - moved.astype("datetime64[D]")).astype(np.int64) - 1
    result: NDArray[np.int64] = moved.astype("datetime64[D]").astype(np.int64) + np.minimum(day, last)
    return result if days else result * DAY_SECONDS + rest
