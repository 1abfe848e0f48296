import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testdata_agent.engine.creative.stream import BROKEN, RecordStream

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def found(*pieces: str) -> list[Any]:
    stream = RecordStream()
    return [record for piece in pieces for record in stream.feed(piece)]


@given(st.lists(st.dictionaries(st.text(), _JSON, max_size=3), max_size=4), st.integers(1, 20))
def test_records_come_whole_however_the_text_is_cut(records: list[dict[str, Any]], size: int) -> None:
    text = json.dumps({"r": records}, ensure_ascii=False)
    assert found(*(text[at : at + size] for at in range(0, len(text), size))) == records


def test_a_record_comes_with_its_last_brace() -> None:
    stream = RecordStream()
    assert list(stream.feed('{"r":[{"a":{"b":1}')) == []
    assert stream.unfinished
    assert list(stream.feed("}")) == [{"a": {"b": 1}}]
    assert not stream.unfinished
    assert list(stream.feed(',{"a":2}]}')) == [{"a": 2}]
    assert stream.ended


def test_fences_and_prose_around_the_list_are_passed_over() -> None:
    assert found('Here they are:\n```json\n[{"a": 1}, {"a": 2}]\n``` Enjoy {"a": 3}') == [{"a": 1}, {"a": 2}]


def test_brackets_and_escapes_in_texts_are_text() -> None:
    record = {"a": '}]{"', "b": "\\", "c": '\\"}'}
    text = json.dumps({"r": [record]})
    assert found(*text) == [record]


@pytest.mark.parametrize("text", ["", "{", '{"r":[', '{"r":[{"a":"'])
def test_what_never_closes_gives_nothing(text: str) -> None:
    assert found(text) == []


def test_a_record_that_cannot_be_read_is_told_and_the_next_one_is_read() -> None:
    assert found('{"r":[{"a" 1},{"a":2}]}') == [BROKEN, {"a": 2}]


def test_a_record_without_end_is_given_up() -> None:
    stream = RecordStream()
    list(stream.feed('{"r":[{"a":"'))
    for _ in range(300):
        assert list(stream.feed("x" * 1000)) == []
    assert stream.ended
