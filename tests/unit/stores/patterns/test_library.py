"""The library: rows, embedder and indexes together, as one process has them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns import library as module
from testdata_agent.stores.patterns.base import Scope
from testdata_agent.stores.patterns.library import Found, PatternLibrary, Signed
from testdata_agent.stores.patterns.pattern import Draft, PatternKind
from testdata_agent.stores.patterns.sql import SqlPatterns
from testdata_agent.stores.patterns.wanted import WantedIndex
from tests.embedding import WordEmbedder
from tests.indexes import PlainIndex
from tests.waiting import within

CARTS = Scope("cart")
PATTERNS = frozenset({PatternKind.PATTERN})


def signed(name: str, *, entity: str = "cart", quality: float = 0.5, record: Any = None) -> Signed:
    draft = Draft(
        kind=PatternKind.PATTERN,
        domain="ecommerce",
        entity=entity,
        name=name,
        intent=f"a {entity} of {name}",
        record={"total": 1.5} if record is None else record,
        quality=quality,
    )
    return draft, name


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    yield engine
    await engine.dispose()


class Told:
    """What a library said, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.facts: dict[str, dict[str, str | float]] = {}

    def __call__(self, event: str, **facts: str | float) -> None:
        self.events.append(event)
        self.facts[event] = facts


@asynccontextmanager
async def running(
    engine: AsyncEngine,
    *,
    seeds: Sequence[Signed] = (),
    embedder: WordEmbedder | None = None,
    elsewhere: PlainIndex | None = None,
    told: Told | None = None,
) -> AsyncIterator[PatternLibrary]:
    """A library that has read the rows, as one process has it."""
    embedder, store, tell = embedder or WordEmbedder(), SqlPatterns(engine), told or Told()
    wanted = None
    if elsewhere is not None:
        index = elsewhere
        wanted = WantedIndex("elsewhere", lambda _: index, store, embedder.embedder_id, tell, close=index.close)
    library = PatternLibrary(
        store,
        embedder,
        PlainIndex(embedder.embedder_id),
        check=partial(migrations.check, engine),
        seeds=lambda: seeds,
        tell=tell,
        wanted=wanted,
    )
    library.start()
    try:
        assert await library.loaded(10)
        yield library
    finally:
        await library.close()


def take_away(folder: Path) -> None:
    """The database's files are gone, and none can be made in their place."""
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(path.suffix + ".away"))
    (folder / "ledger.db").mkdir()


def bring_back(folder: Path) -> None:
    (folder / "ledger.db").rmdir()
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(""))


def names(found: Found) -> list[str]:
    return [pattern.name for pattern in found.patterns]


async def test_the_nearest_are_found_with_scores_and_read_whole(database: AsyncEngine) -> None:
    async with running(database) as library:
        added = await library.add([signed("garden tools"), signed("baby clothes", record={"items": [1]})])
        found = await library.search(CARTS, "clothes for a baby", 1)
        assert names(found) == ["baby clothes"]
        assert found.patterns[0].record == {"items": [1]}
        assert (found.index, found.reason, len(found.scores)) == ("memory", "", 1)
        assert 0 < found.scores[0] <= 1
        ids = [one.pattern.pattern_id for one in added]
        assert [pattern.pattern_id for pattern in await library.get(ids[::-1])] == ids[::-1]


async def test_what_there_is_is_told_without_waiting(database: AsyncEngine) -> None:
    async with running(database) as library:
        assert not library.has("cart", "", PATTERNS)
        (one,) = await library.add([signed("garden tools")])
        assert library.has("cart", "", PATTERNS)
        assert library.has("cart", "ecommerce", PATTERNS)
        assert not library.has("cart", "games", PATTERNS)
        assert not library.has("cart", "", frozenset({PatternKind.SAMPLE}))
        assert not library.has("order", "", PATTERNS)
        assert await library.delete([one.pattern.pattern_id]) == 1
        assert not library.has("cart", "", PATTERNS)
        assert names(await library.search(CARTS, "garden", 5)) == []


