"""JSON is cut into the texts of its records, however it is laid out, and what is none is named by line and column."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testdata_agent.engine.reading import json as reading
from testdata_agent.engine.reading.errors import UnreadableText
from testdata_agent.engine.reading.json import read_json, read_lines

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(values, max_size=8), st.sampled_from([None, 1, 4]), st.integers(1, 7))
def test_an_array_is_its_elements_however_it_is_read(records: list[Any], indent: int | None, chunk: int) -> None:
    text = json.dumps(records, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_CHUNK", chunk)
        assert [json.loads(record) for record in read_json(io.StringIO(text))] == records


@given(st.lists(st.dictionaries(st.text(), values, max_size=3), max_size=6), st.sampled_from(["\n", " ", "\n\n", ""]))
def test_objects_one_after_another_are_records(records: list[Any], between: str) -> None:
    text = between.join(json.dumps(record) for record in records)
    assert [json.loads(record) for record in read_json(io.StringIO(text))] == records


def test_lines_are_cut_at_line_feeds_alone() -> None:
    stream = io.StringIO('\ufeff{"a":"\u2028"}\r\n\n  {"a":2}\nnonsense', newline="")
    assert list(read_lines(stream)) == ['{"a":"\u2028"}', '{"a":2}', "nonsense"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[{"a":1}', "line 1, column 9: no JSON: a comma or the array's closing bracket"),
        ('[{"a":1} {"a":2}]', "line 1, column 10: no JSON: a comma"),
        ('[{"a":1},\n{"a":}]', "line 2, column 6: no JSON: expecting value"),
        ("[1,2] x", "line 1, column 7: no JSON: there is more after the array's end"),
        ("nonsense", "line 1, column 1: no JSON: expecting value"),
        ("[1,]", "line 1, column 4: no JSON: expecting value"),
        ('[\n\n  {"a": "x', "line 3, column 9: no JSON: unterminated string"),
        ("[" * 200_000, "it nests too deep"),
        (f"[{'9' * 5_000}]", "line 1, column 2: no JSON: a number has too many digits"),
    ],
)
def test_what_is_no_json_is_named_by_its_place(text: str, where: str) -> None:
    with pytest.raises(UnreadableText) as refused:
        list(read_json(io.StringIO(text)))
    assert where in str(refused.value)


def test_the_place_is_right_far_into_a_text() -> None:
    text = "[\n" + '{"a": 1},\n' * 100_000 + "oops]"
    with pytest.raises(UnreadableText, match="line 100002, column 1:"):
        list(read_json(io.StringIO(text)))
