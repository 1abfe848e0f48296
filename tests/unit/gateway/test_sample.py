from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gateway.scoring import SAMPLE_RECORDS, Sample


@given(count=st.integers(0, 3000), cuts=st.lists(st.integers(1, 700), max_size=20))
def test_a_sample_does_not_depend_on_how_the_rows_came(count: int, cuts: list[int]) -> None:
    rows = [str(number) for number in range(count)]
    whole, pieces = Sample(count), Sample(count)
    whole.take(0, rows)
    start = 0
    for size in [*cuts, count]:
        pieces.take(start, rows[start : start + size])
        start = min(count, start + size)
    assert pieces.rows == whole.rows
    assert len(whole.rows) == min(count, SAMPLE_RECORDS)


@given(count=st.integers(0, 3000))
def test_a_sample_knows_where_its_rows_stand(count: int) -> None:
    sample = Sample.of([str(number) for number in range(count)])
    assert sample.rows == [str(position) for position in sample.positions()]


def test_a_sample_is_spread_evenly() -> None:
    sample = Sample(1_000_000)
    sample.take(0, range(1_000_000))  # type: ignore[arg-type]
    picked = [int(row) for row in sample.rows]
    assert {later - earlier for earlier, later in pairwise(picked)} == {5000}
