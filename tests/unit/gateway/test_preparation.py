import asyncio

from gateway.preparation import Preparation
from gateway.repeats import MAX_REQUEST_BYTES
from testdata_agent.engine.request import FieldConstraint, GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.version import DEFAULT_AS_OF

REQUEST = GenerationRequest(entity="cart", seed=7, as_of=DEFAULT_AS_OF)
TAILORED = GenerationRequest(
    entity="cart", seed=7, as_of=DEFAULT_AS_OF, constraints={"items.price": FieldConstraint(max=50)}
)


def prepared(preparation: Preparation, request: GenerationRequest, size_bytes: int) -> Run | None:
    """The run, if it is there without waiting for a thread."""

    async def prepare() -> Run | None:
        task = asyncio.ensure_future(preparation.prepare(request, size_bytes))
        await asyncio.sleep(0)
        run = task.result() if task.done() else None
        await task
        return run

    return asyncio.run(prepare())


def test_a_tailored_request_that_comes_again_needs_no_thread() -> None:
    preparation = Preparation(Registry())
    assert prepared(preparation, TAILORED, 100) is None
    again = prepared(preparation, TAILORED, 100)
    assert again is not None
    assert again.cache_hit


def test_a_plain_request_that_comes_again_is_a_hit_and_needs_no_thread() -> None:
    preparation = Preparation(Registry())
    assert prepared(preparation, REQUEST, 100) is None
    again = prepared(preparation, REQUEST, 100)
    assert again is not None
    assert again.cache_hit


def test_large_requests_are_not_remembered() -> None:
    preparation = Preparation(Registry())
    for _ in range(2):
        assert prepared(preparation, TAILORED, MAX_REQUEST_BYTES + 1) is None
