from hypothesis import given
from hypothesis import strategies as st

from gateway.streaming import MAX_CHUNK_CHARACTERS, parts


@given(st.lists(st.integers(0, MAX_CHUNK_CHARACTERS * 2), max_size=12))
def test_parts_are_all_rows_in_order_and_none_is_large_unless_it_is_one_row(sizes: list[int]) -> None:
    rows = ["x" * size for size in sizes]
    cut = list(parts(rows))
    assert [row for part in cut for row in part] == rows
    for part in cut:
        assert len(part) == 1 or sum(map(len, part)) <= MAX_CHUNK_CHARACTERS
