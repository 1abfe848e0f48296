from hypothesis import given
from hypothesis import strategies as st

from gateway.streaming import MAX_CHUNK_CHARACTERS, chunk_characters, parts
from testdata_agent.v1 import testdata_pb2 as pb

LIMIT = 1000


@given(st.lists(st.integers(0, LIMIT * 2), max_size=12))
def test_parts_are_all_rows_in_order_and_none_is_large_unless_it_is_one_row(sizes: list[int]) -> None:
    rows = ["x" * size for size in sizes]
    cut = list(parts(rows, LIMIT))
    assert [row for part in cut for row in part] == rows
    for part in cut:
        assert len(part) == 1 or sum(map(len, part)) <= LIMIT


@given(st.integers(64 * 1024, 1 << 30), st.sampled_from(["x", "é", "語", "😀"]), st.integers(1, 1000))
def test_a_chunk_fits_into_a_message_whatever_its_records_are(limit: int, sign: str, length: int) -> None:
    most = chunk_characters(limit)
    assert most <= MAX_CHUNK_CHARACTERS
    rows = [sign * length] * (most // length)
    for part in parts(rows, most):
        assert pb.DataChunk(data="[" + ",".join(part) + "]").ByteSize() <= limit
