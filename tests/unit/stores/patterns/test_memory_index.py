"""The index in memory beyond the contract: after much coming and going, when it is large, and while it is filled."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from testdata_agent.stores.patterns import turns
from testdata_agent.stores.patterns.base import Hit, Query, Scope
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.memory import MemoryIndex
from testdata_agent.stores.patterns.pattern import Pattern
from tests.retrieval.judging import stored
from tests.retrieval.labelled import corpus, queries

EMBEDDER = StaticEmbedder()
EVERY = stored(EMBEDDER)


def fresh() -> MemoryIndex:
    return MemoryIndex(EMBEDDER.embedder_id, EMBEDDER.dimensions)


async def found(index: MemoryIndex, text: str, limit: int = 10, tags: Sequence[str] = ()) -> tuple[Hit, ...]:
    (vector,) = EMBEDDER.embed([text])
    return await index.search(Query(Scope("cart", tags=frozenset(tags)), text, EMBEDDER.embedder_id, vector, limit))


def carts(count: int) -> list[Pattern]:
    """So many patterns of one scope, of sentences of the corpus."""
    sentences = [sentence for draft in corpus() for sentence in draft.intent.split(". ")]
    draws = random.Random(11)
    texts = [". ".join(draws.sample(sentences, 2)) for _ in range(count)]
    model = replace(EVERY[0], entity="cart", name="Made", tags=())
    return [
        replace(model, pattern_id=f"pat-{number:032x}", intent=text, vector=vector.astype("<f4").tobytes())
        for number, (text, vector) in enumerate(zip(texts, EMBEDDER.embed(texts), strict=True))
    ]


async def test_after_much_coming_and_going_it_finds_what_one_filled_at_once_finds() -> None:
    draws = random.Random(3)
    index, there = fresh(), dict[str, Pattern]()
    for _ in range(2000):
        pattern = draws.choice(EVERY)
        taken = draws.choice(EVERY)
        changed = replace(
            taken,
            pattern_id=pattern.pattern_id,
            quality=draws.random(),
            domain=draws.choice([taken.domain, "elsewhere"]),
            deleted=draws.random() < 0.4,
        )
        await index.put([changed])
        there.pop(changed.pattern_id, None)
        if not changed.deleted:
            there[changed.pattern_id] = changed
    assert len(index) == len(there)
    other = fresh()
    await other.put(list(there.values()))
    vectors = EMBEDDER.embed([wish.text for wish in queries()])
    for wish, vector in zip(queries(), vectors, strict=True):
        for text in (wish.text, ""):
            for scope in (wish.scope, replace(wish.scope, domain="")):
                query = Query(scope, text, EMBEDDER.embedder_id, vector, 10)
                assert await index.search(query) == await other.search(query)


async def test_a_large_scope_is_searched_as_well_as_a_small_one() -> None:
    index, meant = fresh(), [each for each in EVERY if each.entity == "cart" and each.kind is EVERY[0].kind][:40]
    await index.put(carts(6000))
    await index.put(meant)
    for pattern in meant:
        first = (await found(index, pattern.intent))[0]
        assert first.score > 0.6
        assert pattern.pattern_id in {hit.pattern_id for hit in await found(index, pattern.searched_text, limit=3)}
        tagged = await found(index, pattern.intent, tags=pattern.tags)
        assert {hit.pattern_id for hit in tagged} <= {each.pattern_id for each in meant}
        assert pattern.pattern_id in {hit.pattern_id for hit in tagged}
    hits = await found(index, "cart with free shipping", limit=5000)
    assert len({hit.pattern_id for hit in hits}) == len(hits) > 100


async def test_others_have_their_turn_while_it_is_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.0)
    index, many = fresh(), carts(50)
    putting = asyncio.create_task(index.put(many))
    seen = set()
    while not putting.done():
        seen.add(len(index))
        await asyncio.sleep(0)
    assert seen >= set(range(50))
    assert len(index) == 50
