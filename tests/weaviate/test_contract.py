"""What every index of patterns promises, held by a real Weaviate."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest

from testdata_agent.stores.patterns.base import IndexUnreachable
from testdata_agent.stores.patterns.weaviate import WeaviateIndex
from testdata_agent.stores.patterns.weaviate_server import Weaviate
from tests.contract.test_pattern_index import *  # noqa: F403 - its tests are run here over another adapter
from tests.contract.test_pattern_index import COUPON, EMBEDDER, query
from tests.weaviate.server import WeaviateProcess


@pytest.fixture
async def server(weaviate: WeaviateProcess) -> AsyncIterator[Weaviate]:
    opened = Weaviate(weaviate.url, grpc_url=weaviate.grpc_url, api_key=weaviate.api_key)
    yield opened
    await opened.close()


def opened(server: Weaviate, lineage: str) -> WeaviateIndex:
    """Patient: it is not the speed that is tested here."""
    return WeaviateIndex(server, lineage, EMBEDDER.embedder_id, EMBEDDER.dimensions, search_seconds=10)


@pytest.fixture(name="index")
async def weaviate_index(server: Weaviate) -> AsyncIterator[WeaviateIndex]:
    made = opened(server, uuid.uuid4().hex)
    yield made
    await made.drop()


async def test_another_process_finds_what_is_there(index: WeaviateIndex, weaviate: WeaviateProcess) -> None:
    await index.put([COUPON])
    await index.reached(7)
    server = Weaviate(weaviate.url, grpc_url=weaviate.grpc_url, api_key=weaviate.api_key)
    other = WeaviateIndex(server, index.lineage, EMBEDDER.embedder_id, EMBEDDER.dimensions, search_seconds=10)
    assert await other.revision() == 7
    assert [hit.pattern_id for hit in await other.search(query("discount coupon"))] == [COUPON.pattern_id]
    await server.close()


async def test_databases_and_embedders_have_collections_of_their_own(index: WeaviateIndex, server: Weaviate) -> None:
    await index.put([COUPON])
    stranger = opened(server, uuid.uuid4().hex)
    newer = WeaviateIndex(server, index.lineage, "other-2", 8, search_seconds=10)
    for each in (stranger, newer):
        assert await each.revision() == 0
    assert await stranger.search(query("discount coupon")) == ()
    for each in (stranger, newer):
        await each.drop()


async def test_what_weaviate_refuses_is_told(server: Weaviate, index: WeaviateIndex) -> None:
    await index.put([COUPON])
    # A collection keeps to the length of its first vector, whatever this process takes for right.
    liar = WeaviateIndex(server, index.lineage, EMBEDDER.embedder_id, 8, search_seconds=10)
    short = replace(COUPON, pattern_id="pat-" + "1" * 32, vector=np.ones(8, "<f4").tobytes())
    with pytest.raises(IndexUnreachable, match="weaviate"):
        await liar.put([short])
