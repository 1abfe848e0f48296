"""What every queue of batches promises: a message names a batch, and a broker that is away is one error, soon."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis

from testdata_agent.stores.jobs import Batch
from testdata_agent.stores.queue.base import BULK, MODEL, QueueFault
from testdata_agent.stores.queue.celery import CeleryQueue, broker_url
from tests.servers import RedisProcess


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[CeleryQueue]:
    opened = CeleryQueue(redis_url)
    yield opened
    await opened.close()


def batches(count: int, queue: str = BULK) -> list[Batch]:
    return [Batch(job_id="job", number=n, queue=queue, start=n, stop=n + 1) for n in range(count)]


def messages(url: str, key: str) -> list[dict[str, Any]]:
    """The messages of a queue, the one that is next first."""
    with redis.Redis.from_url(url) as client:
        return [json.loads(text) for text in reversed(client.lrange(key, 0, -1))]


async def test_a_message_names_a_batch_and_nothing_else(queue: CeleryQueue, redis_url: str) -> None:
    await queue.publish(batches(1))
    (message,) = messages(redis_url, "bulk\x06\x163")
    arguments, keywords, _ = json.loads(base64.b64decode(message["body"]))
    assert (arguments, keywords) == ([], {"job_id": "job", "number": 0})
    assert message["headers"]["task"] == "testdata.batch"
    assert message["headers"]["ignore_result"] is True


async def test_batches_go_to_their_queues_in_order_and_nought_comes_first(queue: CeleryQueue, redis_url: str) -> None:
    await queue.publish([*batches(3), *batches(2, MODEL)])
    await queue.publish(batches(1), priority=0)
    await queue.publish(batches(1), priority=9)
    numbers = [message["headers"]["kwargsrepr"] for message in messages(redis_url, "bulk\x06\x163")]
    assert numbers == [f"{{'job_id': 'job', 'number': {n}}}" for n in range(3)]
    assert len(messages(redis_url, "model\x06\x163")) == 2
    # A worker looks into the keys of a queue in this order: the plain one is the highest.
    assert [len(messages(redis_url, key)) for key in ("bulk", "bulk\x06\x163", "bulk\x06\x169")] == [1, 3, 1]


async def test_the_event_loop_goes_on_while_many_are_published(queue: CeleryQueue) -> None:
    await queue.publish(batches(1))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.001)
            turns += 1

    turning = asyncio.create_task(turn())
    began = time.monotonic()
    await asyncio.gather(*[queue.publish(batches(50)) for _ in range(10)])
    spent = time.monotonic() - began
    turning.cancel()
    assert turns > spent / 0.02  # held up, it would not turn at all


async def test_a_broker_that_is_away_is_one_error_soon_however_many_wait(own_redis: RedisProcess) -> None:
    queue = CeleryQueue(own_redis.url, patience_seconds=0.5)
    await queue.publish(batches(1))
    own_redis.stop()
    began = time.monotonic()
    answers = await asyncio.gather(*[queue.publish(batches(2)) for _ in range(20)], return_exceptions=True)
    assert {type(answer) for answer in answers} == {QueueFault}
    assert time.monotonic() - began < 15
    await asyncio.to_thread(own_redis.start)
    await queue.publish(batches(1))
    await queue.close()


async def test_a_broker_that_hangs_is_an_error_soon(own_redis: RedisProcess) -> None:
    queue = CeleryQueue(own_redis.url, patience_seconds=0.5)
    await queue.publish(batches(1))
    own_redis.freeze()
    began = time.monotonic()
    with pytest.raises(QueueFault):
        await queue.publish(batches(1))
    assert time.monotonic() - began < 10
    own_redis.thaw()
    await queue.publish(batches(1))
    await queue.close()


async def test_a_broker_that_was_restarted_takes_messages_at_once(own_redis: RedisProcess) -> None:
    queue = CeleryQueue(own_redis.url)
    await queue.publish(batches(1))
    own_redis.kill()
    own_redis.start()
    await queue.publish(batches(1))
    await queue.close()
    assert len(messages(own_redis.url, "bulk\x06\x163")) >= 1


async def test_who_asks_for_workers_hears_soon_that_the_broker_has_gone(own_redis: RedisProcess) -> None:
    queue = CeleryQueue(own_redis.url)
    assert await queue.workers() == ()
    own_redis.stop()
    with pytest.raises(QueueFault):
        await queue.workers()
    own_redis.start()
    assert await queue.workers() == ()
    own_redis.freeze()
    with pytest.raises(QueueFault):
        await queue.workers()
    own_redis.thaw()
    await queue.close()


async def test_a_broker_that_goes_before_the_question_comes_is_an_error(own_redis: RedisProcess) -> None:
    behind = urlsplit(own_redis.url)
    connections: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, there = await asyncio.open_connection(behind.hostname, behind.port)
        connections.extend((writer, there))
        await asyncio.gather(hand_on(reader, there), hand_on(answers, writer))

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if b"PUBLISH" in data:  # the question itself
                door.close()
                for connection in connections:
                    connection.transport.abort()
            else:
                writer.write(data)

    door = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = door.sockets[0].getsockname()[1]
    queue = CeleryQueue(own_redis.url.replace(f":{behind.port}/", f":{port}/"))
    with pytest.raises(QueueFault):
        await queue.workers()
    await queue.close()
    await asyncio.sleep(0.1)  # in which the cut connections hear of it


async def test_nothing_to_publish_needs_no_broker() -> None:
    await CeleryQueue("redis://127.0.0.1:1/0").publish([])


def test_addresses_as_celery_spells_them() -> None:
    assert broker_url("redis://:word@host:6379/2") == "redis://:word@host:6379/2"
    assert broker_url("rediss://host/0") == "rediss://host/0?ssl_cert_reqs=required"
    assert broker_url("rediss://host/0?ssl_ca_certs=ca") == "rediss://host/0?ssl_ca_certs=ca&ssl_cert_reqs=required"
    assert broker_url("rediss://host/0?ssl_cert_reqs=none") == "rediss://host/0?ssl_cert_reqs=none"
    assert broker_url("unix:///run/redis.sock?db=1") == "redis+socket:///run/redis.sock?virtual_host=1"
