"""What waits at a real broker."""

import pytest
from celery import Celery

from testdata_agent.stores.jobs import Batch
from testdata_agent.stores.queue.base import BULK, MODEL, QueueFault
from testdata_agent.stores.queue.celery import SOCKET_OPTIONS, CeleryQueue
from tests.servers import RedisProcess
from worker.broker import CeleryBroker


def batch(number: int, queue: str = BULK) -> Batch:
    return Batch(job_id="job", number=number, queue=queue, start=0, stop=1)


async def test_messages_are_counted_over_all_priorities_and_again_after_an_outage(own_redis: RedisProcess) -> None:
    app = Celery("test", broker=own_redis.url, set_as_current=False)
    app.conf.update(broker_transport_options=dict(SOCKET_OPTIONS), broker_connection_timeout=1)
    broker, queue = CeleryBroker(app), CeleryQueue(own_redis.url)
    try:
        assert await broker.waiting() == {BULK: 0, MODEL: 0}
        await queue.publish([batch(0), batch(1), batch(2, MODEL)])
        await queue.publish([batch(3)], priority=0)
        await queue.publish([batch(4)], priority=9)
        assert await broker.waiting() == {BULK: 4, MODEL: 1}
        own_redis.kill()
        for _ in range(2):
            with pytest.raises(QueueFault, match="cannot be reached"):
                await broker.waiting()
        own_redis.start()
        assert await broker.waiting() == {BULK: 4, MODEL: 1}
    finally:
        broker.close()
        await queue.close()
        app.close()
