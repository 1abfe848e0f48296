"""What clients may ask for in a minute."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from testdata_agent.client import Client, LimitExceededError
from testdata_agent.client.retry import NO_RETRY
from testdata_agent.service.access.key_ring import hash_of
from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, cart_request, eventually, refusal_of
from tests.servers import RedisProcess

NAME = "x-client-id"
Metadata = tuple[tuple[str, str], ...]


def of(client: str) -> Metadata:
    return ((NAME, client),)


def generate(gateway: Gateway, client: str, count: int = 1, **fields: Any) -> pb.GenerateResponse:
    return gateway.stub().GenerateData(cart_request(count, **fields), metadata=of(client))


def pause_named(call: Callable[[], Any]) -> float:
    """The RetryInfo of a refusal, in seconds; 0: it has none."""
    with pytest.raises(grpc.RpcError) as raised:
        call()
    error: Any = raised.value
    status = rpc_status.from_call(error)
    assert status is not None
    info = error_details_pb2.RetryInfo()
    return next((info.retry_delay.ToNanoseconds() / 1e9 for detail in status.details if detail.Unpack(info)), 0.0)


@pytest.fixture
def limited(start_gateway: StartGateway) -> Iterator[Gateway]:
    yield start_gateway(RATE_REQUESTS_PER_MINUTE="5", RATE_RECORDS_PER_MINUTE="100", CLIENT_ID_METADATA=NAME)


def test_requests_over_the_rate_are_refused_and_told_when_to_come_again(limited: Gateway) -> None:
    for _ in range(5):
        generate(limited, "a")
    refused = refusal_of(lambda: generate(limited, "a"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert "client 'a' may ask for 5 requests a minute (RATE_REQUESTS_PER_MINUTE); try again in " in refused.text
    assert 50 < pause_named(lambda: generate(limited, "a")) <= 61
    stream = limited.stub().GenerateDataStream(cart_request(1), metadata=of("a"))
    assert refusal_of(partial(next, stream)).reason == "RATE_LIMITED"
    assert generate(limited, "b").record_count == 1, "another client has a count of its own"
    eventually(lambda: limited.metric('testdata_refusals_total{reason="RATE_LIMITED"') == 3, "refusals are counted")


def test_asking_how_it_is_is_free(limited: Gateway) -> None:
    health: Any = health_pb2_grpc.HealthStub(limited.channel())
    for _ in range(10):
        limited.stub().HealthCheck(pb.HealthCheckRequest(), metadata=of("a"))
        health.Check(health_pb2.HealthCheckRequest(), metadata=of("a"))
    answer = limited.stub().HealthCheck(pb.HealthCheckRequest(), metadata=of("a"))
    assert answer.components["rate_limits"] == "counted in each process by itself"
    assert answer.status == "healthy"


def test_records_are_counted_as_asked_for_by_call_and_stream_alike(limited: Gateway) -> None:
    generate(limited, "a", 40)
    stream = list(limited.stub().GenerateDataStream(cart_request(40), metadata=of("a")))
    assert stream[-1].is_final
    refused = refusal_of(lambda: generate(limited, "a", 30))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert "100 records a minute (RATE_RECORDS_PER_MINUTE)" in refused.text
    assert generate(limited, "a", 20).record_count == 20


def test_what_a_whole_minute_would_not_hold_is_refused_with_the_way_out(limited: Gateway) -> None:
    stream = limited.stub().GenerateDataStream(cart_request(101), metadata=of("a"))
    refused = refusal_of(partial(next, stream))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVER_RATE")
    assert "ask in parts: first_row goes on where one ended" in refused.text
    assert pause_named(lambda: generate(limited, "a", 101)) == 0
    assert generate(limited, "a", 100).record_count == 100


def test_dry_runs_and_refused_requests_count_no_records(limited: Gateway) -> None:
    assert generate(limited, "a", 100, dry_run=True).record_count == 0
    assert refusal_of(lambda: generate(limited, "a", 100, locale="xx")).reason == "UNKNOWN_LOCALE"
    assert generate(limited, "a", 100).record_count == 100


def test_records_that_were_not_delivered_are_given_back(start_gateway: StartGateway) -> None:
    gateway = start_gateway(RATE_RECORDS_PER_MINUTE="2000000", CLIENT_ID_METADATA=NAME)
    stream = gateway.stub().GenerateDataStream(cart_request(2_000_000), metadata=of("a"))
    next(stream)
    stream.cancel()

    def again() -> bool:
        try:
            return generate(gateway, "a", 1000).record_count == 1000
        except grpc.RpcError as error:
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            return False

    eventually(again, "most of the stream's records are given back")
    following = gateway.stub().GenerateDataStream(cart_request(2_000_000), metadata=of("a"))
    assert refusal_of(partial(next, following)).reason == "RATE_LIMITED", "what was delivered is not"


def test_a_client_of_the_library_is_told_in_words(limited: Gateway) -> None:
    with Client(limited.target, retry=NO_RETRY) as client:
        for _ in range(5):
            client.schemas()
        with pytest.raises(LimitExceededError, match="5 requests a minute") as raised:
            client.schemas()
    assert raised.value.reason == "RATE_LIMITED"


def test_a_clients_own_limits_take_the_place_of_everybodys(start_gateway: StartGateway, tmp_path: Path) -> None:
    own = {"few": "requests_per_minute: 1", "free": "requests_per_minute: unlimited", "plain": "admin: false"}
    entries = [f'  - client: {name}\n    sha256: ["{hash_of(name)}"]\n    {more}\n' for name, more in own.items()]
    path = tmp_path / "keys.yaml"
    path.write_text("clients:\n" + "".join(entries))
    gateway = start_gateway(API_KEYS_FILE=str(path), RATE_REQUESTS_PER_MINUTE="3")

    def made(client: str) -> int:
        """Calls of six that were served."""
        served = 0
        for _ in range(6):
            try:
                gateway.stub().GetSchemas(pb.GetSchemasRequest(), metadata=(("x-api-key", client),))
                served += 1
            except grpc.RpcError as error:
                assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        return served

    assert {client: made(client) for client in own} == {"few": 1, "free": 6, "plain": 3}
    refused = refusal_of(lambda: gateway.stub().GetSchemas(pb.GetSchemasRequest(), metadata=(("x-api-key", "few"),)))
    assert "may ask for 1 requests a minute (requests_per_minute of its key)" in refused.text


def test_gateways_share_one_count_and_a_restart_forgets_none(
    start_gateway: StartGateway, redis_url: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    settings = {
        "RATE_REQUESTS_PER_MINUTE": "4",
        "RATE_RECORDS_PER_MINUTE": "100",
        "CLIENT_ID_METADATA": NAME,
        "REDIS_URL": redis_url,
        "DATABASE_URL": url,
    }
    here, there = start_gateway(**settings), start_gateway(**settings)
    generate(here, "a", 50)
    assert refusal_of(lambda: generate(there, "a", 51)).reason == "RATE_LIMITED"
    submit = jobs_pb2.SubmitJobRequest(request=cart_request(50, request_id="mine"))
    jobs = jobs_pb2_grpc.JobServiceStub(there.channel())
    job = jobs.SubmitJob(submit, metadata=of("a"))
    assert jobs.SubmitJob(submit, metadata=of("a")).job_id == job.job_id, "the same job is counted once"
    assert here.end() == 0
    again = start_gateway(**settings)
    assert refusal_of(lambda: generate(again, "a")).reason == "RATE_LIMITED"
    assert "requests a minute" in refusal_of(lambda: generate(there, "a")).text


def test_without_redis_each_gateway_counts_by_itself_and_says_so(
    start_gateway: StartGateway, own_redis: RedisProcess
) -> None:
    gateway = start_gateway(RATE_REQUESTS_PER_MINUTE="3", CLIENT_ID_METADATA=NAME, REDIS_URL=own_redis.url)
    generate(gateway, "a")
    own_redis.kill()
    generate(gateway, "a")
    assert gateway.metric("testdata_rate_limits_degraded") == 1
    generate(gateway, "a")
    assert refusal_of(lambda: generate(gateway, "a")).reason == "RATE_LIMITED", "what it took before counts, too"

    def health() -> pb.HealthCheckResponse:
        return gateway.stub().HealthCheck(pb.HealthCheckRequest())

    eventually(lambda: health().status == "degraded", "health says so")
    assert health().components["rate_limits"].startswith("degraded: Redis does not answer")
    lines = [line for line in gateway.logs() if line["event"] == "rate_limits_not_shared"]
    assert len(lines) == 1
    own_redis.start()

    def back() -> bool:
        generate(gateway, uuid())
        return gateway.metric("testdata_rate_limits_degraded") == 0

    eventually(back, "Redis counts again")
    eventually(lambda: health().components["rate_limits"] == "shared through Redis", "health says so, too")


def uuid() -> str:
    """A client that nobody has counted."""
    from uuid import uuid4

    return uuid4().hex
