"""Answers and streams are sequences of records, and the server's text stays at hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from testdata_agent.client import AsyncClient, Client, InvalidRequestError
from testdata_agent.v1 import testdata_pb2 as pb


def chunks(request: pb.GenerateRequest, _context: Any) -> Iterator[pb.DataChunk]:
    """Three records of the wanted seed in two chunks, then the final one."""
    yield pb.DataChunk(data='[{"total":10.50,"_index":0}]', next_record=1)
    yield pb.DataChunk(data='[{"total":9.99,"_index":1},{"total":1.00,"_index":2}]', first_record=1, next_record=3)
    yield pb.DataChunk(is_final=True, next_record=3, metadata=pb.GenerationMetadata(seed=request.seed))


def answer(request: pb.GenerateRequest, _context: Any) -> pb.GenerateResponse:
    """One record, with money in it."""
    metadata = pb.GenerationMetadata(seed=request.seed, generation_path="traditional")
    text = '[{"total":10.50,"n":3}]'
    return pb.GenerateResponse(success=True, data=text, metadata=metadata, request_id="r-1", record_count=1)


def test_an_answer_is_a_sequence_of_records_and_keeps_the_servers_text(service: Any) -> None:
    service.generate = answer

    with Client(service.target) as client:
        carts = client.generate("cart", seed=7)

    assert len(carts) == 1
    assert carts[0] == {"total": 10.5, "n": 3}
    assert carts.text == '[{"total":10.50,"n":3}]'
    assert (carts.metadata.seed, carts.request_id) == (7, "r-1")


def test_an_ndjson_answer_reads_as_records_too(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=True, data='{"n":1}\n{"n":2}\n')

    with Client(service.target) as client:
        assert list(client.generate("cart", output_format="ndjson")) == [{"n": 1}, {"n": 2}]


def test_lines_of_ndjson_end_where_json_says(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=True, data='{"n":"\u2028\x85"}\n')

    with Client(service.target) as client:
        assert list(client.generate("cart", output_format="ndjson")) == [{"n": "\u2028\x85"}]


def test_records_are_not_read_from_tables(service: Any) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=True, data="a,b\r\n1,2\r\n")

    with Client(service.target) as client:
        answer = client.generate("cart", output_format="csv")
    assert answer.text == "a,b\r\n1,2\r\n"
    with pytest.raises(ValueError, match="take the text"):
        len(answer)


def test_a_stream_gives_records_and_then_its_metadata(service: Any) -> None:
    service.stream = chunks

    with Client(service.target) as client, client.stream("cart", seed=7) as stream:
        assert stream.metadata is None
        assert [record["_index"] for record in stream] == [0, 1, 2]
        assert stream.metadata is not None
        assert stream.metadata.seed == 7
        assert stream.next_record == 3


def test_a_stream_gives_the_servers_text_chunk_by_chunk(service: Any) -> None:
    service.stream = chunks

    with Client(service.target) as client:
        assert list(client.stream("cart").texts()) == [
            '[{"total":10.50,"_index":0}]',
            '[{"total":9.99,"_index":1},{"total":1.00,"_index":2}]',
        ]


def test_leaving_a_stream_early_cancels_it_at_the_server(service: Any) -> None:
    ended: list[bool] = []

    def endless(_request: pb.GenerateRequest, context: Any) -> Iterator[pb.DataChunk]:
        context.add_callback(lambda: ended.append(True))
        while context.is_active():
            yield pb.DataChunk(data='[{"n":1}]', next_record=1)

    service.stream = endless

    with Client(service.target) as client, client.stream("cart", count=10_000_000) as stream:
        next(iter(stream))
    # Closing waits for nothing: the server learns of it in its own time.
    while not ended:
        pass


def test_schemas_and_health_are_plain_values(service: Any) -> None:
    with Client(service.target) as client:
        (cart,) = client.schemas("shop")
        health = client.health()

    assert (cart.name, cart.domain, cart.fields[0].name, cart.fields[0].example) == ("cart", "shop", "items.sku", "A-1")
    assert (health.status, health.components) == ("healthy", {"grpc_server": "operational"})


async def test_the_async_client_answers_as_the_sync_one_does(service: Any) -> None:
    service.generate, service.stream = answer, chunks

    async with AsyncClient(service.target) as client:
        carts = await client.generate("cart", seed=7)
        async with client.stream("cart", seed=7) as stream:
            streamed = [record["_index"] async for record in stream]
            assert stream.metadata is not None
            assert stream.metadata.seed == 7
        (cart,) = await client.schemas()
        health = await client.health()

    assert carts[0]["total"] == 10.5
    assert streamed == [0, 1, 2]
    assert cart.name == "cart"
    assert health.status == "healthy"


async def test_the_async_client_raises_the_same_errors(service: Any, refuse: Any) -> None:
    service.generate = lambda _request, context: refuse(context, 3, "no", "UNKNOWN_ENTITY", {"entity": "unknown"})

    async with AsyncClient(service.target) as client:
        with pytest.raises(InvalidRequestError) as refused:
            await client.generate("crat")

    assert refused.value.reason == "UNKNOWN_ENTITY"
    assert refused.value.violations[0].field == "entity"
