"""Weaviate goes away and comes back: the same rows answer, callers are told, and it catches up by itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.patterns.base import Scope
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.library import PatternLibrary
from testdata_agent.stores.patterns.memory import MemoryIndex
from testdata_agent.stores.patterns.pattern import Draft, PatternKind
from testdata_agent.stores.patterns.sql import SqlPatterns
from testdata_agent.stores.patterns.telling import Tell
from testdata_agent.stores.patterns.weaviate import wanted_weaviate
from testdata_agent.stores.patterns.weaviate_server import Weaviate
from tests.waiting import within
from tests.weaviate.server import WeaviateProcess

#: Longer than a gateway waits: these tests may share a busy machine.
SEARCH_SECONDS = 2.0
CARTS = Scope("cart")
SEEDS = ("a pram for the baby", "nappies and wipes for a newborn", "a crib in the nursery", "tents for camping")


def signed(name: str) -> tuple[Draft, str]:
    draft = Draft(
        kind=PatternKind.PATTERN, domain="ecommerce", entity="cart", name=name, intent=f"{name} in a cart", record={}
    )
    return draft, name


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    yield engine
    await engine.dispose()


@asynccontextmanager
async def running(database: AsyncEngine, weaviate: WeaviateProcess) -> AsyncIterator[PatternLibrary]:
    store, embedder = SqlPatterns(database), StaticEmbedder()
    tell: Tell = lambda *_, **__: None  # noqa: E731 - what is told is tested elsewhere
    server = Weaviate(weaviate.url, grpc_url=weaviate.grpc_url, api_key=weaviate.api_key)
    library = PatternLibrary(
        store,
        embedder,
        MemoryIndex(embedder.embedder_id, embedder.dimensions),
        check=partial(migrations.check, database),
        seeds=lambda: [signed(name) for name in SEEDS],
        tell=tell,
        wanted=wanted_weaviate(server, store, embedder, tell, search_seconds=SEARCH_SECONDS),
    )
    library.start()
    try:
        assert await library.loaded(30)
        yield library
    finally:
        await library.close()


async def answers(library: PatternLibrary) -> bool:
    return (await library.search(CARTS, "a pram for the baby", 3)).index == "weaviate"


async def names(library: PatternLibrary, text: str) -> list[str]:
    return [pattern.name for pattern in (await library.search(CARTS, text, 3)).patterns]


async def test_weaviate_answers_once_it_holds_the_seeds(database: AsyncEngine, weaviate: WeaviateProcess) -> None:
    async with running(database, weaviate) as library:
        await within(30, partial(answers, library))
        found = await library.search(CARTS, "a pram for the baby", 3)
        assert (found.index, found.reason) == ("weaviate", "")
        assert found.patterns[0].name == SEEDS[0]
        assert library.state().index == "weaviate"


async def test_killed_it_costs_one_wait_and_back_it_has_what_it_missed(
    database: AsyncEngine, weaviate: WeaviateProcess
) -> None:
    async with running(database, weaviate) as library:
        await within(30, partial(answers, library))
        weaviate.kill()
        began = time.monotonic()
        found = await library.search(CARTS, "a pram for the baby", 3)
        assert time.monotonic() - began < SEARCH_SECONDS + 1
        assert (found.index, found.patterns[0].name) == ("memory", SEEDS[0])
        assert "weaviate does not answer" in found.reason
        began = time.monotonic()
        for _ in range(20):
            assert (await library.search(CARTS, "a pram for the baby", 3)).index == "memory"
        assert time.monotonic() - began < 1
        (gone,) = await library.add([signed("kayaks and paddles")])
        await library.add([signed("telescopes for stars")])
        assert await library.delete([gone.pattern.pattern_id]) == 1
        weaviate.start()
        await within(30, partial(answers, library))
        assert (await names(library, "telescopes for stars"))[0] == "telescopes for stars"
        assert "kayaks and paddles" not in await names(library, "kayaks and paddles")
        assert await answers(library)


async def test_frozen_it_is_left_alone_and_thawed_it_answers_again(
    database: AsyncEngine, weaviate: WeaviateProcess
) -> None:
    async with running(database, weaviate) as library:
        await within(30, partial(answers, library))
        weaviate.freeze()
        try:
            began = time.monotonic()
            found = await library.search(CARTS, "a pram for the baby", 3)
            assert time.monotonic() - began < SEARCH_SECONDS + 1
            assert (found.index, found.reason) == ("memory", "weaviate does not answer within 2 s")
        finally:
            weaviate.thaw()
        await within(30, partial(answers, library))


async def test_a_server_that_is_down_at_the_start_is_found_later(
    database: AsyncEngine, weaviate: WeaviateProcess
) -> None:
    weaviate.kill()
    async with running(database, weaviate) as library:
        assert (await library.search(CARTS, "a pram for the baby", 3)).index == "memory"
        await asyncio.sleep(1)
        assert "weaviate" in library.state().reason
        weaviate.start()
        await within(30, partial(answers, library))


async def test_a_server_that_lost_its_data_is_filled_again(database: AsyncEngine, weaviate: WeaviateProcess) -> None:
    async with running(database, weaviate) as library:
        await within(30, partial(answers, library))
        weaviate.kill()
        weaviate.lose_everything()
        weaviate.start()
        assert (await names(library, "a pram for the baby"))[0] == SEEDS[0]
        await within(30, partial(answers, library))
        assert (await names(library, "tents for camping"))[0] == "tents for camping"
        assert await answers(library)


async def test_two_processes_share_what_it_holds(database: AsyncEngine, weaviate: WeaviateProcess) -> None:
    async with running(database, weaviate) as one, running(database, weaviate) as two:
        await within(30, partial(answers, one))
        await within(30, partial(answers, two))
        await one.add([signed("telescopes for stars")])

        async def is_found() -> bool:
            found = await two.search(CARTS, "telescopes for stars", 1)
            return found.index == "weaviate" and [each.name for each in found.patterns] == ["telescopes for stars"]

        await within(5, is_found)
