"""What every pool store promises, whatever it is made of."""

import asyncio
from collections.abc import Callable

import pytest

from testdata_agent.engine.synthesis.pools import PoolSpec
from testdata_agent.stores.pools import EmbeddedPools, PoolFault, PoolStore
from testdata_agent.stores.pools.faker_filler import fill

#: One maker of an empty store for each adapter; a new adapter is one more entry.
ADAPTERS: dict[str, Callable[[], PoolStore]] = {"embedded": EmbeddedPools}

NAMES = PoolSpec("first_name", "en_US", 50)
STREETS = PoolSpec("street_name", "fr_FR", 50)


@pytest.fixture(params=sorted(ADAPTERS))
def store(request: pytest.FixtureRequest) -> PoolStore:
    return ADAPTERS[request.param]()


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