async def test_seeds_are_stored_where_nothing_ever_was_and_never_again(database: AsyncEngine) -> None:
    told = Told()
    seeds = [signed("garden tools"), signed("baby clothes")]
    async with running(database, seeds=seeds, told=told) as library:
        found = await library.search(CARTS, "", 5)
        assert sorted(names(found)) == ["baby clothes", "garden tools"]
        assert told.facts["patterns_seeded"] == {"patterns": 2}
        await library.delete([pattern.pattern_id for pattern in found.patterns])
    told = Told()
    async with running(database, seeds=seeds, told=told) as library:
        assert not library.has("cart", "", PATTERNS)
        assert told.events == []
        assert len(await library.seed()) == 2
        assert library.has("cart", "", PATTERNS)


async def test_processes_that_start_together_seed_once(database: AsyncEngine) -> None:
    seeds = [signed(str(number)) for number in range(5)]
    async with running(database, seeds=seeds) as one, running(database, seeds=seeds) as two:
        assert [sum(tally.patterns for tally in await library.tallies()) for library in (one, two)] == [5, 5]


async def test_what_another_process_writes_is_found_by_itself(database: AsyncEngine) -> None:
    # Within the second that is promised; what a busy machine adds to it is no fault of the library.
    assert module.POLL_SECONDS <= 0.5
    async with running(database) as here, running(database) as there:
        (one,) = await there.add([signed("garden tools")])

        async def is_found() -> bool:
            return names(await here.search(CARTS, "garden", 5)) == ["garden tools"]

        await within(10, is_found)
        await there.add([signed("garden tools", quality=0.9)])

        async def is_better() -> bool:
            return [pattern.quality for pattern in await here.get([one.pattern.pattern_id])] == [0.9]

        await within(10, is_better)
        await there.delete([one.pattern.pattern_id])

        async def is_gone() -> bool:
            return not here.has("cart", "", PATTERNS)

        await within(10, is_gone)


async def test_a_pattern_that_is_not_known_yet_is_asked_for(
    database: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 60)
    async with running(database) as here, running(database) as there:
        (one,) = await there.add([signed("garden tools")])
        assert [pattern.name for pattern in await here.get([one.pattern.pattern_id])] == ["garden tools"]
        assert await here.get(["pat-none"]) == ()


async def test_uses_are_counted_in_batches_off_the_request_path(database: AsyncEngine) -> None:
    async with running(database) as library:
        added = await library.add([signed("one"), signed("two")])
        ids = [one.pattern.pattern_id for one in added]
        for _ in range(100):
            library.used({ids[0]: 2, ids[1]: 1})
        assert [pattern.uses for pattern in await SqlPatterns(database).get(ids)] == [0, 0]
        assert await library.uses(ids) == {ids[0]: 200, ids[1]: 100}
        assert [tally.uses for tally in await library.tallies()] == [300]
        library.used({ids[0]: 1})
    assert [pattern.uses for pattern in await SqlPatterns(database).get(ids)] == [201, 100]


async def test_a_changed_embedder_embeds_the_rows_again(database: AsyncEngine) -> None:
    async with running(database) as library:
        await library.add([signed(f"number {number}") for number in range(module.PAGE + 5)])
        told = Told()
        other = WordEmbedder("words-2", dimensions=2048)
        async with running(database, embedder=other, told=told) as newer:
            assert told.facts["patterns_embedded_again"] == {
                "patterns": module.PAGE + 5,
                "before": "words-1",
                "now": "words-2",
            }
            assert names(await newer.search(CARTS, "number 7", 1)) == ["number 7"]
            # The older release goes on with what it had.
            await library.refresh()
            assert names(await library.search(CARTS, "number 7", 1)) == ["number 7"]


