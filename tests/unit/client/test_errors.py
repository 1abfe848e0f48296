"""What a server refuses arrives as one kind of error, with the server's reason and every violation."""

from collections.abc import Callable
from concurrent import futures
from typing import Any

import grpc
import pytest

from testdata_agent import client as errors
from testdata_agent.client import NO_RETRY, Client, ClientError, FieldViolation
from testdata_agent.v1 import testdata_pb2 as pb


def test_a_refused_request_carries_reason_and_every_field_violation(service: Any, refuse: Callable[..., None]) -> None:
    wrong = {"count": "must be at least 1", "entity": "unknown entity 'crat'"}
    service.generate = lambda _request, context: refuse(
        context, grpc.StatusCode.INVALID_ARGUMENT.value[0], "two faults", "INVALID_REQUEST", wrong
    )

    with Client(service.target) as client, pytest.raises(errors.InvalidRequestError) as refused:
        client.generate("crat", count=0)

    assert str(refused.value) == "two faults"
    assert refused.value.reason == "INVALID_REQUEST"
    assert refused.value.violations == (
        FieldViolation("count", "BAD", "must be at least 1"),
        FieldViolation("entity", "BAD", "unknown entity 'crat'"),
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, errors.InvalidRequestError),
        (grpc.StatusCode.NOT_FOUND, errors.NotFoundError),
        (grpc.StatusCode.FAILED_PRECONDITION, errors.PathUnavailableError),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, errors.LimitExceededError),
        (grpc.StatusCode.DEADLINE_EXCEEDED, errors.DeadlineExceededError),
        (grpc.StatusCode.CANCELLED, errors.CancelledError),
        (grpc.StatusCode.UNAVAILABLE, errors.UnavailableError),
        (grpc.StatusCode.INTERNAL, errors.ServerError),
        (grpc.StatusCode.UNKNOWN, errors.ServerError),
    ],
)
def test_each_status_becomes_its_most_specific_kind(
    service: Any, code: grpc.StatusCode, kind: type[ClientError]
) -> None:
    service.generate = lambda _request, context: context.abort(code, "so it is")

    with Client(service.target, retry=NO_RETRY) as client, pytest.raises(ClientError) as refused:
        client.generate("cart")

    assert type(refused.value) is kind
    assert isinstance(refused.value.__cause__, grpc.RpcError)


def test_a_server_without_the_call_is_told_from_a_gateway() -> None:
    stranger = grpc.server(futures.ThreadPoolExecutor(1))
    port = stranger.add_insecure_port("127.0.0.1:0")
    stranger.start()

    with Client(f"127.0.0.1:{port}") as client, pytest.raises(errors.ServerError) as refused:
        client.generate("cart")

    stranger.stop(None).wait()
    assert str(refused.value).startswith(f"127.0.0.1:{port} does not have this call: it is no gateway, or one of an")


def test_an_answer_that_says_it_failed_is_an_error_too(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=False, error="unknown entity 'crat'")

    with Client(service.target) as client, pytest.raises(ClientError, match="unknown entity 'crat'"):
        client.generate("crat")


def test_a_call_that_takes_too_long_says_so_and_names_the_server(service: Any) -> None:
    def never(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
        while context.is_active():
            pass
        return pb.GenerateResponse()

    service.generate = never

    with Client(service.target) as client, pytest.raises(errors.DeadlineExceededError, match=service.target):
        client.generate("cart", timeout_seconds=0.1)


def test_no_server_at_all_is_one_plain_line() -> None:
    with Client("127.0.0.1:1", retry=NO_RETRY) as client, pytest.raises(errors.UnavailableError) as refused:
        client.health()

    assert str(refused.value) == "no server answers at 127.0.0.1:1"
