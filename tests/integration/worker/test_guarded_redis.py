"""A whole service over a Redis behind a password and TLS."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from google.protobuf.duration_pb2 import Duration

from testdata_agent.stores.results.base import ResultFault
from testdata_agent.stores.results.redis import RedisResults
from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from tests.certificates import Authority
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import cart_request, eventually, start
from tests.integration.model.service import a_worker
from tests.servers import RedisProcess
from tests.tls_front import TlsFront


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def address(own_redis: RedisProcess, authority: Authority) -> Iterator[str]:
    """Its REDIS_URL, less whom to trust."""
    behind, shown = urlsplit(own_redis.url), authority.issue("redis")
    assert behind.port is not None
    front = TlsFront(behind.port, shown.cert_file, shown.key_file)
    yield f"rediss://:{behind.password}@localhost:{front.port}/0"
    front.close()


def test_jobs_go_through_it(address: str, authority: Authority, tmp_path: Path) -> None:
    settings = {
        "REDIS_URL": f"{address}?ssl_ca_certs={authority.file}",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'ledger.db'}",
    }
    migrate(settings["DATABASE_URL"])
    log = tmp_path / "worker.log"
    with a_worker(settings, log):
        gateway = start(tmp_path, **settings)
        try:
            eventually(lambda: b'"worker_ready"' in log.read_bytes(), "the worker is ready")
            jobs = jobs_pb2_grpc.JobServiceStub(gateway.channel())
            submitted = jobs.SubmitJob(jobs_pb2.SubmitJobRequest(request=cart_request(2000, seed=7)))
            ended = jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=submitted.job_id, timeout=Duration(seconds=30)))
            assert (ended.state, ended.records_done) == (jobs_pb2.SUCCEEDED, 2000)
        finally:
            gateway.end()


async def test_a_wrong_password_is_told_and_not_repeated(own_redis: RedisProcess) -> None:
    wrong = own_redis.url.replace(f":{urlsplit(own_redis.url).password}@", ":hunter2@")
    async with RedisResults(wrong, patience_seconds=0.5) as results:
        with pytest.raises(ResultFault) as raised:
            await results.ping()
    assert "password" in str(raised.value)
    assert "hunter2" not in str(raised.value)
