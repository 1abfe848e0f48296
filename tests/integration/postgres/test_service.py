"""A gateway and a worker over one PostgreSQL: jobs, registered schemas, and a database that goes away in mid-job."""

import json
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc, patterns_pb2, patterns_pb2_grpc, schemas_pb2, schemas_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.running import Gateway, cart_request, eventually, refusal_of
from tests.integration.model.service import Service, service
from tests.postgres import Postgres, running
from tests.standin.server import StandIn

CONTEXT = "Carts of a family that moves into its first house \0 \U0001f3e0"


@pytest.fixture(scope="module")
def server(postgres: Postgres) -> Iterator[Postgres]:
    with running(postgres.programs) as own:
        yield own


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(scope="module")
def all_of_it(server: Postgres, standin: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with (
        server.database("service") as name,
        service(tmp_path_factory.mktemp("service"), standin, DATABASE_URL=server.url(name)) as running_all,
    ):
        yield running_all


@pytest.fixture
def gateway(all_of_it: Service) -> Gateway:
    return all_of_it.gateway


@pytest.fixture
def jobs(gateway: Gateway) -> jobs_pb2_grpc.JobServiceStub:
    return jobs_pb2_grpc.JobServiceStub(gateway.channel())


def records_of(chunks: Iterator[pb.DataChunk]) -> list[dict[str, object]]:
    return [record for chunk in chunks if chunk.data for record in json.loads(chunk.data)]


def ended(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str) -> jobs_pb2.Job:
    return jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=job_id, timeout=Duration(seconds=30)))


def test_a_job_gives_the_records_of_the_stream(gateway: Gateway, jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    request = cart_request(9_000, seed=2**64 - 1)
    submitted = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
    followed = records_of(jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=submitted.job_id)))
    assert followed == records_of(gateway.stub().GenerateDataStream(request))
    job = ended(jobs, submitted.job_id)
    assert (job.state, job.records_done, job.metadata.seed) == (jobs_pb2.SUCCEEDED, 9_000, 2**64 - 1)


def test_the_same_request_id_is_the_same_job(jobs: jobs_pb2_grpc.JobServiceStub) -> None:
    request = cart_request(20, request_id="ключ 🗝", seed=1)
    one, two = [jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request)) for _ in range(2)]
    assert one.job_id == two.job_id
    other = jobs_pb2.SubmitJobRequest(request=cart_request(21, request_id="ключ 🗝", seed=1))
    assert refusal_of(lambda: jobs.SubmitJob(other)).reason == "REQUEST_ID_TAKEN"


def test_jobs_are_listed_in_pages_and_cancelled(jobs: jobs_pb2_grpc.JobServiceStub, standin: StandIn) -> None:
    standin.first_token = 20
    try:
        request = cart_request(12, context=CONTEXT, seed=3)
        submitted = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
        eventually(lambda: standin.running, "a model writes")
        jobs.CancelJob(jobs_pb2.CancelJobRequest(job_id=submitted.job_id))
        assert ended(jobs, submitted.job_id).state == jobs_pb2.CANCELLED
    finally:
        standin.first_token = 0
    page = jobs.ListJobs(jobs_pb2.ListJobsRequest(page_size=1))
    assert [job.job_id for job in page.jobs] == [submitted.job_id]
    assert jobs.ListJobs(jobs_pb2.ListJobsRequest(page_size=1, page_token=page.next_page_token)).jobs


def test_a_model_writes_and_its_answers_are_played_again(gateway: Gateway, standin: StandIn) -> None:
    request = pb.GenerateRequest(entity="cart", count=5, context=CONTEXT, seed=7, use_cache=True)
    first = gateway.stub().GenerateData(request, timeout=30)
    assert first.metadata.records_by_path == {"llm": 5}
    assert first.metadata.cost_micros > 0
    calls = len(standin.calls)
    again = gateway.stub().GenerateData(request, timeout=30)
    assert again.data == first.data
    assert len(standin.calls) == calls


def test_a_registered_schema_is_an_entity(gateway: Gateway) -> None:
    registry = schemas_pb2_grpc.SchemaServiceStub(gateway.channel())
    text = json.dumps({"name": "Möbel", "fields": {"n": {"type": "integer", "min": 4, "max": 4}}})
    registry.RegisterSchema(schemas_pb2.RegisterSchemaRequest(name="moebel", schema=text))
    answer = gateway.stub().GenerateData(pb.GenerateRequest(entity="moebel", count=2))
    assert [record["n"] for record in json.loads(answer.data)] == [4, 4]
    registry.DeleteSchema(schemas_pb2.DeleteSchemaRequest(name="moebel"))
    refused = refusal_of(lambda: gateway.stub().GenerateData(pb.GenerateRequest(entity="moebel", count=2)))
    assert refused.violations == {"entity": "UNKNOWN_ENTITY"}


def test_a_database_that_goes_away_in_mid_job_costs_no_record(
    server: Postgres, gateway: Gateway, jobs: jobs_pb2_grpc.JobServiceStub, standin: StandIn
) -> None:
    standin.rate = 100
    request = cart_request(30, context=CONTEXT, seed=8, generation_method=pb.LLM)
    submitted = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
    chunks = jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=submitted.job_id))
    assert records_of(iter([next(chunks)]))
    server.stop()
    try:
        refused = refusal_of(lambda: jobs.GetJob(jobs_pb2.GetJobRequest(job_id=submitted.job_id)))
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNREACHABLE")
        assert gateway.stub().GenerateData(cart_request(3)).record_count == 3
    finally:
        server.start()
        standin.rate = 0
    job = eventually(lambda: _finished(jobs, submitted.job_id), "the job has ended")
    assert (job.state, job.records_done, job.error) == (jobs_pb2.SUCCEEDED, 30, "")
    followed = records_of(jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=submitted.job_id)))
    assert [record["_index"] for record in followed] == list(range(30))


def _finished(jobs: jobs_pb2_grpc.JobServiceStub, job_id: str) -> jobs_pb2.Job | None:
    job = jobs.GetJob(jobs_pb2.GetJobRequest(job_id=job_id))
    return job if job.finished_at.seconds else None


NUL = "a\0b"


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("schemas.GetSchema", schemas_pb2.GetSchemaRequest(name=NUL)),
        ("schemas.DeleteSchema", schemas_pb2.DeleteSchemaRequest(name=NUL)),
        ("schemas.ListSchemas", schemas_pb2.ListSchemasRequest(domain=NUL)),
        ("patterns.DeletePatterns", patterns_pb2.DeletePatternsRequest(pattern_ids=[NUL])),
        (
            "patterns.RatePatterns",
            patterns_pb2.RatePatternsRequest(pattern_ids=[NUL], rating=patterns_pb2.PATTERN_RATING_HELPFUL),
        ),
    ],
)
def test_a_text_that_the_database_cannot_keep_is_the_callers_fault(
    gateway: Gateway, method: str, request_: object
) -> None:
    channel = gateway.channel()
    stubs = {
        "schemas": schemas_pb2_grpc.SchemaServiceStub(channel),
        "patterns": patterns_pb2_grpc.PatternServiceStub(channel),
    }
    service, _, name = method.partition(".")
    refused = refusal_of(lambda: getattr(stubs[service], name)(request_))
    assert refused.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "U+0000" in refused.text
