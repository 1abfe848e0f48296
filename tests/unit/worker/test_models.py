"""All providers as one: calls that are left or take too long."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from testdata_agent.stores.jobs.job import Usage
from worker.providers.base import FaultKind, Finish, ModelRequest, ProviderFault, Stop
from worker.providers.breaker import Breaker, BreakerState
from worker.providers.crowd import Crowd
from worker.providers.models import Asked, Models

REQUEST = ModelRequest("static", "variable", {}, 100)


class Slow:
    """Says one piece, and ends when it is told to."""

    name = model = "slow"

    def __init__(self) -> None:
        self.end = asyncio.Event()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[str | Finish, None]:  # noqa: ARG002 - see Provider
        yield "eight ch"
        await self.end.wait()
        yield Finish(Stop.COMPLETE, Usage(input_tokens=1))

    async def close(self) -> None:
        """There is nothing to close."""


async def read(models: Models, paid: list[Usage]) -> None:
    async with aclosing(models.stream(REQUEST, lambda model, usage: paid.append(usage))) as pieces:
        async for _ in pieces:
            pass


async def test_a_provider_is_asked_again_where_the_call_that_was_to_find_out_was_left_while_it_waited() -> None:
    provider, now = Slow(), [0.0]
    breaker = Breaker(lambda: now[0], threshold=1, pause=5.0)
    models = Models([Asked(provider, Crowd(1), breaker)])
    under_way = asyncio.create_task(read(models, []))
    await asyncio.sleep(0.01)
    breaker.failed()
    now[0] = 6.0
    finds_out = asyncio.create_task(read(models, []))
    await asyncio.sleep(0.01)
    assert not breaker.allows()  # one of them waits for its place
    finds_out.cancel()
    await asyncio.wait({finds_out})
    assert breaker.state is BreakerState.HALF_OPEN
    provider.end.set()
    await under_way


async def test_an_answer_of_which_nothing_more_comes_is_given_up_and_paid_for() -> None:
    """A server that says no more than that it is alive never goes silent."""
    models, paid = Models([Asked(Slow(), Crowd(1), Breaker(lambda: 0.0))], call_seconds=0.05), list[Usage]()
    async with asyncio.timeout(5):
        with pytest.raises(ProviderFault) as raised:
            await read(models, paid)
    assert raised.value.kind is FaultKind.TIMEOUT
    assert [(usage.input_tokens > 0, usage.output_tokens) for usage in paid] == [(True, 2)]