async def test_a_database_that_goes_away_leaves_what_is_in_memory(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    told = Told()
    async with running(engine, told=told) as library:
        (one,) = await library.add([signed("garden tools")])
        await engine.dispose()
        take_away(tmp_path)
        with pytest.raises(LedgerUnreachable):
            await library.add([signed("baby clothes")])

        async def is_noticed() -> bool:
            return library.state().trouble != ""

        await within(10, is_noticed)
        library.used({one.pattern.pattern_id: 1})
        assert names(await library.search(CARTS, "garden", 5)) == ["garden tools"]
        with pytest.raises(LedgerUnreachable):
            await library.get(["pat-unknown"])
        bring_back(tmp_path)

        async def is_back() -> bool:
            return library.state().trouble == ""

        await within(10, is_back)
        assert [tally.uses for tally in await library.tallies()] == [1]
    assert told.events == ["patterns_not_followed", "patterns_followed_again"]
    await engine.dispose()


async def test_a_database_of_another_revision_is_told_with_the_command(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'nobody_migrated.db'}")
    told = Told()
    library = PatternLibrary(
        SqlPatterns(engine),
        WordEmbedder(),
        PlainIndex(),
        check=partial(migrations.check, engine),
        seeds=lambda: (),
        tell=told,
    )
    library.start()
    assert not await library.loaded(0.5)
    assert "testdata migrate" in library.state().trouble
    assert (await library.search(CARTS, "garden", 5)).patterns == ()
    await library.close()
    await engine.dispose()


async def test_a_fault_of_the_seeds_is_told_and_not_swallowed(database: AsyncEngine) -> None:
    def broken() -> Sequence[Signed]:
        raise ValueError("line 7 is no seed")

    told = Told()
    library = PatternLibrary(
        SqlPatterns(database),
        WordEmbedder(),
        PlainIndex(),
        check=partial(migrations.check, database),
        seeds=broken,
        tell=told,
    )
    library.start()

    async def is_told() -> bool:
        return told.events == ["pattern_library_failed"]

    await within(10, is_told)
    assert told.facts["pattern_library_failed"]["error"] == "line 7 is no seed"
    assert "ValueError" in library.state().trouble
    await library.close()


async def test_the_wanted_index_answers_once_it_holds_the_rows(database: AsyncEngine) -> None:
    await SqlPatterns(database).add([signed(f"number {number}") for number in range(module.PAGE + 5)], WordEmbedder())
    elsewhere = PlainIndex()
    async with running(database, elsewhere=elsewhere) as library:
        first = await library.search(CARTS, "number 7", 1)
        assert (names(first), first.index, first.reason != "") == (["number 7"], "memory", True)

        async def answers() -> bool:
            return (await library.search(CARTS, "number 7", 1)).index == "elsewhere"

        await within(10, answers)
        assert len(elsewhere.patterns) == module.PAGE + 5
        assert (library.state().index, library.state().reason) == ("elsewhere", "")
        (new,) = await library.add([signed("garden tools")])

        async def holds_it() -> bool:
            return new.pattern.pattern_id in elsewhere.patterns

        await within(10, holds_it)


async def test_an_index_that_goes_away_costs_one_answer_and_comes_back_with_what_it_missed(
    database: AsyncEngine,
) -> None:
    told, elsewhere = Told(), PlainIndex()
    async with running(database, elsewhere=elsewhere, told=told) as library:
        old, other = await library.add([signed("garden tools"), signed("baby clothes")])

        async def answers() -> bool:
            return (await library.search(CARTS, "garden", 5)).index == "elsewhere"

        await within(10, answers)
        elsewhere.down = True
        found = await library.search(CARTS, "garden", 1)
        assert (names(found), found.index, found.reason) == (["garden tools"], "memory", "the index is down")
        assert library.state().reason == "the index is down"
        await library.delete([other.pattern.pattern_id])
        (new,) = await library.add([signed("camping tents")])
        assert names(await library.search(CARTS, "camping", 1)) == ["camping tents"]
        elsewhere.down = False
        await within(10, answers)
        assert set(elsewhere.patterns) == {old.pattern.pattern_id, new.pattern.pattern_id}
    assert told.events == ["pattern_index_asked", "pattern_index_left_alone", "pattern_index_asked"]


async def test_an_index_of_a_later_state_of_the_rows_is_filled_anew(database: AsyncEngine) -> None:
    elsewhere = PlainIndex()
    await elsewhere.reached(1000)
    async with running(database, seeds=[signed("garden tools")], elsewhere=elsewhere) as library:

        async def answers() -> bool:
            return (await library.search(CARTS, "garden", 5)).index == "elsewhere"

        await within(10, answers)
        assert [pattern.name for pattern in elsewhere.patterns.values()] == ["garden tools"]
        assert await elsewhere.revision() == 1


async def test_what_an_index_still_has_of_a_deleted_pattern_is_not_found(database: AsyncEngine) -> None:
    elsewhere = PlainIndex()
    async with running(database, elsewhere=elsewhere) as library:
        (one,) = await library.add([signed("garden tools")])

        async def answers() -> bool:
            return (await library.search(CARTS, "garden", 5)).index == "elsewhere"

        await within(10, answers)
        await library.delete([one.pattern.pattern_id])
        found = await library.search(CARTS, "garden", 5)
        assert (found.patterns, found.scores) == ((), ())
