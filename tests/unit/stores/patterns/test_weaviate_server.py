"""Connections to a Weaviate that is not there."""

import time

import pytest

from testdata_agent.stores.patterns.base import IndexUnreachable
from testdata_agent.stores.patterns.weaviate import WeaviateIndex
from testdata_agent.stores.patterns.weaviate_server import Weaviate


@pytest.mark.parametrize("url", ["http://", "http:///v1", "weaviate"])
def test_an_address_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="host"):
        Weaviate(url)


async def test_nobody_there_is_told_soon() -> None:
    server = Weaviate("http://127.0.0.1:9")  # the discard port: nobody listens there
    index = WeaviateIndex(server, "0" * 32, "words-1", 8)
    with pytest.raises(IndexUnreachable, match="weaviate does not answer"):
        await index.revision()
    began = time.monotonic()
    with pytest.raises(IndexUnreachable):
        await index.revision()
    assert time.monotonic() - began < 1
    await server.close()
