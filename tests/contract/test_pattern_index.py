"""What every index of patterns promises. An adapter is added to INDEXES; what it finds is judged the same way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from testdata_agent.stores.patterns.base import OtherEmbedder, PatternIndex, Query, Scope
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.memory import MemoryIndex
from testdata_agent.stores.patterns.pattern import Pattern, PatternKind

EMBEDDER = StaticEmbedder()
Opened = Callable[[Path], AbstractAsyncContextManager[PatternIndex]]


@asynccontextmanager
async def in_memory(_: Path) -> AsyncIterator[PatternIndex]:
    yield MemoryIndex(EMBEDDER.embedder_id, EMBEDDER.dimensions)


INDEXES: list[Opened] = [in_memory]


@pytest.fixture(params=INDEXES, ids=lambda opened: opened.__name__)
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PatternIndex]:
    async with request.param(tmp_path) as opened:
        yield opened


def pattern(name: str, intent: str, **fields: Any) -> Pattern:
    """A pattern of a cart, unless `fields` say otherwise; its number is made of its name."""
    made = Pattern(
        **{
            "kind": PatternKind.PATTERN,
            "domain": "ecommerce",
            "entity": "cart",
            "name": name,
            "intent": intent,
            "record": {"total": 1},
            "pattern_id": "pat-" + name.encode().hex().ljust(32, "0")[:32],
            "signature": name,
            "uses": 0,
            "embedder_id": EMBEDDER.embedder_id,
            "vector": b"",
            "created_at": 1_700_000_000.0,
            "revision": 1,
            **fields,
        }
    )
    return (
        made if made.vector else replace(made, vector=EMBEDDER.embed([made.searched_text])[0].astype("<f4").tobytes())
    )


def query(text: str, limit: int = 10, **scope: Any) -> Query:
    asked = Scope(**{"entity": "cart", **scope})
    return Query(asked, text, EMBEDDER.embedder_id, EMBEDDER.embed([text])[0], limit)


async def found(index: PatternIndex, text: str, limit: int = 10, **scope: Any) -> list[str]:
    names = {made.pattern_id: made.name for made in EVERY}
    return [names[hit.pattern_id] for hit in await index.search(query(text, limit, **scope))]


BABY = pattern("nursery", "New parents buying a crib, diapers and baby clothes", tags=("family", "gift"))
COUPON = pattern("coupon", "A cart with a discount coupon applied at checkout", tags=("discount",))
BULK = pattern("bulk", "Wholesale order of hundreds of identical items", tags=("discount", "wholesale"))
CAMPING = pattern("camping", "Outdoor trip: tent, sleeping bag and stove", tags=("family",))
CARTS = [BABY, COUPON, BULK, CAMPING]
OTHERS = [
    pattern("order-coupon", "An order with a discount coupon applied at checkout", entity="order"),
    pattern("retail-coupon", "A cart with a discount coupon applied at checkout", domain="retail"),
    pattern("defect-coupon", "A discount coupon that is applied twice at checkout", kind=PatternKind.DEFECT),
]
EVERY = [*CARTS, *OTHERS]


@pytest.fixture
async def filled(index: PatternIndex) -> PatternIndex:
    await index.put(EVERY)
    return index


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("discount coupon", "coupon"),
        ("promo code reduces the price", "coupon"),
        ("infant furniture and nappies", "nursery"),
        ("hiking and sleeping in nature", "camping"),
        ("hundreds of the same thing", "bulk"),
        ("wholsale quantities", "bulk"),
        ("SLEEPING_BAG", "camping"),
    ],
)
async def test_the_nearest_by_words_or_meaning_comes_first(filled: PatternIndex, text: str, name: str) -> None:
    assert (await found(filled, text, domain="ecommerce"))[0] == name


@pytest.mark.parametrize("text", ["the orbit of Neptune's moons", "quarterly pension tax return", "qqqq zzzz", "?!"])
async def test_nothing_near_is_no_answer(filled: PatternIndex, text: str) -> None:
    assert await found(filled, text) == []


async def test_scores_are_between_0_and_1_and_fall(filled: PatternIndex) -> None:
    hits = await filled.search(query("a discount coupon at checkout for identical items"))
    scores = [hit.score for hit in hits]
    assert len(hits) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


async def test_a_search_gives_the_same_twice(filled: PatternIndex) -> None:
    asked = query("discount")
    assert await filled.search(asked) == await filled.search(asked)


async def test_at_most_as_many_as_asked_for_come_and_they_are_the_first(filled: PatternIndex) -> None:
    text = "discount coupon at checkout for identical items"
    every = await found(filled, text)
    assert len(every) > 1
    assert await found(filled, text, limit=1) == every[:1]


async def test_no_entity_domain_or_kind_is_mixed_up_with_another(filled: PatternIndex) -> None:
    text = "discount coupon applied at checkout"
    assert await found(filled, text, entity="order") == ["order-coupon"]
    assert await found(filled, text, domain="retail") == ["retail-coupon"]
    assert await found(filled, text, kinds=frozenset({PatternKind.DEFECT})) == ["defect-coupon"]
    assert await found(filled, text, entity="user") == []
    assert await found(filled, text, kinds=frozenset()) == []
    assert "retail-coupon" not in await found(filled, text, domain="ecommerce")


async def test_no_domain_is_every_domain_and_kinds_may_be_several(filled: PatternIndex) -> None:
    text = "discount coupon applied at checkout"
    assert {"coupon", "retail-coupon"} <= set(await found(filled, text))
    both = frozenset({PatternKind.PATTERN, PatternKind.DEFECT})
    assert {"coupon", "defect-coupon"} <= set(await found(filled, text, kinds=both))


async def test_tags_must_all_be_there(filled: PatternIndex) -> None:
    text = "discount coupon at checkout for identical items"
    assert set(await found(filled, text, tags=frozenset({"discount"}))) == {"coupon", "bulk"}
    assert await found(filled, text, tags=frozenset({"discount", "wholesale"})) == ["bulk"]
    assert await found(filled, text, tags=frozenset({"nobody"})) == []


async def test_no_text_is_the_best_of_the_scope(index: PatternIndex) -> None:
    good, better = replace(BABY, quality=0.6), replace(COUPON, quality=0.9)
    await index.put([good, better, replace(BULK, quality=0.1)])
    assert await found(index, "", limit=2) == ["coupon", "nursery"]
    assert await found(index, "  ", tags=frozenset({"family"})) == ["nursery"]


async def test_among_equally_near_ones_the_better_is_first(index: PatternIndex) -> None:
    twin = replace(COUPON, pattern_id="pat-" + "0" * 32, quality=0.2)
    for quality, first in ((0.1, twin), (0.9, COUPON)):
        await index.put([replace(COUPON, quality=quality), twin])
        assert (await index.search(query("discount coupon")))[0].pattern_id == first.pattern_id


async def test_quality_does_not_outweigh_what_is_asked_for(index: PatternIndex) -> None:
    await index.put([replace(COUPON, quality=0.0), replace(BULK, quality=1.0)])
    assert (await found(index, "discount coupon at checkout"))[0] == "coupon"


async def test_a_pattern_put_again_takes_the_place_of_what_it_was(filled: PatternIndex) -> None:
    await filled.put([pattern("coupon", "Garden tools: rake, spade and wheelbarrow")])
    assert (await found(filled, "rake and spade"))[0] == "coupon"
    assert "coupon" not in await found(filled, "promo code reduction", domain="ecommerce")
    moved = replace(COUPON, entity="order", pattern_id=COUPON.pattern_id)
    await filled.put([moved])
    assert "coupon" not in await found(filled, "discount coupon")
    assert "coupon" in await found(filled, "discount coupon", entity="order")


async def test_a_deleted_pattern_is_forgotten_and_an_unknown_one_is_not_missed(filled: PatternIndex) -> None:
    # Nothing but its id and revision is left of a deleted one in the rows.
    gone = replace(COUPON, deleted=True, vector=b"", embedder_id="", entity="", domain="", name="", intent="")
    await filled.put([gone, replace(pattern("never", "there"), deleted=True)])
    assert "coupon" not in await found(filled, "discount coupon")
    await filled.put([COUPON])
    assert (await found(filled, "discount coupon", domain="ecommerce"))[0] == "coupon"


async def test_a_put_of_nothing_changes_nothing(filled: PatternIndex) -> None:
    before = await found(filled, "discount coupon")
    await filled.put([])
    assert await found(filled, "discount coupon") == before


async def test_a_large_put_is_found_whole(index: PatternIndex) -> None:
    many = [pattern(f"gift-{number}", f"Gift wrapping number {number}") for number in range(300)]
    await index.put([*many, COUPON])
    hits = await index.search(query("gift wrapping", limit=400))
    assert {hit.pattern_id for hit in hits} == {made.pattern_id for made in many}


async def test_puts_side_by_side_are_all_taken(index: PatternIndex) -> None:
    await asyncio.gather(*(index.put([made]) for made in CARTS), index.put(CARTS))
    assert set(await found(index, "")) == {made.name for made in CARTS}


async def test_vectors_of_another_embedder_are_refused(filled: PatternIndex) -> None:
    with pytest.raises(OtherEmbedder, match="other-2"):
        await filled.put([replace(pattern("new", "discount"), embedder_id="other-2"), BULK])
    with pytest.raises(OtherEmbedder, match="other-2"):
        await filled.search(replace(query("discount"), embedder_id="other-2"))
    short = np.zeros(8, "<f4").tobytes()
    with pytest.raises(OtherEmbedder):
        await filled.put([replace(BULK, vector=short)])
    assert (await found(filled, "wholesale quantities"))[0] == "bulk"


async def test_the_revision_that_was_reached_is_kept_and_does_not_fall(index: PatternIndex) -> None:
    assert await index.revision() == 0
    await index.reached(7)
    await index.reached(3)
    assert await index.revision() == 7


async def test_an_emptied_index_knows_nothing_and_can_be_filled_again(filled: PatternIndex) -> None:
    await filled.reached(7)
    await filled.empty()
    assert await filled.revision() == 0
    assert await found(filled, "discount coupon") == []
    assert await found(filled, "") == []
    await filled.put(EVERY)
    assert (await found(filled, "discount coupon", entity="order")) == ["order-coupon"]
