"""JobService of a real gateway, over a real Redis and a real database; the worker is the test's."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from testdata_agent.v1 import jobs_pb2 as pb
from testdata_agent.v1 import jobs_pb2_grpc, testdata_pb2
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import JobWorker, worker_of
from tests.integration.gateway.running import Gateway, cart_request, eventually, refusal_of, start
from tests.servers import RedisProcess


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    server = RedisProcess(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def jobs_gateway(tmp_path_factory: pytest.TempPathFactory, database_url: str, redis: RedisProcess) -> Iterator[Gateway]:
    running = start(tmp_path_factory.mktemp("gateway"), DATABASE_URL=database_url, REDIS_URL=redis.url)
    yield running
    running.end()


@pytest.fixture
def jobs(jobs_gateway: Gateway) -> jobs_pb2_grpc.JobServiceStub:
    return jobs_pb2_grpc.JobServiceStub(jobs_gateway.channel())


@pytest.fixture
async def worker(database_url: str, redis: RedisProcess) -> AsyncIterator[JobWorker]:
    async with worker_of(database_url, redis.url) as made:
        yield made


def submit(jobs: jobs_pb2_grpc.JobServiceStub, count: int = 30, **fields: Any) -> pb.Job:
    return jobs.SubmitJob(pb.SubmitJobRequest(request=cart_request(count, **fields)))


def results(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str, **fields: Any) -> pb.GetJobResultsResponse:
    return jobs.GetJobResults(pb.GetJobResultsRequest(job_id=job_id, **fields))


def indexes(data: str) -> list[int]:
    return [record["_index"] for record in json.loads(data)]


def test_a_job_is_written_down_before_anybody_works_on_it(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    job = submit(jobs, 2500, seed=7)
    assert job.state == pb.QUEUED
    assert (job.records_requested, job.records_done, job.generation_path) == (2500, 0, "traditional")
    assert job.metadata.seed == 7
    assert job.metadata.routing_reason
    assert job.request_id
    assert job.created_at.seconds > 1_700_000_000
    assert not job.HasField("started_at")
    assert not job.HasField("cost_micros")
    assert jobs.GetJob(pb.GetJobRequest(job_id=job.job_id)) == job


async def test_a_finished_job_gives_the_bytes_that_a_stream_gives(
    jobs: jobs_pb2_grpc.JobServiceStub, jobs_gateway: Gateway, worker: JobWorker
) -> None:
    job = submit(jobs, 2500, seed=7)
    await worker.make_all(job.job_id)
    streamed = [chunk.data for chunk in jobs_gateway.stub().GenerateDataStream(cart_request(2500, seed=7))]
    delivered = list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id)))
    wanted = ",".join(text[1:-1] for text in streamed if text)
    assert ",".join(chunk.data[1:-1] for chunk in delivered if chunk.data) == wanted
    assert delivered[-1].is_final
    assert delivered[-1].metadata.coherence_score == 1.0
    assert delivered[-1].metadata.records_accepted == 2500
    done = jobs.GetJob(pb.GetJobRequest(job_id=job.job_id))
    assert done.state == pb.SUCCEEDED
    assert done.records_done == 2500
    assert done.tokens == 240
    assert done.results_expire_at.seconds > done.finished_at.seconds


@pytest.mark.parametrize("output_format", ["NDJSON", "CSV", "SQL"])
async def test_other_formats_are_written_on_delivery(
    jobs: jobs_pb2_grpc.JobServiceStub, jobs_gateway: Gateway, worker: JobWorker, output_format: str
) -> None:
    asked = {"seed": 7, "output_format": testdata_pb2.OutputFormat.Value(output_format)}
    job = submit(jobs, 40, **asked)
    await worker.make_all(job.job_id)
    wanted = jobs_gateway.stub().GenerateData(cart_request(40, **asked)).data
    streamed = jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id))
    assert "".join(chunk.data for chunk in streamed) == wanted
    first = results(jobs, job.job_id, max_records=15)
    rest = results(jobs, job.job_id, from_record=15)
    assert first.data + rest.data == wanted


async def test_pages_follow_one_another_to_the_end(jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker) -> None:
    job = submit(jobs, 100, first_row=50)
    assert not results(jobs, job.job_id).is_final
    await worker.make_all(job.job_id)
    seen: list[int] = []
    page = results(jobs, job.job_id, max_records=30)
    while page.record_count:
        assert page.record_count == len(indexes(page.data))
        assert page.first_record == indexes(page.data)[0]
        seen += indexes(page.data)
        page = results(jobs, job.job_id, from_record=page.next_record, max_records=30)
    assert seen == list(range(50, 150))
    assert page.is_final
    assert page.state == pb.SUCCEEDED
    assert page.metadata.records_accepted == 100


async def test_followers_get_records_in_order_while_they_are_made(
    jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker
) -> None:
    job = submit(jobs, 6000)
    await worker.make(job.job_id, 1)  # not the first: it has to wait
    await worker.make(job.job_id, 0, records=500, finish=False)

    def follow() -> list[testdata_pb2.DataChunk]:
        return list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id)))

    following = asyncio.create_task(asyncio.to_thread(follow))
    page = await asyncio.to_thread(results, jobs, job.job_id, max_records=10_000)
    assert page.next_record == 500
    assert not page.is_final
    assert not following.done()
    await worker.give_back(job.job_id, 0)
    await worker.make(job.job_id, 0)
    await worker.make(job.job_id, 2)
    chunks = await following
    assert [index for chunk in chunks if chunk.data for index in indexes(chunk.data)] == list(range(6000))
    assert [chunk.next_record for chunk in chunks[:-1]] == [chunk.first_record for chunk in chunks[1:]]


async def test_a_broken_stream_goes_on_where_it_ended(jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker) -> None:
    job = submit(jobs, 60)
    await worker.make(job.job_id, 0)
    call = jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id))
    first = next(iter(call))
    call.cancel()
    rest = jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id, from_record=first.next_record))
    seen = indexes(first.data) + [index for chunk in rest if chunk.data for index in indexes(chunk.data)]
    assert seen == list(range(60))


async def test_what_was_made_before_a_cancel_is_readable(jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker) -> None:
    job = submit(jobs, 5000)
    await worker.make(job.job_id, 0)
    await worker.make(job.job_id, 2, records=10, finish=False)
    cancelled = jobs.CancelJob(pb.CancelJobRequest(job_id=job.job_id))
    assert cancelled.cancel_requested
    assert cancelled.state == pb.RUNNING
    await worker.finish(job.job_id, 2, records=10)
    chunks = list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id)))
    seen = [index for chunk in chunks if chunk.data for index in indexes(chunk.data)]
    assert seen == [*range(2000), *range(4000, 4010)]
    page = results(jobs, job.job_id, from_record=1990, max_records=10_000)
    assert indexes(page.data) == [*range(1990, 2000), *range(4000, 4010)]
    assert page.is_final
    assert page.state == pb.CANCELLED
    assert jobs.CancelJob(pb.CancelJobRequest(job_id=job.job_id)).state == pb.CANCELLED


def test_a_queued_job_is_cancelled_at_once_and_its_waiters_hear_of_it(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    job = submit(jobs, 10)
    waiting = jobs.WaitJob.future(pb.WaitJobRequest(job_id=job.job_id))
    following = jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id))
    assert jobs.CancelJob(pb.CancelJobRequest(job_id=job.job_id)).state == pb.CANCELLED
    assert waiting.result(timeout=10).state == pb.CANCELLED
    assert [chunk.is_final for chunk in following] == [True]


def test_a_job_is_cancelled_even_if_its_followers_cannot_be_told(
    jobs: jobs_pb2_grpc.JobServiceStub, redis: RedisProcess
) -> None:
    job = submit(jobs, 10)
    redis.freeze()
    try:
        assert jobs.CancelJob(pb.CancelJobRequest(job_id=job.job_id), timeout=5).state == pb.CANCELLED
    finally:
        redis.thaw()


async def test_waiting_ends_with_the_job_or_at_its_timeout(
    jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker
) -> None:
    job = submit(jobs, 10)
    late = jobs.WaitJob(pb.WaitJobRequest(job_id=job.job_id, timeout=Duration(nanos=200_000_000)))
    assert late.state == pb.QUEUED
    waiting = jobs.WaitJob.future(pb.WaitJobRequest(job_id=job.job_id, timeout=Duration(seconds=60)))
    await worker.make_all(job.job_id)
    assert (await asyncio.to_thread(waiting.result, 10)).state == pb.SUCCEEDED


def test_the_same_request_id_and_body_give_the_same_job(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    first = submit(jobs, 5, request_id="once")
    again = submit(jobs, 5, request_id="once")
    assert again == first
    assert first.request_id == "once"
    refused = refusal_of(lambda: submit(jobs, 6, request_id="once"))
    assert (refused.code, refused.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_TAKEN")
    assert submit(jobs, 5).job_id != submit(jobs, 5).job_id


def test_every_fault_of_a_request_is_named_before_anything_is_written(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    bad = testdata_pb2.GenerateRequest(
        entity="cart",
        count=0,
        output_format=99,  # type: ignore[arg-type]
        dry_run=True,
        request_id="x" * 201,
        locale="xx",
    )
    refused = refusal_of(lambda: jobs.SubmitJob(pb.SubmitJobRequest(request=bad)))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert set(refused.violations) == {"count", "output_format", "dry_run", "request_id", "locale"}
    nothing = refusal_of(lambda: jobs.SubmitJob(pb.SubmitJobRequest()))
    assert nothing.violations == {"request": "REQUIRED"}
    crat = refusal_of(lambda: jobs.SubmitJob(pb.SubmitJobRequest(request=testdata_pb2.GenerateRequest(entity="crat"))))
    assert crat.reason == "UNKNOWN_ENTITY"
    path = refusal_of(lambda: submit(jobs, 5, generation_method=testdata_pb2.LLM))
    assert (path.code, path.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "PATH_UNAVAILABLE")


@pytest.mark.parametrize("job_id", ["", "no", "job-" + "0" * 32, "job-\0", "語" * 5000])
def test_an_unknown_job_is_not_found(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str) -> None:
    calls: list[Any] = [
        lambda: jobs.GetJob(pb.GetJobRequest(job_id=job_id)),
        lambda: jobs.CancelJob(pb.CancelJobRequest(job_id=job_id)),
        lambda: jobs.WaitJob(pb.WaitJobRequest(job_id=job_id)),
        lambda: results(jobs, job_id),
        lambda: list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job_id))),
    ]
    for call in calls:
        refused = refusal_of(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_JOB")


def test_bad_places_and_pages_are_named(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    job_id = submit(jobs, 1).job_id
    stream = refusal_of(lambda: list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job_id, from_record=-1))))
    assert stream.violations == {"from_record": "OUT_OF_RANGE"}
    page = refusal_of(lambda: results(jobs, job_id, from_record=-1, max_records=-1))
    assert page.violations == {"from_record": "OUT_OF_RANGE", "max_records": "INVALID_PAGE_SIZE"}
    listed = refusal_of(
        lambda: jobs.ListJobs(pb.ListJobsRequest(page_size=-1, states=[pb.RUNNING, cast("pb.JobState", 77)]))
    )
    assert listed.violations == {"page_size": "INVALID_PAGE_SIZE", "states[1]": "UNKNOWN_ENUM_VALUE"}
    token = refusal_of(lambda: jobs.ListJobs(pb.ListJobsRequest(page_token="%%%")))
    assert token.violations == {"page_token": "INVALID_PAGE_TOKEN"}
    late = refusal_of(lambda: jobs.WaitJob(pb.WaitJobRequest(job_id=job_id, timeout=Duration(seconds=-1))))
    assert late.violations == {"timeout": "INVALID_TIMEOUT"}


def test_lists_are_newest_first_by_state_and_in_pages(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    made = [submit(jobs, 1).job_id for _ in range(5)]
    jobs.CancelJob(pb.CancelJobRequest(job_id=made[1]))
    seen: list[str] = []
    token = ""
    while len(seen) < 5:
        page = jobs.ListJobs(pb.ListJobsRequest(page_size=2, page_token=token))
        assert len(page.jobs) == 2
        seen += [job.job_id for job in page.jobs]
        token = page.next_page_token
    assert seen[:5] == made[::-1]
    queued = jobs.ListJobs(pb.ListJobsRequest(states=[pb.QUEUED], page_size=4)).jobs
    assert [job.job_id for job in queued] == [made[4], made[3], made[2], made[0]]
    assert jobs.ListJobs(pb.ListJobsRequest(states=[pb.CANCELLED], page_size=1)).jobs[0].job_id == made[1]


async def test_results_past_their_time_say_so(jobs: jobs_pb2_grpc.JobServiceStub, worker: JobWorker) -> None:
    job = submit(jobs, 10)
    await worker.make_all(job.job_id)
    await worker.results.expire(job.job_id, seconds=0)
    for call in (
        lambda: results(jobs, job.job_id),
        lambda: list(jobs.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id))),
    ):
        refused = refusal_of(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "RESULTS_GONE")
        assert "no longer kept" in refused.text
    assert jobs.GetJob(pb.GetJobRequest(job_id=job.job_id)).state == pb.SUCCEEDED


def test_the_service_is_listed_and_healthy(jobs_gateway: Gateway) -> None:
    health = jobs_gateway.stub().HealthCheck(testdata_pb2.HealthCheckRequest())
    assert health.components["jobs"] == "kept"


def test_the_length_of_the_queues_is_on_the_metrics_page(
    jobs: jobs_pb2_grpc.JobServiceStub, jobs_gateway: Gateway
) -> None:
    submit(jobs, 3)
    eventually(lambda: jobs_gateway.metric('testdata_queue_depth{queue="bulk"}') > 0, "a batch waits")
    assert 'testdata_queue_depth{queue="model"} 0.0' in jobs_gateway.http("/metrics")[1]


def test_jobs_are_counted_and_logged(jobs: jobs_pb2_grpc.JobServiceStub, jobs_gateway: Gateway) -> None:
    before = jobs_gateway.metric("testdata_jobs_submitted_total")
    job = submit(jobs, 3, request_id="logged-job")
    counter = "testdata_jobs_submitted_total"
    eventually(lambda: jobs_gateway.metric(counter) == before + 1, "the call is counted")
    line = jobs_gateway.logged("job_submitted", "logged-job")
    assert (line["job_id"], line["records"], line["batches"]) == (job.job_id, 3, 1)
    assert jobs_gateway.logged("request", "logged-job")["job_id"] == job.job_id


def test_a_job_that_would_take_too_much_room_is_refused_with_the_way_out(
    start_gateway: StartGateway, database_url: str, redis: RedisProcess
) -> None:
    small = start_gateway(
        DATABASE_URL=database_url, REDIS_URL=redis.url, RESULTS_MAX_BYTES="200000", RESULTS_TOTAL_BYTES="150000"
    )
    stub = jobs_pb2_grpc.JobServiceStub(small.channel())
    refused = refusal_of(lambda: submit(stub, 1000))
    assert (refused.code, refused.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "JOB_TOO_LARGE")
    assert "GenerateDataStream" in refused.text
    full = refusal_of(lambda: submit(stub, 120))
    assert (full.code, full.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RESULTS_FULL")


def test_a_database_of_another_revision_is_left_alone(
    start_gateway: StartGateway, redis: RedisProcess, tmp_path: Path
) -> None:
    stale = start_gateway(DATABASE_URL=f"sqlite:///{tmp_path / 'stale.db'}", REDIS_URL=redis.url)
    stub = jobs_pb2_grpc.JobServiceStub(stale.channel())
    refused = refusal_of(lambda: submit(stub, 1))
    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "WRONG_REVISION")
    assert "testdata migrate" in refused.text
    assert stale.stub().GenerateData(cart_request(1)).record_count == 1


def test_without_stores_the_service_says_what_is_missing(gateway: Gateway) -> None:
    stub = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    for call in (
        lambda: submit(stub, 1),
        lambda: stub.ListJobs(pb.ListJobsRequest()),
        lambda: list(stub.StreamJobResults(pb.StreamJobResultsRequest(job_id="job-1"))),
    ):
        refused = refusal_of(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "JOBS_NOT_AVAILABLE")
        assert "REDIS_URL and DATABASE_URL" in refused.text
        assert "testdata up" in refused.text


def test_a_job_is_taken_down_though_redis_is_away(
    start_gateway: StartGateway, database_url: str, own_redis: RedisProcess
) -> None:
    gateway = start_gateway(DATABASE_URL=database_url, REDIS_URL=own_redis.url)
    stub = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    own_redis.kill()
    job = submit(stub, 3, request_id="redis-away")
    assert job.state == pb.QUEUED
    assert gateway.ready()
    assert gateway.stub().GenerateData(cart_request(1)).record_count == 1
    assert gateway.logged_job("publish_failed", job.job_id)["batches"] == 1
    own_redis.start()
    assert submit(stub, 3, request_id="redis-away") == job


async def test_records_that_redis_has_lost_are_not_passed_over(
    start_gateway: StartGateway, database_url: str, own_redis: RedisProcess
) -> None:
    gateway = start_gateway(DATABASE_URL=database_url, REDIS_URL=own_redis.url)
    stub = jobs_pb2_grpc.JobServiceStub(gateway.channel())
    job = submit(stub, 10)
    async with worker_of(database_url, own_redis.url) as worker:
        await worker.make_all(job.job_id)
    own_redis.empty()
    for call in (
        lambda: results(stub, job.job_id),
        lambda: list(stub.StreamJobResults(pb.StreamJobResultsRequest(job_id=job.job_id))),
    ):
        refused = refusal_of(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.NOT_FOUND, "RESULTS_GONE")
        assert "10 of the 10 records" in refused.text
