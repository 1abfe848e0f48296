"""The model path beside one call for whole records; the stand-in begins after 0.8 s and writes 70 tokens a second."""

import asyncio
import time
from typing import Any

from tests.benchmarks.table import Figure
from tests.integration.model.jobs import Desk, Outcome, claude
from tests.standin.server import StandIn
from worker.providers.base import Finish, ModelRequest

_FIRST_TOKEN_SECONDS, _TOKENS_A_SECOND = 0.8, 70.0
_CONTEXT = "Carts of a family that moves into its first house"


def figures() -> list[Figure]:
    """All of them."""
    return asyncio.run(_measured())


async def _measured() -> list[Figure]:
    whole_seconds, whole_tokens = await _whole_array()
    lag, three_seconds = await _three()
    hundred_seconds, tokens = await _many(100)
    grown_seconds, grown = await _grown()
    return [
        Figure("First cart in its stream after its last token left the model", lag * 1000, " ms", 1, most=50),
        Figure("3 carts: one call for whole records", whole_seconds, " s", 2),
        Figure("3 carts: this path", three_seconds, " s", 2),
        Figure("3 carts: times as fast", whole_seconds / three_seconds, "x", 1, least=3),
        Figure("Output tokens of a whole cart", whole_tokens / 3, "", 0),
        Figure("Output tokens of a cart here", tokens, "", 0, most=120),
        Figure("100 carts, 16 calls side by side", hundred_seconds, " s", 2, most=15),
        Figure("10,000 carts grown from what was written", grown_seconds, " s", 2, most=15),
        Figure("10,000 carts: written by the model", grown.notes["records_written"], "", 0, most=40),
    ]


async def _whole_array() -> tuple[float, int]:
    """(seconds, output tokens) of three whole carts in one call, as the first system asked for them."""
    with _standin() as standin:
        provider = claude(standin)
        request = ModelRequest("You write carts.", "Write exactly 3 records.", _whole_schema(), 8192)
        began, tokens = time.perf_counter(), 0
        async for piece in provider.stream(request):
            if isinstance(piece, Finish):
                tokens = piece.usage.output_tokens
        seconds = time.perf_counter() - began
        await provider.close()
        return seconds, tokens


async def _three() -> tuple[float, float]:
    """(seconds from the last token of the first record to its emission, seconds for three carts)."""
    # What a process does once (imports, plans) is done.
    with StandIn() as quick:
        warm = Desk.of_claude(quick)
        await warm.run(count=3, context=_CONTEXT)
        await warm.close()
    with _standin() as standin:
        desk = Desk.of_claude(standin)
        runner = desk.runner()
        began = time.perf_counter()
        await desk.run(count=3, context=_CONTEXT, runner=runner)
        seconds = time.perf_counter() - began
        await desk.close()
        return min(desk.streams.at) - min(standin.closed_records), seconds


async def _many(count: int) -> tuple[float, float]:
    """(seconds, output tokens a record)."""
    with _standin() as standin:
        desk = Desk.of_claude(standin)
        began = time.perf_counter()
        outcome = await desk.run(count=count, context=_CONTEXT)
        seconds = time.perf_counter() - began
        await desk.close()
        _expect(outcome, count)
        return seconds, sum(standin.written) / count


async def _grown() -> tuple[float, Outcome]:
    with _standin() as standin:
        desk = Desk.of_claude(standin)
        began = time.perf_counter()
        outcome = await desk.run(count=10_000, context=_CONTEXT)
        seconds = time.perf_counter() - began
        await desk.close()
        _expect(outcome, 10_000)
        return seconds, outcome


def _standin() -> StandIn:
    return StandIn(first_token=_FIRST_TOKEN_SECONDS, rate=_TOKENS_A_SECOND)


def _expect(outcome: Outcome, count: int) -> None:
    if len(outcome.rows) != count:
        raise RuntimeError(f"{count} records were wanted, {len(outcome.rows)} came: {outcome.shorts}")


def _whole_schema() -> dict[str, Any]:
    """A whole cart, every field under its own name."""
    text, number = {"type": "string"}, {"type": "number"}
    key, instant = ({"type": "string", "description": words} for words in ("number of it", "an instant"))
    item = _closed({"sku": key, "name": text, "quantity": {"type": "integer"}, "price": number, "category": text})
    cart = {
        "cart_id": key, "customer_id": key, "items": {"type": "array", "items": item}, "subtotal": number,
        "tax": number, "total": number, "currency": text, "created_at": instant, "updated_at": instant,
    }  # fmt: skip
    return _closed({"records": {"type": "array", "items": _closed(cart)}})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip
