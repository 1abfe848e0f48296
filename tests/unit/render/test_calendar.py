"""Days as text."""

import tracemalloc
from datetime import UTC, datetime

import numpy as np
import pytest

from testdata_agent.engine.render.calendar import day_texts, instants
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND


@pytest.mark.parametrize("step", [86_399 * 40, 86_399 * 4001])
def test_instants_are_written_as_the_standard_library_does(step: int) -> None:
    values = np.arange(FIRST_SECOND, LAST_SECOND, step, dtype=np.int64)[:3000]

    written = ["".join(parts) for parts in zip(*instants(values), strict=True)]

    assert written == [datetime.fromtimestamp(value, UTC).isoformat()[:19] + "Z" for value in values.tolist()]


def test_days_of_all_years_take_no_more_memory_than_their_texts() -> None:
    days = np.array([FIRST_SECOND // 86_400, 0, LAST_SECOND // 86_400], dtype=np.int64)
    tracemalloc.start()
    try:
        assert day_texts(days) == ["0001-01-01", "1970-01-01", "9999-12-31"]
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
