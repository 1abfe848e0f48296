"""A call is made again where no servicer can have seen it, and nowhere else."""

import time
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from testdata_agent.client import (
    AsyncClient,
    Client,
    ClientError,
    DeadlineExceededError,
    LimitExceededError,
    Record,
    RetryPolicy,
    UnavailableError,
)
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
    policy = RetryPolicy(attempts=6, first_pause_seconds=1.0, longest_pause_seconds=5.0, jitter=0.0)

    pauses = [policy.pause_after(attempt, grpc.StatusCode.UNAVAILABLE) for attempt in range(1, 7)]

    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0, None]


def test_pauses_differ_by_chance_so_that_clients_do_not_come_at_once() -> None:
    policy = RetryPolicy(first_pause_seconds=1.0, jitter=0.2)

    pauses = {policy.pause_after(1, grpc.StatusCode.UNAVAILABLE) or 0.0 for _ in range(100)}
    assert len(pauses) > 50
    assert all(0.8 <= pause <= 1.2 for pause in pauses)


def test_a_rate_is_waited_for_as_long_as_the_server_says(service: Any) -> None:
    def second_time_lucky(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
        if len(service.requests) < 2:
            come_again(context, seconds=0.3)
        return pb.GenerateResponse(success=True, data="[]")

    service.generate = second_time_lucky

    begun = time.monotonic()
    with Client(service.target, retry=QUICK) as client:
        assert list(client.generate("cart")) == []
    assert time.monotonic() - begun >= 0.3
    assert len(service.requests) == 2


@pytest.mark.parametrize(("seconds", "timeout_seconds"), [(3600.0, 60.0), (20.0, 5.0)])
def test_a_wait_that_is_too_long_is_left_to_the_caller(service: Any, seconds: float, timeout_seconds: float) -> None:
    service.generate = lambda _request, context: come_again(context, seconds)

    with Client(service.target, retry=QUICK) as client, pytest.raises(LimitExceededError) as refused:
        client.generate("cart", timeout_seconds=timeout_seconds)
    assert refused.value.retry_after_seconds == seconds
    assert refused.value.reason == "RATE_LIMITED"
    assert len(service.requests) == 1


async def test_the_async_client_waits_as_well(service: Any) -> None:
    service.stream = lambda _request, context: come_again(context, 0.01)

    async with AsyncClient(service.target, retry=QUICK) as client:
        with pytest.raises(LimitExceededError):
            [record async for record in client.stream("cart")]
    assert len(service.requests) == QUICK.attempts


def test_a_call_that_a_job_was_made_of_is_not_made_again(service: Any) -> None:
    def breaks(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
        context.send_initial_metadata((("x-job-id", "job-1"),))
        context.abort(grpc.StatusCode.UNAVAILABLE, "killed")
        raise AssertionError("unreachable")

    service.generate = breaks

    with Client(service.target, retry=QUICK) as client, pytest.raises(UnavailableError) as broken:
        client.generate("cart", context="for parents")
    assert broken.value.job_id == "job-1"
    assert len(service.requests) == 1


def test_a_call_that_took_too_long_names_the_job_that_was_made_of_it(service: Any) -> None:
    def slow(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
        context.send_initial_metadata((("x-job-id", "job-1"),))
        time.sleep(1.0)
        return pb.GenerateResponse(success=True, data="[]")

    service.generate = slow

    with Client(service.target) as client, pytest.raises(DeadlineExceededError) as late:
        client.generate("cart", timeout_seconds=0.5)
    assert late.value.job_id == "job-1"


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


def come_again(context: Any, seconds: float) -> Any:
    """Refuses a call as a gateway whose rate is reached."""
    info, again = any_pb2.Any(), any_pb2.Any()
    info.Pack(error_details_pb2.ErrorInfo(reason="RATE_LIMITED", domain="testdata.v1"))
    delay = error_details_pb2.RetryInfo()
    delay.retry_delay.FromMilliseconds(int(seconds * 1000))
    again.Pack(delay)
    code = grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    context.abort_with_status(rpc_status.to_status(status_pb2.Status(code=code, message="no", details=[info, again])))
