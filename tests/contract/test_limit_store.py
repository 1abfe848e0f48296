"""What every store of limits promises; times are by its own clock, so that tests wait little."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from testdata_agent.stores.limits.base import Kind, LimitStore, LimitsUnreachable
from testdata_agent.stores.limits.embedded import EmbeddedLimits
from testdata_agent.stores.limits.redis import PREFIX, RedisLimits
from testdata_agent.stores.limits.shared import SharedLimits
from tests.servers import RedisProcess

REQUESTS, RECORDS = Kind.REQUESTS, Kind.RECORDS


@pytest.fixture(params=["embedded", "redis", "shared"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[LimitStore]:
    if request.param == "embedded":
        yield EmbeddedLimits()
        return
    async with RedisLimits(request.getfixturevalue("redis_url")) as redis:
        yield redis if request.param == "redis" else SharedLimits(redis, told=pytest.fail)


async def test_as_much_is_taken_as_may_be_and_no_more(store: LimitStore) -> None:
    waits = [(await store.take("a", REQUESTS, 1, 3)).wait_seconds for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert all(59 < wait <= 61 for wait in waits[3:])


async def test_what_does_not_fit_takes_nothing(store: LimitStore) -> None:
    assert (await store.take("a", RECORDS, 60, 100)).wait_seconds == 0
    assert (await store.take("a", RECORDS, 60, 100)).wait_seconds > 0
    assert (await store.take("a", RECORDS, 40, 100)).wait_seconds == 0
    assert (await store.take("a", RECORDS, 1, 100)).wait_seconds > 0


async def test_clients_and_kinds_are_counted_each_by_itself(store: LimitStore) -> None:
    for client in ("a", "b", "a:b", "{a}"):
        for kind in Kind:
            assert (await store.take(client, kind, 1, 1)).wait_seconds == 0
            assert (await store.take(client, kind, 1, 1)).wait_seconds > 0


async def test_another_limit_holds_at_once(store: LimitStore) -> None:
    for _ in range(3):
        await store.take("a", REQUESTS, 1, 3)
    assert (await store.take("a", REQUESTS, 1, 4)).wait_seconds == 0
    assert (await store.take("a", REQUESTS, 1, 2)).wait_seconds > 59


async def test_what_is_given_back_can_be_taken_again_and_no_more_than_was_taken(store: LimitStore) -> None:
    taken = await store.take("a", RECORDS, 100, 100)
    await store.give_back("a", RECORDS, 30, taken.slot)
    assert (await store.take("a", RECORDS, 31, 100)).wait_seconds > 0
    assert (await store.take("a", RECORDS, 30, 100)).wait_seconds == 0
    await store.give_back("a", RECORDS, 1_000, taken.slot)
    await store.give_back("a", RECORDS, 1_000, taken.slot - 5)
    await store.give_back("nobody", RECORDS, 1, taken.slot)
    assert (await store.take("a", RECORDS, 101, 100)).wait_seconds > 0


async def test_side_by_side_no_more_is_taken_than_one_after_another(store: LimitStore) -> None:
    taken = await asyncio.gather(*(store.take("a", REQUESTS, 1, 20) for _ in range(60)))
    assert sum(one.wait_seconds == 0 for one in taken) == 20


async def test_in_no_minute_is_more_taken_and_the_wait_that_is_named_suffices() -> None:
    now = 1000.0
    store = EmbeddedLimits(lambda: now)
    taken: list[float] = []
    for _ in range(400):
        answer = await store.take("a", REQUESTS, 1, 7)
        if answer.wait_seconds:
            now += answer.wait_seconds
            assert (await store.take("a", REQUESTS, 1, 7)).wait_seconds == 0
        taken.append(now)
        now += 3.7
    for begun in taken:
        assert sum(begun <= at < begun + 60 for at in taken) <= 7


async def test_the_wait_in_redis_is_what_is_left_of_the_count_that_is_in_the_way(redis_url: str) -> None:
    async with RedisLimits(redis_url) as store:
        slot = (await store.take("a", RECORDS, 1, 100)).slot
        await store._redis.hset(f"{PREFIX}records:a", mapping={slot - 61: 90, slot - 50: 60, slot - 20: 39})
        assert (await store.take("a", RECORDS, 10, 100)).wait_seconds == pytest.approx(10.5, abs=1)
        assert (await store.take("a", RECORDS, 70, 100)).wait_seconds == pytest.approx(40.5, abs=1)
        assert (await store.take("a", RECORDS, 100, 100)).wait_seconds == pytest.approx(60.5, abs=1)
        assert await store._redis.hlen(f"{PREFIX}records:a") == 3, "what is over is forgotten"
        assert 55 < await store._redis.ttl(f"{PREFIX}records:a") <= 62


async def test_what_was_counted_by_a_clock_that_was_an_hour_ahead_holds_nobody_up(redis_url: str) -> None:
    async with RedisLimits(redis_url) as store:
        slot = (await store.take("early", REQUESTS, 1, 10)).slot
        await store._redis.hset(f"{PREFIX}requests:early", str(slot + 3600), "10")
        assert (await store.take("early", REQUESTS, 9, 10)).wait_seconds == 0
        assert 0 < (await store.take("early", REQUESTS, 1, 10)).wait_seconds <= 61


async def test_gateways_share_what_redis_counts(redis_url: str) -> None:
    async with RedisLimits(redis_url) as here, RedisLimits(redis_url) as there:
        assert (await here.take("a", REQUESTS, 1, 1)).wait_seconds == 0
        assert (await there.take("a", REQUESTS, 1, 1)).wait_seconds > 0


@pytest.mark.parametrize("fault", ["killed", "frozen"])
async def test_without_redis_the_process_counts_by_itself_and_says_so_once(own_redis: RedisProcess, fault: str) -> None:
    told: list[str] = []
    async with RedisLimits(own_redis.url) as redis:
        store = SharedLimits(redis, told=told.append)
        for _ in range(2):
            assert (await store.take("a", REQUESTS, 1, 3)).wait_seconds == 0
        own_redis.kill() if fault == "killed" else own_redis.freeze()
        try:
            async with asyncio.timeout(30):
                waits = [(await store.take("a", REQUESTS, 1, 3)).wait_seconds for _ in range(3)]
                assert [wait > 0 for wait in waits] == [False, True, True], "what it took before counts, too"
                with pytest.raises(LimitsUnreachable):
                    await redis.take("a", REQUESTS, 1, 3)
                assert len(told) == 1
                own_redis.start() if fault == "killed" else own_redis.thaw()
                while len(told) < 2:
                    assert (await store.take("b", RECORDS, 1, 1000)).wait_seconds == 0
                    await asyncio.sleep(0.2)
        finally:
            if fault == "frozen":
                own_redis.thaw()
    assert told[0]
    assert told[1:] == [""]
    assert store.trouble == ""
