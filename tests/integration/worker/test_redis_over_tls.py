"""A Redis that is reached over TLS: by the queue and by the streams, and by neither where nobody vouches for it."""

import gc
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery

from testdata_agent.stores.jobs import Batch
from testdata_agent.stores.queue.base import BULK, MODEL, QueueFault
from testdata_agent.stores.queue.celery import SOCKET_OPTIONS, CeleryQueue, broker_url
from testdata_agent.stores.results.base import ResultsUnreachable
from testdata_agent.stores.results.redis import RedisResults
from tests.certificates import Authority
from tests.servers import RedisProcess
from tests.tls_front import TlsFront
from worker.broker import CeleryBroker

BATCH = Batch(job_id="job", number=0, queue=BULK, start=0, stop=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Signs Redis' certificate."""
    return Authority(tmp_path)


@pytest.fixture
def url(own_redis: RedisProcess, authority: Authority) -> Iterator[str]:
    """Of a Redis behind TLS."""
    plain = urlsplit(own_redis.url)
    issued = authority.issue("redis")
    assert plain.port is not None
    front = TlsFront(plain.port, issued.cert_file, issued.key_file)
    yield f"rediss://:{plain.password}@localhost:{front.port}/0"
    front.close()


async def test_queue_and_streams_go_over_tls_to_one_that_is_vouched_for(url: str, authority: Authority) -> None:
    trusting = f"{url}?ssl_ca_certs={authority.file}"
    app = Celery("test", broker=broker_url(trusting), set_as_current=False)
    app.conf.update(broker_transport_options=dict(SOCKET_OPTIONS))
    broker, queue = CeleryBroker(app), CeleryQueue(trusting)
    try:
        await queue.publish([BATCH])
        assert await broker.waiting() == {BULK: 1, MODEL: 0}
        async with RedisResults(trusting) as results:
            await results.ping()
    finally:
        broker.close()
        await queue.close()
        app.close()


# Redis' client does not close the socket of a handshake that failed.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_one_that_nobody_vouches_for_is_given_nothing(url: str, own_redis: RedisProcess) -> None:
    queue = CeleryQueue(url, patience_seconds=1)
    try:
        with pytest.raises(QueueFault):
            await queue.publish([BATCH])
    finally:
        await queue.close()
    async with RedisResults(url) as results:
        with pytest.raises(ResultsUnreachable):
            await results.ping()
    with redis.Redis.from_url(own_redis.url) as client:
        assert client.dbsize() == 0
    gc.collect()


@pytest.mark.parametrize(
    ("redis_url", "spelt"),
    [
        ("rediss://r:1/0", "rediss://r:1/0?ssl_cert_reqs=required"),
        ("rediss://r:1/0?ssl_ca_certs=/ca", "rediss://r:1/0?ssl_ca_certs=/ca&ssl_cert_reqs=required"),
        ("rediss://r:1/0?ssl_cert_reqs=none", "rediss://r:1/0?ssl_cert_reqs=none"),
        ("redis://r:1/0", "redis://r:1/0"),
    ],
)
def test_certificates_are_looked_at_unless_the_url_says_not_to(redis_url: str, spelt: str) -> None:
    assert broker_url(redis_url) == spelt
