"""Both providers against their stand-in: the same pieces, the same ends, the same kinds of failure."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.standin.faults import Fault
from tests.standin.server import StandIn
from worker.providers.anthropic import AnthropicProvider
from worker.providers.base import FaultKind, Finish, ModelRequest, Provider, ProviderFault, Stop
from worker.providers.openai import OpenAiProvider

SCHEMA = {
    "type": "object",
    "properties": {
        "r": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"n": {"type": "string"}, "c": {"type": "string", "enum": ["a", "b"]}},
                "required": ["n", "c"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["r"],
    "additionalProperties": False,
}


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(params=["anthropic", "openai"])
async def provider(request: pytest.FixtureRequest, standin: StandIn) -> AsyncIterator[Provider]:
    made: Provider
    if request.param == "anthropic":
        made = AnthropicProvider(api_key="k", model="claude-sonnet-5-5", base_url=standin.url, stall_seconds=3.0)
    else:
        made = OpenAiProvider(base_url=f"{standin.url}/v1", model="local", stall_seconds=3.0)
    yield made
    await made.close()


def a_request(*, records: int = 3, max_tokens: int = 4000, temperature: float | None = None) -> ModelRequest:
    prompt = f"Write exactly {records} records."
    return ModelRequest("You write test data.", prompt, SCHEMA, max_tokens, temperature)


async def collected(provider: Provider, request: ModelRequest) -> tuple[str, Finish]:
    text, finish = "", None
    async for piece in provider.stream(request):
        if isinstance(piece, Finish):
            finish = piece
        else:
            text += piece
    assert finish is not None
    return text, finish


async def fault_of(provider: Provider, request: ModelRequest | None = None) -> ProviderFault:
    with pytest.raises(ProviderFault) as caught:
        await collected(provider, request or a_request())
    return caught.value


async def test_an_answer_comes_in_pieces_and_ends_with_what_it_cost(provider: Provider, standin: StandIn) -> None:
    pieces = [piece async for piece in provider.stream(a_request())]
    assert len(pieces) > 10
    finish = pieces[-1]
    assert isinstance(finish, Finish)
    assert finish.stop is Stop.COMPLETE
    assert finish.usage.output_tokens == standin.written[-1]
    assert finish.usage.input_tokens > 10


async def test_the_static_part_of_a_prompt_is_kept_between_calls(provider: Provider) -> None:
    _, first = await collected(provider, a_request())
    _, second = await collected(provider, a_request(records=2))
    assert first.usage.cached_tokens == 0
    assert 0 < second.usage.cached_tokens < second.usage.input_tokens


@pytest.mark.parametrize(
    ("fault", "kind", "retryable"),
    [
        (Fault.BAD_REQUEST, FaultKind.INVALID_REQUEST, False),
        (Fault.UNAUTHORIZED, FaultKind.AUTHENTICATION, False),
        (Fault.RATE_LIMIT, FaultKind.RATE_LIMITED, True),
        (Fault.SERVER_ERROR, FaultKind.SERVER, True),
        (Fault.OVERLOADED, FaultKind.OVERLOADED, True),
    ],
)
async def test_a_refusal_has_its_kind(
    provider: Provider, standin: StandIn, fault: Fault, kind: FaultKind, retryable: bool
) -> None:
    standin.fail(fault)
    caught = await fault_of(provider)
    assert (caught.kind, caught.retryable) == (kind, retryable)
    assert caught.__cause__ is not None
    assert standin.outcomes.total() == 1


async def test_the_pause_that_is_asked_for_is_told(provider: Provider, standin: StandIn) -> None:
    standin.retry_after = 7
    standin.fail(Fault.RATE_LIMIT)
    assert (await fault_of(provider)).retry_after == 7


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (Fault.DROP, {FaultKind.INTERRUPTED}),
        (Fault.STALL, {FaultKind.TIMEOUT}),
        (Fault.NO_CLOSING, {FaultKind.INTERRUPTED}),
        (Fault.ERROR_EVENT, {FaultKind.OVERLOADED, FaultKind.SERVER}),
        (Fault.MISSHAPEN, {FaultKind.INTERRUPTED}),
    ],
)
async def test_a_stream_that_breaks_off_is_a_fault_that_knows_what_was_spent(
    provider: Provider, standin: StandIn, fault: Fault, kinds: set[FaultKind]
) -> None:
    standin.fail(fault)
    caught = await fault_of(provider, a_request(records=20))
    assert caught.kind in kinds
    assert caught.retryable
    assert caught.usage.output_tokens > 20
    assert caught.__cause__ is not None or fault is Fault.NO_CLOSING


@pytest.mark.parametrize(
    ("fault", "stop"), [(Fault.TRUNCATION, Stop.LENGTH), (Fault.REFUSAL, Stop.REFUSAL), (None, Stop.COMPLETE)]
)
async def test_an_answer_says_why_it_ends(
    provider: Provider, standin: StandIn, fault: Fault | None, stop: Stop
) -> None:
    standin.fail(fault)
    assert (await collected(provider, a_request()))[1].stop is stop


async def test_a_limit_of_tokens_holds(provider: Provider) -> None:
    _, finish = await collected(provider, a_request(records=50, max_tokens=40))
    assert (finish.stop, finish.usage.output_tokens) == (Stop.LENGTH, 40)


async def test_nobody_listening_is_a_fault_of_the_connection() -> None:
    with StandIn() as gone:
        url = gone.url
    for provider in (
        AnthropicProvider(api_key="k", model="claude-sonnet-5-5", base_url=url, stall_seconds=3.0),
        OpenAiProvider(base_url=f"{url}/v1", model="local", stall_seconds=3.0),
    ):
        assert (await fault_of(provider)).kind is FaultKind.CONNECTION
        await provider.close()


async def test_leaving_a_stream_ends_the_call(provider: Provider, standin: StandIn) -> None:
    standin.rate = 50
    stream = provider.stream(a_request(records=200))
    await anext(stream)
    assert standin.running == 1
    await stream.aclose()
    await provider.close()
    for _ in range(200):
        if standin.running == 0:
            return
        import asyncio

        await asyncio.sleep(0.01)
    raise AssertionError("the call goes on")


@pytest.mark.parametrize(("model", "taken"), [("claude-sonnet-5-5", False), ("claude-sonnet-4-6", True)])
async def test_a_temperature_goes_only_where_the_model_takes_it(standin: StandIn, model: str, taken: bool) -> None:
    provider = AnthropicProvider(api_key="k", model=model, base_url=standin.url)
    _, finish = await collected(provider, a_request(temperature=0.3))
    assert finish.stop is Stop.COMPLETE
    assert standin.temperatures == ([0.3] if taken else [None])
    await provider.close()
