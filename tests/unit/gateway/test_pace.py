from hypothesis import given
from hypothesis import strategies as st

from gateway.pace import MAX_GROWTH, MAX_ROWS, TARGET_SECONDS, Pace


def test_slow_rows_come_fewer_at_a_time() -> None:
    pace = Pace(100)
    pace.took(100, TARGET_SECONDS * 10, 1000)
    assert pace.rows == 10


def test_wide_rows_come_fewer_at_a_time() -> None:
    pace = Pace(10)
    pace.took(10, 1e-5, 10 * 1024 * 1024)
    assert pace.rows == 1


def test_quick_rows_come_more_at_a_time_but_not_all_at_once() -> None:
    pace = Pace(10)
    pace.took(10, 1e-6, 10)
    assert pace.rows == 10 * MAX_GROWTH


@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(0, 10), st.integers(0, 10**9)), max_size=20))
def test_a_slice_has_always_a_row_and_never_too_many(history: list[tuple[int, float, int]]) -> None:
    pace = Pace(10)
    for rows, seconds, characters in history:
        pace.took(rows, seconds, characters)
        assert 1 <= pace.rows <= MAX_ROWS
