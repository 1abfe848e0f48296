"""From a submission at the gateway to records of a worker, each a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from google.protobuf.duration_pb2 import Duration

from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import REPOSITORY, Gateway, cart_request, eventually, start
from tests.servers import RedisProcess


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway, and a plain worker beside it that takes both queues."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "redis").mkdir()
    redis = RedisProcess(folder / "redis")
    redis.start()
    settings = {"REDIS_URL": redis.url, "DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}"}
    migrate(settings["DATABASE_URL"])
    log = folder / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker", "worker", "-c", "2", "--without-mingle"],
            cwd=REPOSITORY,
            env=os.environ | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    gateway = start(folder, **settings)
    eventually(lambda: b'"worker_ready"' in log.read_bytes(), "the worker is ready")
    yield gateway
    gateway.end()
    worker.send_signal(signal.SIGTERM)
    try:
        assert worker.wait(15) == 0, log.read_text()[-2000:]
    finally:
        worker.kill()
        redis.stop()


@pytest.fixture
def jobs(service: Gateway) -> jobs_pb2_grpc.JobServiceStub:
    return jobs_pb2_grpc.JobServiceStub(service.channel())


@pytest.fixture
def calls(service: Gateway) -> pb_grpc.TestDataServiceStub:
    return service.stub()


def records_of(chunks: Iterator[pb.DataChunk]) -> list[dict[str, object]]:
    return [record for chunk in chunks if chunk.data for record in json.loads(chunk.data)]


def test_a_job_gives_the_records_of_the_stream(
    jobs: jobs_pb2_grpc.JobServiceStub, calls: pb_grpc.TestDataServiceStub
) -> None:
    request = cart_request(5_000, seed=7)
    job = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
    followed = records_of(jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=job.job_id)))
    assert followed == records_of(calls.GenerateDataStream(request))
    ended = jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=job.job_id, timeout=Duration(seconds=20)))
    assert (ended.state, ended.records_done) == (jobs_pb2.SUCCEEDED, 5_000)
    assert ended.metadata.coherence_score == 1.0
    assert ended.metadata.records_accepted == 5_000


def test_a_job_gives_the_defects_of_the_stream(
    jobs: jobs_pb2_grpc.JobServiceStub, calls: pb_grpc.TestDataServiceStub
) -> None:
    request = cart_request(700, seed=7, defect_triggering=True)
    job = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
    followed = records_of(jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=job.job_id)))
    assert followed == records_of(calls.GenerateDataStream(request))
    ended = jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=job.job_id, timeout=Duration(seconds=20)))
    assert sum(ended.metadata.defects.records_by_class.values()) == 700
    assert ended.metadata.coherence_score == 1.0


def test_a_set_as_a_job_is_whole(jobs: jobs_pb2_grpc.JobServiceStub, calls: pb_grpc.TestDataServiceStub) -> None:
    options = pb.DefectOptions(mode=pb.DefectOptions.COVERAGE)
    request = pb.GenerateRequest(entity="payment", seed=7, defects=options)
    job = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=request))
    answer = calls.GenerateData(request)
    assert job.records_requested == answer.record_count > 40
    followed = records_of(jobs.StreamJobResults(jobs_pb2.StreamJobResultsRequest(job_id=job.job_id)))
    assert followed == json.loads(answer.data)
    ended = jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=job.job_id, timeout=Duration(seconds=20)))
    assert ended.state == jobs_pb2.SUCCEEDED
    assert ended.metadata.defects.coverage == answer.metadata.defects.coverage
