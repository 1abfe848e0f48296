"""The index of patterns in memory: how fast it answers, what it takes, and how long it keeps the event loop.

The texts are put together from sentences of the seeds, so most words are in many of them: hard for an index.
"""

import asyncio
import gc
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from testdata_agent.stores.patterns.base import Query, Scope
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.memory import MemoryIndex
from testdata_agent.stores.patterns.pattern import Pattern
from tests.benchmarks.table import Figure
from tests.benchmarks.usage import MEGABYTE, resident_bytes
from tests.retrieval.judging import stored
from tests.retrieval.labelled import corpus, queries

ENTITIES = 6
#: Patterns put at a time, as the library reads rows.
PAGE = 200
ROUNDS = 5
#: Patterns, then what a search may take in milliseconds (p50, p99) and the index in megabytes.
SIZES = ((10_000, 0.4, 1.0, 40), (100_000, 2.0, 4.0, 200))
MOST_EMBEDDING_MS = 0.05
MOST_HELD_MS = 20.0

_EMBEDDER = StaticEmbedder()


def figures() -> list[Figure]:
    """Of the embedder, then of each size."""
    texts = [query.text for query in queries()]
    _EMBEDDER.embed(texts)
    took = min(_cpu_ms(_EMBEDDER, texts) for _ in range(ROUNDS)) / len(texts)
    made = [Figure("a wish embedded", took, " ms", digits=3, most=MOST_EMBEDDING_MS)]
    for count, p50, p99, megabytes in SIZES:
        made += asyncio.run(_of_size(count, p50, p99, megabytes))
    return made


def _cpu_ms(embedder: StaticEmbedder, texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        embedder.embed([text])
    return (time.process_time() - began) * 1000


async def _of_size(count: int, p50: float, p99: float, megabytes: float) -> list[Figure]:
    index = MemoryIndex(_EMBEDDER.embedder_id, _EMBEDDER.dimensions)
    gc.collect()
    before = resident_bytes(os.getpid())
    held = await _held_while_filling(index, count)
    taken = (resident_bytes(os.getpid()) - before) / MEGABYTE
    searched = await _searches(index)
    name = f"{count:,} patterns of {ENTITIES} entities"
    return [
        Figure(f"{name}: a search, p50", searched[0], " ms", digits=2, most=p50),
        Figure(f"{name}: a search, p99", searched[1], " ms", digits=2, most=p99),
        Figure(f"{name}: memory", taken, " MB", most=megabytes),
        Figure(f"{name}: the event loop held, at the most, by putting", held, " ms", digits=1, most=MOST_HELD_MS),
    ]


async def _held_while_filling(index: MemoryIndex, count: int) -> float:
    """Puts so many; gives the most CPU milliseconds for which nothing else had a turn. Making them is not counted."""
    longest = 0.0
    for page in _pages(count):
        putting = asyncio.create_task(index.put(page))
        while not putting.done():
            began = time.process_time()
            await asyncio.sleep(0)
            longest = max(longest, time.process_time() - began)
    return longest * 1000


async def _searches(index: MemoryIndex) -> tuple[float, float]:
    """CPU milliseconds, p50 and p99, the best of some rounds."""
    vectors = _EMBEDDER.embed([query.text for query in queries()])
    asked = [
        Query(Scope(f"entity-{number % ENTITIES}"), wish.text, _EMBEDDER.embedder_id, vector)
        for number, (wish, vector) in enumerate(zip(queries(), vectors, strict=True))
    ]
    rounds = []
    for _ in range(ROUNDS):
        took = []
        for query in asked:
            began = time.process_time()
            await index.search(query)
            took.append((time.process_time() - began) * 1000)
        rounds.append((float(np.quantile(took, 0.5)), float(np.quantile(took, 0.99))))
    return min(p50 for p50, _ in rounds), min(p99 for _, p99 in rounds)


def _pages(count: int) -> Iterator[list[Pattern]]:
    model = stored(_EMBEDDER, corpus()[:1])[0]
    sentences = [line for draft in corpus() for line in draft.intent.split(". ")]
    draws = random.Random(7)
    for start in range(0, count, PAGE):
        texts = [". ".join(draws.sample(sentences, 3)) for _ in range(PAGE)]
        vectors = _EMBEDDER.embed(texts)
        yield [
            replace(
                model,
                pattern_id=f"pat-{start + number:032x}",
                entity=f"entity-{(start + number) % ENTITIES}",
                name=f"Pattern {start + number}",
                intent=text,
                vector=vector.astype("<f4").tobytes(),
            )
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
