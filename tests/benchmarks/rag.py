"""Unary calls that are answered from stored patterns, among 10,000 and 100,000 of them, as the caller sees them.

With WEAVIATE_URL set, the same over that index too, beside its own query.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import grpc
import orjson

from testdata_agent.engine.learning.signatures import signature
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.generator import default_generator
from testdata_agent.stores.database import open_database
from testdata_agent.stores.patterns import Draft, PatternKind, seeds
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.sql import SqlPatterns
from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.benchmarks import gateways
from tests.benchmarks.table import Figure
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, eventually

SIZES: Final = (10_000, 100_000)
#: Milliseconds that a call may take among 10,000 patterns, by its records; among 100,000 twice as long.
MOST_P50_MS: Final = {10: 5.0, 100: 15.0}
MOST_P99_MS: Final = {10: 15.0}
#: What a call of the engine may wait while patterns are read.
MOST_STALL_MS: Final = 20.0
ROUNDS, CALLS = 5, 200
#: Patterns that are stored at a time.
_PORTION: Final = 2_000


@dataclass(slots=True)
class Measured:
    """The best of all rounds, in milliseconds."""

    p50: float = float("inf")
    p99: float = float("inf")


def figures() -> list[Figure]:
    """Of every size."""
    return [figure for size in SIZES for figure in _of(size)]


def _of(size: int) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'patterns.db'}"
        migrate(url)
        asyncio.run(_fill(url, size))
        # Without it the index in memory answers.
        weaviate = {name: value for name, value in os.environ.items() if name.startswith("WEAVIATE_")}
        for index, settings in (("memory", {}), *([("weaviate", weaviate)] if weaviate else [])):
            with gateways.running(DATABASE_URL=url, **settings) as gateway:
                yield from _measured(gateway, size, index)


def _measured(gateway: Gateway, size: int, index: str) -> Iterator[Figure]:
    among = f"among {size:,} patterns ({index})"
    stall = asyncio.run(_stall(gateway, size))
    eventually(lambda: _answers(gateway, index), f"{index} answers")
    factor = 1 if size == SIZES[0] else 2
    for records, p50_ms in MOST_P50_MS.items():
        best = asyncio.run(_calls(gateway, records))
        own = index == "memory"
        yield Figure(f"{records} carts {among}: p50", best.p50, " ms", 1, most=factor * p50_ms if own else None)
        p99_ms = MOST_P99_MS.get(records)
        yield Figure(
            f"{records} carts {among}: p99", best.p99, " ms", 1, most=factor * p99_ms if own and p99_ms else None
        )
    yield Figure(f"an engine's call while they are read: longest, {among}", stall, " ms", 1, most=MOST_STALL_MS)


def _answers(gateway: Gateway, index: str) -> bool:
    return gateway.stub().GenerateData(_request(10, "a gift")).metadata.pattern_index == index


def _request(records: int, wish: str) -> pb.GenerateRequest:
    return pb.GenerateRequest(entity="cart", count=records, learn_from_history=True, hints=[f"similar to {wish}"])


async def _calls(gateway: Gateway, records: int) -> Measured:
    """One call after another, each with a wish of its own."""
    measured = Measured()
    async with grpc.aio.insecure_channel(gateway.target) as channel:
        call = pb_grpc.TestDataServiceStub(channel).GenerateData
        wishes = [draft.intent for draft in _shipped()]
        for turn in range(ROUNDS):
            times = []
            for number in range(CALLS):
                request = _request(records, f"{wishes[(turn * CALLS + number) % len(wishes)]} number {number}")
                start = time.perf_counter()
                answer = await call(request)
                times.append(time.perf_counter() - start)
                assert answer.metadata.generation_path == "rag", answer.metadata
            measured.p50 = min(measured.p50, statistics.median(times) * 1e3)
            measured.p99 = min(measured.p99, statistics.quantiles(times, n=100)[-1] * 1e3)
    return measured


async def _stall(gateway: Gateway, size: int) -> float:
    """The longest call of the engine, in milliseconds, from the start until the patterns are known."""
    request = pb.GenerateRequest(entity="payment", count=1, seed=1)
    longest, end = 0.0, time.monotonic() + 300
    async with grpc.aio.insecure_channel(gateway.target) as channel:
        call = pb_grpc.TestDataServiceStub(channel).GenerateData
        await call(request)
        while time.monotonic() < end:
            for _ in range(50):
                start = time.perf_counter()
                await call(request)
                longest = max(longest, time.perf_counter() - start)
            if await asyncio.to_thread(gateway.metric, "testdata_patterns ") >= size:
                return longest * 1e3
    raise TimeoutError("the patterns are not known after five minutes")


async def _fill(url: str, size: int) -> None:
    database = open_database(url)
    store, embedder = SqlPatterns(database), StaticEmbedder()
    drafts = _drafts(size)
    try:
        for _ in range(0, size, _PORTION):
            portion = [next(drafts) for _ in range(_PORTION)]
            await store.add([(draft, signature(draft.record)) for draft in portion], embedder)
    finally:
        await database.dispose()


def _drafts(size: int) -> Iterator[Draft]:
    """Carts of the engine, each with the words of a shipped pattern and some of another."""
    run = default_generator().prepare_now(
        GenerationRequest(entity="cart", count=size, seed=11, as_of=DEFAULT_AS_OF, envelope=False)
    )
    told = _shipped()
    for number in range(size):
        one, other = told[number % len(told)], told[number * 7 // len(told) % len(told)]
        words = other.intent.split()
        intent = f"{one.intent} {' '.join(words[number % len(words) :])}"
        record = orjson.loads(run.rows(number, number + 1)[0])
        yield replace(one, record=record, intent=intent, name=f"{one.name} {number}", locked_paths=())


def _shipped() -> Sequence[Draft]:
    return [draft for draft in seeds.drafts() if draft.entity == "cart" and draft.kind is PatternKind.PATTERN]
