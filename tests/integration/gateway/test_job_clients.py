"""The clients' ways with jobs, against a real gateway that breaks and comes back."""

import asyncio
from collections.abc import Iterator

import pytest

from testdata_agent.client import (
    AsyncClient,
    Client,
    InvalidRequestError,
    JobState,
    NotFoundError,
    RequestConflictError,
    RetryPolicy,
    UnavailableError,
)
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import worker_of
from tests.integration.gateway.running import Gateway


@pytest.fixture
def served(start_gateway: StartGateway, database_url: str, redis_url: str) -> Gateway:
    return start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url)


@pytest.fixture
def client(served: Gateway) -> Iterator[Client]:
    with Client(served.target) as made:
        yield made


async def test_a_job_from_its_submission_to_its_records(client: Client, database_url: str, redis_url: str) -> None:
    job = client.jobs.submit("cart", count=30, seed=7)
    assert (job.state, job.path, job.records_requested) == (JobState.QUEUED, "traditional", 30)
    assert job.started_at is None
    assert job.cost_micros is None
    assert client.jobs.wait(job.job_id, seconds=0.1).state is JobState.QUEUED
    async with worker_of(database_url, redis_url) as worker:
        await worker.make_all(job.job_id)
    done = client.jobs.wait(job.job_id)
    assert done.state is JobState.SUCCEEDED
    assert done.finished_at is not None
    assert done.created_at <= done.finished_at
    page = client.jobs.results(job.job_id, max_records=20)
    assert [record["_index"] for record in page.records] == list(range(20))
    assert not page.is_final
    with client.jobs.follow(job.job_id, from_record=page.next_record) as stream:
        assert [record["_index"] for record in stream] == list(range(20, 30))
    assert stream.metadata is not None
    assert stream.metadata.seed == 7
    assert client.jobs.get(job.job_id) == done
    assert [each.job_id for each in client.jobs.list(["succeeded"], page_size=1).jobs] == [job.job_id]


def test_what_is_refused_has_its_kind(client: Client) -> None:
    job = client.jobs.submit("cart", count=1, request_id="mine")
    assert client.jobs.submit("cart", count=1, request_id="mine") == job
    with pytest.raises(RequestConflictError):
        client.jobs.submit("cart", count=2, request_id="mine")
    with pytest.raises(NotFoundError, match="there is no job"):
        client.jobs.get("job-0")
    with pytest.raises(NotFoundError):
        list(client.jobs.follow("job-0"))
    with pytest.raises(InvalidRequestError, match="count"):
        client.jobs.submit("cart", count=0)
    assert client.jobs.cancel(job.job_id).state is JobState.CANCELLED


async def test_a_follower_goes_on_when_the_gateway_comes_back(
    start_gateway: StartGateway, database_url: str, redis_url: str
) -> None:
    first = start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url)
    async with worker_of(database_url, redis_url) as worker:
        with Client(first.target) as client:
            job = client.jobs.submit("cart", count=4500)
            await worker.make(job.job_id, 0)
            stream = client.jobs.follow(job.job_id)
            seen: list[int] = []
            records = iter(stream)
            seen += [next(records)["_index"] for _ in range(1990)]
            first.process.kill()
            first.process.wait()
            following = asyncio.create_task(asyncio.to_thread(lambda: [record["_index"] for record in records]))
            start_gateway(
                DATABASE_URL=database_url,
                REDIS_URL=redis_url,
                GRPC_PORT=str(first.grpc_port),
            )
            await worker.make(job.job_id, 1)
            await worker.make(job.job_id, 2)
            seen += await following
    assert seen == list(range(4500))
    assert stream.next_record == 4500


async def test_the_async_client_follows_through_a_restart_too(
    start_gateway: StartGateway, database_url: str, redis_url: str
) -> None:
    first = start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url)
    async with worker_of(database_url, redis_url) as worker, AsyncClient(first.target) as client:
        job = await client.jobs.submit("cart", count=2500)
        assert (await client.jobs.get(job.job_id)) == job
        assert (await client.jobs.list()).jobs[0] == job
        await worker.make(job.job_id, 0)
        stream = client.jobs.follow(job.job_id)
        seen: list[int] = []
        async for record in stream:
            seen.append(record["_index"])
            if record["_index"] == 1000:
                assert await asyncio.to_thread(first.end) == 0
                start_gateway(DATABASE_URL=database_url, REDIS_URL=redis_url, GRPC_PORT=str(first.grpc_port))
                await worker.make(job.job_id, 1)
        assert seen == list(range(2500))
        assert (await client.jobs.wait(job.job_id, seconds=10)).state is JobState.SUCCEEDED
        assert (await client.jobs.results(job.job_id, from_record=2490)).is_final
        assert (await client.jobs.cancel(job.job_id)).state is JobState.SUCCEEDED


def test_a_follower_gives_up_when_nobody_answers() -> None:
    with Client("127.0.0.1:1") as client, pytest.raises(UnavailableError, match="no server answers"):
        list(client.jobs.follow("job-0", retry=RetryPolicy(attempts=2, first_pause_seconds=0.01)))


def test_leaving_a_stream_ends_it(client: Client) -> None:
    job = client.jobs.submit("cart", count=1)
    with client.jobs.follow(job.job_id) as stream:
        pass
    assert list(stream) == []
    assert client.jobs.get(job.job_id).state is JobState.QUEUED


async def test_a_stream_that_was_left_goes_on_where_it_was(client: Client, database_url: str, redis_url: str) -> None:
    job = client.jobs.submit("cart", count=30, seed=7, envelope=False)
    async with worker_of(database_url, redis_url) as worker:
        await worker.make_all(job.job_id)
    stream = client.jobs.follow(job.job_id)
    first = []
    for cart in stream:
        first.append(cart)
        if len(first) == 10:
            break
    assert (stream.next_record, stream.records) == (10, 10)

    assert first + list(stream) == client.jobs.results(job.job_id).records
    assert (stream.next_record, stream.records) == (30, 30)


async def test_all_jobs_are_gone_through_page_by_page(client: Client, served: Gateway) -> None:
    made = [client.jobs.submit("cart", count=1).job_id for _ in range(3)]

    assert [job.job_id for job in client.jobs.each(["queued"], page_size=1)][:3] == made[::-1]
    async with AsyncClient(served.target) as there:
        assert [job.job_id async for job in there.jobs.each(page_size=2)][:3] == made[::-1]
