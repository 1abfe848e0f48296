"""Records of any form are cut into messages that a server takes."""

import json

import pytest

from testdata_agent.client import learning
from testdata_agent.client.learning import messages_of, options_of
from testdata_agent.v1 import patterns_pb2 as pb


def options() -> pb.LearningOptions:
    return options_of("cart", domain="", schema=None, kind="pattern", name="", intent="", tags=(), locked_paths=())


def sent(records: learning.Records) -> list[pb.LearnPatternsRequest]:
    return list(messages_of(options(), records))


def test_a_text_goes_as_it_is_with_what_it_is() -> None:
    for text, form in (
        ('[{"a": 10.50}]', pb.RECORD_FORMAT_JSON),
        ('{"a": 1}\n{"a": 2}', pb.RECORD_FORMAT_JSON),
        ("a,b\n1,2\n", pb.RECORD_FORMAT_CSV),
    ):
        (message,) = sent(text)
        assert (message.records, message.options.format, message.options.entity) == (text, form, "cart")


def test_plain_values_go_by_the_thousand_and_the_options_once() -> None:
    messages = sent({"number": number} for number in range(2_500))
    assert [message.records.count("\n") + 1 for message in messages] == [1_000, 1_000, 500]
    assert [message.HasField("options") for message in messages] == [True, False, False]
    numbers = [json.loads(line)["number"] for message in messages for line in message.records.split("\n")]
    assert numbers == list(range(2_500))


@pytest.mark.parametrize("inside", ["\u2028", "\x0b", "\x85", "\x1c"])
def test_a_cell_of_csv_keeps_what_only_unicode_calls_a_line_break(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    monkeypatch.setattr(learning, "MESSAGE_CHARACTERS", 20)
    rows = [f"a{inside}b,{number}\r\n" for number in range(50)]
    parts = [message.records for message in sent("note,n\r\n" + "".join(rows))]
    assert len(parts) > 5
    assert [line for part in parts for line in part.removeprefix("note,n\r\n").split("\r\n") if line] == [
        row.removesuffix("\r\n") for row in rows
    ]


def test_a_long_csv_is_cut_between_records_and_each_part_begins_with_the_header(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "MESSAGE_CHARACTERS", 30)
    text = 'a,b\n1,"one\nline"\n2,""\n3,three is long\n4,\n'
    messages = sent(text)
    assert len(messages) > 1
    assert all(message.records.startswith("a,b\n") for message in messages)
    assert "a,b\n" + "".join(message.records.removeprefix("a,b\n") for message in messages) == text


def test_a_long_json_is_cut_between_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MESSAGE_CHARACTERS", 40)
    messages = sent(json.dumps([{"name": "x" * 10, "number": number} for number in range(5)]))
    assert len(messages) > 1
    numbers = [json.loads(line)["number"] for message in messages for line in message.records.split("\n")]
    assert numbers == list(range(5))


def test_what_breaks_the_messages_is_remembered_and_the_end_of_the_call_is_not_that() -> None:
    left = learning.Watched(messages_of(options(), ({"number": number} for number in range(2_500))))
    reading = iter(left)
    next(reading)
    reading.close()  # type: ignore[attr-defined]  # as gRPC does when the server has gone
    assert left.failure is None
    broken = learning.Watched(messages_of(options(), ({"number": 1 // number} for number in (1, 0))))
    with pytest.raises(ZeroDivisionError):
        list(broken)
    assert isinstance(broken.failure, ZeroDivisionError)


def test_no_records_are_no_messages() -> None:
    assert sent([]) == []
