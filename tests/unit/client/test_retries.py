"""A call is made again where no servicer can have seen it, and nowhere else."""

from typing import Any

import grpc
import pytest

from testdata_agent.client import Client, ClientError, Record, RetryPolicy, UnavailableError
from testdata_agent.v1 import testdata_pb2 as pb

QUICK = RetryPolicy(attempts=3, first_pause_seconds=0.001)


def test_an_unavailable_server_is_asked_again_until_it_answers(service: Any) -> None:
    def second_time_lucky(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
        if len(service.requests) < 2:
            context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
        return pb.GenerateResponse(success=True, data="[]")

    service.generate = second_time_lucky

    with Client(service.target, retry=QUICK) as client:
        assert list(client.generate("cart")) == []
    assert len(service.requests) == 2


def test_the_attempts_end(service: Any) -> None:
    service.generate = lambda _request, context: context.abort(grpc.StatusCode.UNAVAILABLE, "draining")

    with Client(service.target, retry=QUICK) as client, pytest.raises(UnavailableError):
        client.generate("cart")
    assert len(service.requests) == 3


@pytest.mark.parametrize(
    "code", [c for c in grpc.StatusCode if c not in {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE}]
)
def test_no_other_status_is_tried_again(service: Any, code: grpc.StatusCode) -> None:
    service.generate = lambda _request, context: context.abort(code, "no")

    with Client(service.target, retry=QUICK) as client, pytest.raises(ClientError):
        client.generate("cart")
    assert len(service.requests) == 1


def test_no_attempt_begins_after_the_deadline(service: Any) -> None:
    service.generate = lambda _request, context: context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
    patient = RetryPolicy(attempts=100, first_pause_seconds=60.0, longest_pause_seconds=60.0)

    with Client(service.target, retry=patient) as client, pytest.raises(UnavailableError):
        client.generate("cart", timeout_seconds=5.0)
    assert len(service.requests) == 1


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(attempts=6, first_pause_seconds=1.0, longest_pause_seconds=5.0)

    pauses = [policy.pause_after(attempt, grpc.StatusCode.UNAVAILABLE) for attempt in range(1, 7)]

    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0, None]


def test_a_stream_is_opened_again_only_while_nothing_of_it_has_come(service: Any) -> None:
    def breaks(_request: pb.GenerateRequest, context: Any) -> Any:
        if len(service.requests) == 1:
            context.abort(grpc.StatusCode.UNAVAILABLE, "draining")
        yield pb.DataChunk(data='[{"n":1}]', next_record=1)
        context.abort(grpc.StatusCode.UNAVAILABLE, "killed")

    service.stream = breaks
    received: list[Record] = []

    with Client(service.target, retry=QUICK) as client, pytest.raises(UnavailableError):
        received.extend(client.stream("cart"))
    assert received == [{"n": 1}]
    assert len(service.requests) == 2
