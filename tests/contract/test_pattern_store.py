"""What every store of patterns promises."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.patterns.base import (
    Added,
    OtherEmbedder,
    OthersPattern,
    PatternFault,
    PatternStore,
    Tally,
    TooManyPatterns,
)
from testdata_agent.stores.patterns.pattern import Draft, Pattern, PatternKind
from testdata_agent.stores.patterns.sql import SqlPatterns
from tests.embedding import WordEmbedder

MOST = 20


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PatternStore]:
    engine = open_database(database_url)
    await migrations.upgrade(engine)
    yield SqlPatterns(engine, most=MOST)
    await engine.dispose()


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


def draft(name: str = "twins", **more: Any) -> Draft:
    values: dict[str, Any] = {
        "kind": PatternKind.PATTERN,
        "domain": "ecommerce",
        "entity": "cart",
        "name": name,
        "intent": f"a cart of {name}",
        "record": {"items": [{"name": "Größe ☃", "price": 10.5, "quantity": 2}], "total": 21.0, "note": None},
        "locked_paths": ("items.quantity",),
        "tags": ("large",),
        "quality": 0.5,
    }
    return Draft(**(values | more))


async def added(store: PatternStore, embedder: WordEmbedder, *drafts: Draft) -> tuple[Pattern, ...]:
    """Adds drafts, each with its name as its signature."""
    return tuple([one.pattern for one in await store.add([(each, each.name) for each in drafts], embedder)])


async def test_what_is_added_is_found_whole(store: PatternStore, embedder: WordEmbedder) -> None:
    asked = draft(kind=PatternKind.DEFECT, defect={"class": "boundary", "pointer": "/total"}, client_id="me")
    (one,) = await store.add([(asked, "s" * 64)], embedder)
    made = one.pattern
    assert not one.merged
    assert all(getattr(made, name) == getattr(asked, name) for name in Draft.__dataclass_fields__)
    assert (made.pattern_id[:4], len(made.pattern_id), made.signature) == ("pat-", 36, "s" * 64)
    assert (made.uses, made.revision, made.deleted, made.embedder_id) == (0, 1, False, "words-1")
    assert made.created_at > 1_700_000_000
    vector = np.frombuffer(made.vector, dtype="<f4")
    assert np.array_equal(vector, WordEmbedder().embed([asked.searched_text])[0])
    assert await store.get([made.pattern_id]) == (made,)


async def test_several_are_given_in_the_order_asked_for_and_unknown_ones_left_out(
    store: PatternStore, embedder: WordEmbedder
) -> None:
    one, two = await added(store, embedder, draft("one"), draft("two"))
    assert await store.get([two.pattern_id, "pat-none", one.pattern_id]) == (two, one)


async def test_the_same_signature_is_merged_into_one_pattern(store: PatternStore, embedder: WordEmbedder) -> None:
    first = await added(store, embedder, draft("twins", quality=0.6))
    better = draft("twins", intent="two of each", tags=("pairs",), quality=0.9, locked_paths=("total",), record={})
    (merged,) = await store.add([(better, "twins")], embedder)
    made = merged.pattern
    assert merged.merged
    assert (made.pattern_id, made.record, made.created_at) == (
        first[0].pattern_id,
        first[0].record,
        first[0].created_at,
    )
    assert (made.intent, made.quality) == ("two of each", 0.9)
    assert (made.tags, made.locked_paths) == (("large", "pairs"), ("items.quantity", "total"))
    assert made.revision > first[0].revision
    assert np.array_equal(np.frombuffer(made.vector, dtype="<f4"), WordEmbedder().embed([made.searched_text])[0])
    assert await store.get([made.pattern_id]) == (made,)


async def test_a_worse_twin_leaves_the_words_and_the_same_one_leaves_all(
    store: PatternStore, embedder: WordEmbedder
) -> None:
    (first,) = await added(store, embedder, draft(quality=0.6))
    (worse,) = await added(store, embedder, draft(intent="no matter", quality=0.1))
    assert worse == first
    assert await store.changes(first.revision, 10) == ()


async def test_twins_within_one_call_are_merged(store: PatternStore, embedder: WordEmbedder) -> None:
    one, two, three = await store.add(
        [(draft("a", tags=("x",)), "s"), (draft("b", tags=("y",)), "t"), (draft("c", tags=("z",)), "s")], embedder
    )
    assert (one.merged, two.merged, three.merged) == (False, False, True)
    assert one.pattern == three.pattern
    assert one.pattern.tags == ("x", "z")


@pytest.mark.parametrize(
    "other",
    [draft(kind=PatternKind.SAMPLE), draft(entity="order"), draft(domain="games")],
    ids=["kind", "entity", "domain"],
)
async def test_a_signature_is_of_one_kind_entity_and_domain(
    store: PatternStore, embedder: WordEmbedder, other: Draft
) -> None:
    one, two = await added(store, embedder, draft(), other)
    assert one.pattern_id != two.pattern_id


async def test_changes_are_told_from_a_revision_on_and_none_is_missed(
    store: PatternStore, embedder: WordEmbedder
) -> None:
    assert await store.changes(0, 10) == ()
    one, two, three = await added(store, embedder, draft("one"), draft("two"), draft("three"))
    assert await store.changes(0, 2) == (one, two)
    assert await store.changes(two.revision, 2) == (three,)
    (better,) = await added(store, embedder, draft("one", quality=0.8))
    await store.delete([two.pattern_id])
    newer, gone = await store.changes(three.revision, 10)
    assert newer == better
    assert (gone.pattern_id, gone.deleted, gone.record, gone.intent, gone.vector) == (
        two.pattern_id,
        True,
        {},
        "",
        b"",
    )


async def test_deleted_ones_are_gone_and_their_signature_is_free(store: PatternStore, embedder: WordEmbedder) -> None:
    one, two = await added(store, embedder, draft("one"), draft("two"))
    assert await store.delete([one.pattern_id, one.pattern_id, "pat-none"]) == 1
    assert await store.delete([one.pattern_id]) == 0
    assert await store.get([one.pattern_id, two.pattern_id]) == (two,)
    (again,) = await added(store, embedder, draft("one"))
    assert again.pattern_id != one.pattern_id


async def test_with_an_owner_all_that_is_named_is_its_own_or_nothing_is_deleted(
    store: PatternStore, embedder: WordEmbedder
) -> None:
    mine, theirs = await added(store, embedder, replace(draft("one"), client_id="me"), draft("two"))
    ids = [mine.pattern_id, theirs.pattern_id]
    with pytest.raises(OthersPattern, match=f"another client stored {theirs.pattern_id}; nothing was deleted"):
        await store.delete(ids, owner="me")
    assert await store.get(ids) == (mine, theirs)
    assert await store.delete([mine.pattern_id, "pat-none"], owner="me") == 1
    assert await store.delete(ids, owner="anonymous") == 1


async def test_uses_are_added_up_and_are_no_change(store: PatternStore, embedder: WordEmbedder) -> None:
    one, two = await added(store, embedder, draft("one"), draft("two"))
    await store.used({one.pattern_id: 3, "pat-none": 1})
    await store.used({one.pattern_id: 2, two.pattern_id: 1})
    await store.used({})
    assert [pattern.uses for pattern in await store.get([one.pattern_id, two.pattern_id])] == [5, 1]
    assert await store.uses([two.pattern_id, one.pattern_id, "pat-none"]) == {one.pattern_id: 5, two.pattern_id: 1}
    assert await store.changes(two.revision, 10) == ()
    (better,) = await added(store, embedder, draft("one", quality=0.8))
    assert better.uses == 5
    assert (await store.get([one.pattern_id]))[0].uses == 5


async def test_ratings_move_the_quality_and_outweigh_validation(store: PatternStore, embedder: WordEmbedder) -> None:
    one, two = await added(store, embedder, draft("one", quality=0.5), draft("two"))
    for _ in range(2):
        await store.rate([one.pattern_id], helpful=False)
    (bad,) = await store.rate([one.pattern_id, one.pattern_id, "pat-none"], helpful=False)
    assert (bad.ratings, bad.revision) == (3, two.revision + 3)
    assert bad.quality == pytest.approx(0.5 * 4 / 7)
    assert await store.get([one.pattern_id]) == (bad,)
    (change,) = await store.changes(two.revision + 2, 10)
    assert (change.quality, change.ratings) == (bad.quality, 3)
    (again,) = await added(store, embedder, draft("one", quality=0.9))
    assert (again.quality, again.ratings) == (bad.quality, 3)
    (good,) = await store.rate([two.pattern_id], helpful=True)
    assert good.quality == pytest.approx((0.5 * 4 + 1) / 5)
    assert await store.rate(["pat-none"], helpful=True) == ()


async def test_records_are_those_of_one_entity_and_the_latest_first(
    store: PatternStore, embedder: WordEmbedder
) -> None:
    numbered = [draft(str(number), record={"total": number}) for number in range(4)]
    others = [draft("a", entity="order"), draft("b", domain="games"), draft("c", kind=PatternKind.DEFECT)]
    patterns = await added(store, embedder, *numbered, *others)
    await store.delete([patterns[3].pattern_id])
    kinds = frozenset({PatternKind.PATTERN, PatternKind.SAMPLE})
    assert await store.records("cart", "ecommerce", kinds, 2) == ({"total": 2}, {"total": 1})
    assert len(await store.records("cart", "ecommerce", kinds, 10)) == 3
    assert await store.records("cart", "none", kinds, 10) == ()


async def test_what_is_stored_is_tallied(store: PatternStore, embedder: WordEmbedder) -> None:
    patterns = await added(
        store, embedder, draft("a", quality=0.25), draft("b", quality=0.75), draft("c", entity="order"), draft("d")
    )
    await store.used({patterns[0].pattern_id: 3, patterns[1].pattern_id: 4})
    await store.delete([patterns[3].pattern_id])
    assert await store.tallies() == (
        Tally(PatternKind.PATTERN, "ecommerce", "cart", 2, 7, 0.5),
        Tally(PatternKind.PATTERN, "ecommerce", "order", 1, 0, 0.5),
    )


async def test_patterns_have_an_end_and_deleting_makes_room(store: PatternStore, embedder: WordEmbedder) -> None:
    patterns = await added(store, embedder, *(draft(str(number)) for number in range(MOST - 1)))
    with pytest.raises(TooManyPatterns, match="19 patterns are stored and 20 is the most, so 2 more are too many"):
        await added(store, embedder, draft("x"), draft("y"))
    await added(store, embedder, draft("x"), draft("0", quality=0.9))
    await store.delete([patterns[0].pattern_id])
    await added(store, embedder, draft("y"))
    with pytest.raises(TooManyPatterns, match="delete some first"):
        await added(store, embedder, draft("z"))


async def test_what_is_refused_stores_nothing(store: PatternStore, embedder: WordEmbedder) -> None:
    with pytest.raises(PatternFault, match=r"name of the pattern 'a.*b' holds a NUL"):
        await added(store, embedder, draft("fine"), draft("a\0b"))
    with pytest.raises(TooManyPatterns):
        await added(store, embedder, *(draft(str(number)) for number in range(MOST + 1)))
    assert await store.changes(0, 10) == ()
    (kept,) = await added(store, embedder, draft(record={"note": "a\0b"}))
    assert kept.record == {"note": "a\0b"}


async def test_vectors_of_two_embedders_are_never_mixed(store: PatternStore, embedder: WordEmbedder) -> None:
    await added(store, embedder, draft("one"))
    other = WordEmbedder("words-2", dimensions=32)
    with pytest.raises(OtherEmbedder, match=r"words-1.*words-2"):
        await added(store, other, draft("two"))
    assert len(await store.changes(0, 10)) == 1


async def test_another_embedder_takes_over_row_by_row(store: PatternStore, embedder: WordEmbedder) -> None:
    patterns = await added(store, embedder, *(draft(str(number)) for number in range(5)))
    await store.delete([patterns[0].pattern_id])
    other = WordEmbedder("words-2", dimensions=32)
    assert (await store.standing("words-2")).mixed
    assert not (await store.standing("words-1")).mixed
    assert [await store.reembed(other, 3) for _ in range(3)] == [3, 1, 0]
    with pytest.raises(OtherEmbedder):
        await added(store, embedder, draft("late"))
    now = await store.get([pattern.pattern_id for pattern in patterns])
    assert {pattern.embedder_id for pattern in now} == {"words-2"}
    assert {len(pattern.vector) for pattern in now} == {32 * 4}
    assert [pattern.pattern_id for pattern in await store.changes(6, 10)] == [p.pattern_id for p in now]
    assert replace(now[0], vector=b"", embedder_id="", revision=0) == replace(
        patterns[1], vector=b"", embedder_id="", revision=0
    )


async def test_the_standing_tells_lineage_revision_and_embedder(store: PatternStore, embedder: WordEmbedder) -> None:
    before = await store.standing("words-1")
    assert (len(before.lineage), before.revision, before.embedder_id, before.mixed) == (32, 0, "", False)
    await added(store, embedder, draft("one"), draft("two"))
    after = await store.standing("words-1")
    assert after == replace(before, revision=2, embedder_id="words-1")


async def test_what_is_added_at_first_is_added_by_one_alone(store: PatternStore, embedder: WordEmbedder) -> None:
    seeds = [(draft(str(number)), str(number)) for number in range(3)]
    done = await asyncio.gather(*(store.add(seeds, embedder, at_first=True) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 3]
    await store.delete([one.pattern.pattern_id for some in done for one in some])
    assert await store.add(seeds, embedder, at_first=True) == ()
    assert len(await store.add(seeds, embedder)) == 3


async def test_adding_side_by_side_loses_and_doubles_nothing(store: PatternStore, embedder: WordEmbedder) -> None:
    async def add(number: int) -> tuple[Added, ...]:
        own = draft(f"own-{number}")
        return await store.add([(own, own.name), (draft(tags=(f"t{number}",)), "shared")], embedder)

    await asyncio.gather(*(add(number) for number in range(8)))
    patterns = await store.changes(0, 100)
    assert len(patterns) == 9
    assert len({pattern.revision for pattern in patterns}) == 9
    (shared,) = [pattern for pattern in patterns if pattern.signature == "shared"]
    assert set(shared.tags) == {f"t{number}" for number in range(8)}


async def test_more_than_fit_one_statement_are_stored_found_and_deleted(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await migrations.upgrade(engine)
    store = SqlPatterns(engine)
    patterns = await added(store, WordEmbedder(), *(draft(str(number)) for number in range(1200)))
    ids = [pattern.pattern_id for pattern in patterns]
    assert await store.get(ids) == patterns
    assert await store.delete(ids) == 1200
    await engine.dispose()


async def test_a_database_that_cannot_answer_is_told(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'nobody_migrated.db'}")
    with pytest.raises(LedgerUnreachable):
        await SqlPatterns(engine).changes(0, 10)
    await engine.dispose()
