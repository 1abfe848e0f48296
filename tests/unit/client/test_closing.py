"""Clients of asyncio that are closed while others read: whoever waits is told so, and is not cancelled itself."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from testdata_agent.client import AsyncClient, AsyncStream, CancelledError, Client, InvalidRequestError
from testdata_agent.v1 import testdata_pb2 as pb

PATIENCE_SECONDS = 20


def endless(_request: pb.GenerateRequest, context: Any) -> Iterator[pb.DataChunk]:
    row = 0
    while context.is_active():
        yield pb.DataChunk(data=json.dumps([{"row": row}]), first_record=row, next_record=row + 1)
        row += 1
        time.sleep(0.01)


def never(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
    while context.is_active():
        time.sleep(0.01)
    return pb.GenerateResponse(success=True, data="[]")


async def read(stream: AsyncStream) -> None:
    async for _ in stream:
        pass


async def close_stream(_client: AsyncClient, stream: AsyncStream) -> None:
    stream.close()


async def close_client(client: AsyncClient, _stream: AsyncStream) -> None:
    await client.close()


@pytest.mark.parametrize("close", [close_stream, close_client])
async def test_whoever_reads_a_stream_that_another_closes_is_told(
    service: Any, close: Callable[[AsyncClient, AsyncStream], Awaitable[None]]
) -> None:
    service.stream = endless
    async with asyncio.timeout(PATIENCE_SECONDS), AsyncClient(service.target) as client:
        stream = client.stream("cart")
        reader = asyncio.create_task(read(stream))
        while stream.next_record < 3:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await close(client, stream)
        with pytest.raises(CancelledError, match="closed"):
            await reader


async def test_whoever_waits_for_an_answer_of_a_client_that_is_closed_is_told(service: Any) -> None:
    service.generate = never
    async with asyncio.timeout(PATIENCE_SECONDS), AsyncClient(service.target) as client:
        call = asyncio.create_task(client.generate("cart"))
        while not service.requests:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        await client.close()
        with pytest.raises(CancelledError, match="closed"):
            await call


async def test_a_task_that_is_cancelled_in_mid_call_is_cancelled(service: Any) -> None:
    service.stream, service.generate = endless, never
    async with asyncio.timeout(PATIENCE_SECONDS), AsyncClient(service.target) as client:
        for work in (client.generate("cart"), read(client.stream("cart"))):
            task = asyncio.create_task(work)
            await asyncio.sleep(0.2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("seconds", [math.inf, 1e300, pytest.param(10**400, id="digits"), None])
def test_a_timeout_without_an_end_is_none(service: Any, seconds: float | None) -> None:
    service.generate = lambda _request, _context: pb.GenerateResponse(success=True, data="[]")
    service.stream = lambda _request, _context: iter([pb.DataChunk(is_final=True)])
    with Client(service.target, timeout_seconds=math.inf) as client:
        assert list(client.generate("cart", timeout_seconds=seconds)) == []
        assert list(client.stream("cart", timeout_seconds=seconds)) == []


@pytest.mark.parametrize("seconds", [math.nan, "soon"])
def test_a_timeout_that_is_no_number_is_said(service: Any, seconds: Any) -> None:
    with Client(service.target) as client:
        with pytest.raises(InvalidRequestError, match="timeout_seconds: a number of seconds is needed"):
            client.generate("cart", timeout_seconds=seconds)
        with pytest.raises(InvalidRequestError, match="timeout_seconds: a number of seconds is needed"):
            client.stream("cart", timeout_seconds=seconds)
