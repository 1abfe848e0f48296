"""What requests may take of models, as a gateway's callers meet it; nobody works on what it takes down."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import Usage
from testdata_agent.stores.jobs.sql import SqlJobs
from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import jobs_pb2_grpc, testdata_pb2
from tests.integration.gateway.running import Gateway, cart_request, refusal_of, start
from tests.servers import RedisProcess

CONTEXT = "Carts of a family that moves into its first house"
NAME = "x-client-id"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Gateway]:
    redis = RedisProcess(tmp_path_factory.mktemp("redis"))
    redis.start()
    settings = {
        "ANTHROPIC_API_KEY": "sk-that-nobody-uses",
        "LLM_TOKENS_PER_REQUEST": "40000",
        "LLM_TOKENS_PER_CLIENT": "80000",
        "LLM_CLIENT_WINDOW": "day",
        "LLM_PRICE_INPUT": "3",
        "LLM_PRICE_OUTPUT": "15",
        "CLIENT_ID_METADATA": NAME,
    }
    running = start(tmp_path_factory.mktemp("gateway"), DATABASE_URL=database_url, REDIS_URL=redis.url, **settings)
    yield running
    running.end()
    redis.stop()


def submit(gateway: Gateway, client: str, count: int, **fields: Any) -> pb.Job:
    jobs = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    request = cart_request(count, context=CONTEXT, **fields)
    return jobs.SubmitJob(pb.SubmitJobRequest(request=request), metadata=((NAME, client),))


def outlook(gateway: Gateway, count: int, client: str = "looker", **fields: Any) -> testdata_pb2.GenerationMetadata:
    request = cart_request(count, context=CONTEXT, dry_run=True, **fields)
    return gateway.stub().GenerateData(request, metadata=((NAME, client),)).metadata


def test_a_dry_run_tells_what_the_model_would_take(gateway: Gateway) -> None:
    metadata = outlook(gateway, 50)
    expected = metadata.estimate
    assert (metadata.generation_path, metadata.dry_run) == ("llm", True)
    assert (expected.records_written, expected.calls) == (50, 14)
    assert 3_000 < expected.output_tokens < 9_000
    assert expected.cost_micros == 3 * expected.input_tokens + 15 * expected.output_tokens
    assert not metadata.warnings
    (last,) = gateway.stub().GenerateDataStream(cart_request(50, context=CONTEXT, dry_run=True))
    assert last.metadata.estimate == expected


def test_a_dry_run_of_the_engine_takes_nothing(gateway: Gateway) -> None:
    assert not outlook(gateway, 50, generation_method=testdata_pb2.TRADITIONAL).HasField("estimate")


def test_a_request_over_its_ceiling_is_refused_with_the_way_out(gateway: Gateway) -> None:
    refused = refusal_of(lambda: submit(gateway, "greedy", 1_000, expansion=testdata_pb2.Expansion.OFF))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "REQUEST_TOKENS_EXCEEDED")
    assert "over LLM_TOKENS_PER_REQUEST (40000)" in refused.text
    assert "generation_method to TRADITIONAL" in refused.text
    call = refusal_of(
        lambda: gateway.stub().GenerateData(cart_request(1_000, context=CONTEXT, expansion=testdata_pb2.Expansion.OFF))
    )
    assert call.reason == "REQUEST_TOKENS_EXCEEDED"
    (warning,) = outlook(gateway, 1_000, expansion=testdata_pb2.Expansion.OFF).warnings
    assert warning == f"the run would be refused: {refused.text}"
    assert submit(gateway, "greedy", 1_000).state == pb.QUEUED


def test_a_client_has_one_ceiling_for_what_it_spent_and_what_its_jobs_are_to_take(
    gateway: Gateway, database_url: str
) -> None:
    each = outlook(gateway, 100).estimate
    tokens = each.input_tokens + each.output_tokens
    assert 27_000 < tokens < 40_000, "two of them, and no third, are under the ceiling"
    first, _ = submit(gateway, "team-a", 100), submit(gateway, "team-a", 100)
    refused = refusal_of(lambda: submit(gateway, "team-a", 100))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "CLIENT_TOKENS_EXCEEDED")
    assert f"has spent 0 and jobs under way may take {2 * tokens} more; wait until" in refused.text
    assert "LLM_TOKENS_PER_CLIENT (80000 a day)" in refused.text
    spend(database_url, first.job_id, Usage(input_tokens=tokens))
    later = refusal_of(lambda: submit(gateway, "team-a", 100))
    assert f"has spent {tokens} and jobs under way may take {tokens} more" in later.text
    assert datetime.now(UTC).strftime("%Y-%m-") in later.text
    assert submit(gateway, "team-b", 100).state == pb.QUEUED


def test_what_may_be_played_from_cassettes_is_not_refused_beforehand(gateway: Gateway) -> None:
    job = submit(gateway, "player", 1_000, expansion=testdata_pb2.Expansion.OFF, use_cache=True)
    assert job.state == pb.QUEUED


def test_jobs_are_seen_by_the_client_that_named_itself(gateway: Gateway) -> None:
    mine = submit(gateway, "mine", 1)
    jobs = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    ask = pb.GetJobRequest(job_id=mine.job_id)
    assert jobs.GetJob(ask, metadata=((NAME, "mine"),)).job_id == mine.job_id
    for other in (((NAME, "theirs"),), ()):
        refused = refusal_of(lambda other=other: jobs.GetJob(ask, metadata=other))  # type: ignore[misc]
        assert refused.reason == "UNKNOWN_JOB"


@pytest.mark.parametrize("name", ["", "two words", "x" * 201])
def test_a_name_that_is_none_is_refused(gateway: Gateway, name: str) -> None:
    refused = refusal_of(lambda: submit(gateway, name, 1))
    assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_CLIENT_ID")


def spend(database_url: str, job_id: str, usage: Usage) -> None:
    async def spent() -> None:
        database = open_database(database_url)
        await SqlJobs(database, results_ttl=3600).spend(job_id, usage=usage, notes={})
        await database.dispose()

    asyncio.run(spent())
