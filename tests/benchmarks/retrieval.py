"""`make bench-retrieval`: how well patterns are found, by family of wishes.

`--split dev` takes the queries that an index may be tuned by; `--misses` lists those whose first hit is none that was
meant.
"""

import argparse
import asyncio
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from testdata_agent.stores.patterns.base import Embedder, PatternIndex
from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.memory import MemoryIndex
from testdata_agent.stores.patterns.weaviate import WeaviateIndex
from testdata_agent.stores.patterns.weaviate_server import Weaviate
from tests.retrieval.judging import Answer, Quality, answers, stored
from tests.retrieval.labelled import FAMILIES, corpus, pattern_id, queries
from tests.weaviate.server import WeaviateProcess, binary

#: What is found is measured here, not how soon.
PATIENT_SECONDS = 10.0
_WIDTH = 17


def in_memory(split: str) -> tuple[Answer, ...]:
    """The answers of the index in memory to the queries of a split, or of `all`."""
    embedder = StaticEmbedder()
    return asyncio.run(measured(MemoryIndex(embedder.embedder_id, embedder.dimensions), embedder, split))


async def in_weaviate(server: WeaviateProcess, split: str) -> tuple[Answer, ...]:
    """The answers of a running Weaviate, in a collection of their own."""
    embedder, connection = StaticEmbedder(), Weaviate(server.url, grpc_url=server.grpc_url, api_key=server.api_key)
    index = WeaviateIndex(
        connection, uuid.uuid4().hex, embedder.embedder_id, embedder.dimensions, search_seconds=PATIENT_SECONDS
    )
    try:
        return await measured(index, embedder, split)
    finally:
        await index.drop()
        await connection.close()


async def measured(index: PatternIndex, embedder: Embedder, split: str) -> tuple[Answer, ...]:
    """The answers of an empty index, once the corpus is in it."""
    await index.put(stored(embedder))
    return await answers(index, embedder, [query for query in queries() if split in {query.split, "all"}])


def print_table(name: str, found: Sequence[Answer]) -> None:
    """A line a family, and one for all of them."""
    print(f"\n{name}")
    print(f"{'':{_WIDTH}} queries  recall@5    MRR  nDCG@10  served  refused  leaks")
    for family in FAMILIES:
        print_line(family, [answer for answer in found if answer.query.family == family])
    print_line("all", found)


def print_line(name: str, found: Sequence[Answer]) -> None:
    """The means of some answers."""
    quality = Quality.of(found)
    means = (quality.recall, quality.mrr, quality.ndcg, quality.served, quality.refused)
    recall, mrr, ndcg, served, refused = ("-" if value is None else f"{value:.3f}" for value in means)
    line = f"{name:{_WIDTH}} {quality.count:7} {recall:>9} {mrr:>6} {ndcg:>8} {served:>7} {refused:>8}"
    print(f"{line} {quality.leaks:6}")


def print_misses(found: Sequence[Answer]) -> None:
    """What was asked, what came first, and what was meant."""
    names = {pattern_id(draft): draft.name for draft in corpus()}
    for answer in found:
        first = answer.ranked[0] if answer.ranked else None
        if first in answer.query.wanted or (first is None and not answer.query.wanted):
            continue
        meant = "; ".join(names[wanted] for wanted in sorted(answer.query.wanted)) or "nothing"
        query = answer.query
        print(f"{query.family} {query.scope.entity}: {query.text!r} found {names.get(first or '')!r}, meant: {meant}")


def main() -> None:
    """Prints a table an index."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.retrieval")
    parser.add_argument("--split", choices=["dev", "test", "all"], default="test")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    print_index("in memory", in_memory(options.split), options)
    program = binary()
    if program is None:
        print("\nno weaviate-server is installed: Weaviate is not measured (`tools/go-tool weaviate-server` builds it)")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = WeaviateProcess(program, Path(folder))
        server.start()
        try:
            found = asyncio.run(in_weaviate(server, options.split))
        finally:
            server.kill()
    print_index("in Weaviate", found, options)


def print_index(name: str, found: Sequence[Answer], options: argparse.Namespace) -> None:
    """What was asked for of an index's answers."""
    print_table(f"{name}, split {options.split}", found)
    if options.misses:
        print_misses(found)


if __name__ == "__main__":
    main()
