"""How large requests may be, and how slow those who read, over the wire."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import grpc
import pytest

from testdata_agent.v1 import patterns_pb2, patterns_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, cart_request, eventually, refusal_of, start

BIG = "abc def " * 1_000_000


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    running = start(folder, DATABASE_URL=url, STREAM_STALL_SECONDS="2")
    yield running
    running.end()


def test_every_text_and_list_that_is_too_long_is_named_at_once(gateway: Gateway) -> None:
    request = cart_request(
        request_id=BIG, context="c" * 50_001, hints=["h"] * 101, scenarios=[{"name": "s", "description": "d" * 10_001}]
    )
    for call in (
        partial(gateway.stub().GenerateData, request),
        partial(next, gateway.stub().GenerateDataStream(request)),
    ):
        refused = refusal_of(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
        assert refused.violations == {
            "request_id": "TEXT_TOO_LONG",
            "context": "TEXT_TOO_LONG",
            "hints": "TOO_MANY_ITEMS",
            "scenarios[0].description": "TEXT_TOO_LONG",
        }


def test_patterns_are_searched_and_learned_with_words_of_a_length(gateway: Gateway) -> None:
    patterns = patterns_pb2_grpc.PatternServiceStub(gateway.channel())
    options = patterns_pb2.LearningOptions(entity="cart", intent=BIG)
    calls: dict[str, Callable[[], Any]] = {
        "text": partial(patterns.SearchPatterns, patterns_pb2.SearchPatternsRequest(entity="cart", text=BIG)),
        "description": partial(patterns.RecordDefect, patterns_pb2.RecordDefectRequest(entity="cart", description=BIG)),
        "options.intent": lambda: patterns.LearnPatterns(iter([patterns_pb2.LearnPatternsRequest(options=options)])),
    }
    for field, call in calls.items():
        assert refusal_of(call).violations == {field: "TEXT_TOO_LONG"}


@pytest.mark.parametrize(
    ("request_", "metadata"),
    [
        (pb.GenerateRequest(entity="cart", context=3 * BIG), ()),
        (cart_request(), (("x-large", "a" * 20_000),)),
        (cart_request(), tuple((f"x-{number}", "a") for number in range(2_000))),
    ],
)
def test_messages_and_headers_that_are_too_large_are_refused_by_grpc_itself(
    gateway: Gateway, request_: pb.GenerateRequest, metadata: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        gateway.stub().GenerateData(request_, metadata=metadata)
    words = raised.value.details() or ""
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "larger than max" in words or "metadata size exceeds" in words
    assert gateway.stub().GenerateData(cart_request()).record_count == 3


def test_a_packed_message_is_as_large_as_it_is_unpacked(gateway: Gateway) -> None:
    request = pb.GenerateRequest(entity="cart", context="a" * 20_000_000)
    with pytest.raises(grpc.RpcError) as raised:
        gateway.stub().GenerateData(request, compression=grpc.Compression.Gzip)
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_more_calls_at_once_than_a_connection_may_have_wait_and_are_served(gateway: Gateway) -> None:
    stub = gateway.stub()
    calls = [stub.GetSchemas.future(pb.GetSchemasRequest()) for _ in range(2_500)]
    assert all(call.result().schemas for call in calls)


@pytest.mark.slow
def test_who_takes_nothing_of_a_stream_is_let_go_and_told_where_to_go_on(gateway: Gateway) -> None:
    stream = gateway.stub().GenerateDataStream(cart_request(10_000_000, request_id="slow"))
    read = [next(stream)]
    line = gateway.logged("request", "slow")
    assert (line["status"], line["reason"]) == ("RESOURCE_EXHAUSTED", "STREAM_STALLED")
    eventually(lambda: gateway.metric("testdata_requests_in_flight") == 0, "the call is over")
    refused = refusal_of(lambda: read.extend(stream))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "STREAM_STALLED")
    assert "a chunk waited 2 s for its client; go on from the next_record" in refused.text
    assert [chunk.first_record for chunk in read[1:]] == [chunk.next_record for chunk in read[:-1]]
    rest = gateway.stub().GenerateData(cart_request(3, first_row=read[-1].next_record))
    assert rest.record_count == 3


@pytest.mark.slow
def test_who_is_slow_and_goes_on_reading_is_served_to_the_end(gateway: Gateway) -> None:
    last, began = None, time.monotonic()
    for chunk in gateway.stub().GenerateDataStream(cart_request(60_000)):
        time.sleep(0.04)
        last = chunk
    assert time.monotonic() - began > 4, "twice what a chunk may wait"
    assert last is not None
    assert last.is_final
