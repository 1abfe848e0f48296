"""What every pool store promises, whatever it is made of."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.pools import EmbeddedPools, PoolFault, PoolStore
from testdata_agent.stores.pools.faker_filler import fill
from testdata_agent.stores.pools.redis import PREFIX, RedisPools
from tests.servers import RedisProcess

#: One maker of an empty store for each adapter; a new adapter is one more entry.
ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], PoolStore]] = {
    "embedded": lambda _: EmbeddedPools(),
    "redis": lambda request: redis_pools(request.getfixturevalue("redis_url")),
    "redis that is away": lambda _: redis_pools("redis://127.0.0.1:9", on_failure=lambda _: None),
}

NAMES = PoolSpec("first_name", "en_US", 50)
STREETS = PoolSpec("street_name", "fr_FR", 50)


def must_not_fail(error: str) -> None:
    raise AssertionError(error)


def must_not_fill(spec: PoolSpec) -> Pool:
    raise AssertionError(f"{spec} is there already")


def redis_pools(
    url: str, *, fill: Callable[[PoolSpec], Pool] = fill, on_failure: Callable[[str], None] = must_not_fail
) -> RedisPools:
    return RedisPools(url, fill=fill, on_failure=on_failure)


@pytest.fixture(params=sorted(ADAPTERS))
def store(request: pytest.FixtureRequest) -> Iterator[PoolStore]:
    made = ADAPTERS[request.param](request)
    yield made
    if isinstance(made, RedisPools):
        made.close()


async def test_each_spec_asked_for_gets_its_pool(store: PoolStore) -> None:
    pools = await store.load([NAMES, STREETS])
    assert {spec: pool.spec for spec, pool in pools.items()} == {NAMES: NAMES, STREETS: STREETS}


async def test_a_spec_named_twice_is_answered_once(store: PoolStore) -> None:
    assert list(await store.load([NAMES, NAMES])) == [NAMES]


async def test_no_specs_give_no_pools(store: PoolStore) -> None:
    assert dict(await store.load([])) == {}


async def test_the_values_are_those_of_the_filler(store: PoolStore) -> None:
    assert (await store.load([NAMES]))[NAMES].hash_key() == fill(NAMES).hash_key()


async def test_a_second_load_gives_equal_pools(store: PoolStore) -> None:
    first = await store.load([STREETS])
    assert dict(await store.load([STREETS])) == dict(first)


async def test_concurrent_loads_agree(store: PoolStore) -> None:
    answers = await asyncio.gather(*(store.load([NAMES, STREETS]) for _ in range(20)))
    assert all(dict(answer) == dict(answers[0]) for answer in answers)


@pytest.mark.parametrize(
    "spec",
    [PoolSpec("no_such_words", "en_US", 10), PoolSpec("first_name", "xx_XX", 10)],
    ids=["unknown provider", "unknown locale"],
)
async def test_a_spec_that_cannot_be_filled_is_refused_and_leaves_the_rest_usable(
    store: PoolStore, spec: PoolSpec
) -> None:
    with pytest.raises(PoolFault, match="unknown"):
        await store.load([spec, NAMES])
    assert NAMES in await store.load([NAMES])


def test_what_one_process_filled_another_takes_from_redis(redis_url: str) -> None:
    one, other = redis_pools(redis_url), redis_pools(redis_url, fill=must_not_fill)
    one.load_now([NAMES, STREETS])
    assert other.load_now([NAMES, STREETS]) == {NAMES: fill(NAMES), STREETS: fill(STREETS)}
    one.close()
    other.close()


@pytest.mark.parametrize("text", [b"", b"{}", b'["0","en_US",["Eve"],["eve"]]', b"[1,2,3]", b"\xff"])
def test_what_is_no_pool_of_ours_is_filled_anew_and_put_right(redis_url: str, text: bytes) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.set(PREFIX + NAMES.key(), text)
        pools = redis_pools(redis_url)
        assert pools.load_now([NAMES]) == {NAMES: fill(NAMES)}
        pools.close()
        assert redis.get(PREFIX + NAMES.key()) != text
        assert redis.ttl(PREFIX + NAMES.key()) > 86_400


def test_keys_name_the_engine_version(redis_url: str) -> None:
    pools = redis_pools(redis_url)
    pools.load_now([NAMES])
    pools.close()
    with Redis.from_url(redis_url) as redis:
        assert redis.keys("*") == [f"testdata:pool:{ENGINE_VERSION}:first_name:en_US:50".encode()]


def test_a_redis_that_dies_or_hangs_is_told_once_and_holds_nobody_up(own_redis: RedisProcess) -> None:
    told: list[str] = []
    pools = redis_pools(own_redis.url, on_failure=told.append)
    assert pools.load_now([NAMES]) == {NAMES: fill(NAMES)}
    own_redis.freeze()
    began = time.monotonic()
    specs = [PoolSpec("last_name", "en_US", size) for size in range(2, 12)]
    assert pools.load_now(specs) == {spec: fill(spec) for spec in specs}
    assert time.monotonic() - began < 4
    own_redis.thaw()
    assert len(told) == 1
    pools.close()
