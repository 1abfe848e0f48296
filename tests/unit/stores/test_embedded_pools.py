"""The pool store in memory: once per spec, however many ask."""

import asyncio
import threading

import pytest

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.stores.pools import EmbeddedPools, PoolFault

SPEC = PoolSpec("first_name", "en_US", 10)


class CountingFill:
    """A filler that counts its calls and, while its gate is shut, waits in them."""

    def __init__(self) -> None:
        self.calls: list[PoolSpec] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.fault: Exception | None = None

    def __call__(self, spec: PoolSpec) -> Pool:
        self.calls.append(spec)
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        return Pool(spec, ("Ada",), ("ada",), spec.locale)


async def test_many_loads_at_once_fill_a_spec_once() -> None:
    fill = CountingFill()
    store = EmbeddedPools(fill)
    await asyncio.gather(*(store.load([SPEC]) for _ in range(50)))
    assert fill.calls == [SPEC]


async def test_the_event_loop_goes_on_while_a_pool_is_filled() -> None:
    fill = CountingFill()
    fill.gate.clear()
    loading = asyncio.ensure_future(EmbeddedPools(fill).load([SPEC]))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not loading.done()
    fill.gate.set()
    assert (await loading)[SPEC].values == ("Ada",)
    assert threading.current_thread().name not in fill.threads


async def test_a_waiter_that_gives_up_does_not_take_the_pool_from_the_others() -> None:
    fill = CountingFill()
    fill.gate.clear()
    store = EmbeddedPools(fill)
    first = asyncio.ensure_future(store.load([SPEC]))
    second = asyncio.ensure_future(store.load([SPEC]))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    fill.gate.set()
    assert SPEC in await second
    assert fill.calls == [SPEC]


async def test_a_failure_reaches_every_waiter_and_is_tried_again_later() -> None:
    fill = CountingFill()
    fill.fault = PoolFault("no words")
    store = EmbeddedPools(fill)
    answers = await asyncio.gather(store.load([SPEC]), store.load([SPEC]), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["no words", "no words"]
    fill.fault = None
    assert SPEC in await store.load([SPEC])


def test_threads_that_load_at_once_fill_a_spec_once() -> None:
    fill = CountingFill()
    fill.gate.clear()
    store = EmbeddedPools(fill)
    answers: list[Pool] = []
    threads = [threading.Thread(target=lambda: answers.append(store.load_now([SPEC])[SPEC])) for _ in range(8)]
    for thread in threads:
        thread.start()
    fill.gate.set()
    for thread in threads:
        thread.join(10)
    assert len(answers) == 8
    assert fill.calls == [SPEC]


def test_load_now_fills_in_the_calling_thread() -> None:
    fill = CountingFill()
    EmbeddedPools(fill).load_now([SPEC])
    assert fill.threads == {threading.current_thread().name}


def test_the_longest_unused_pool_goes_first() -> None:
    fill = CountingFill()
    store = EmbeddedPools(fill, max_pools=2)
    old, kept, new = (PoolSpec("first_name", "en_US", size) for size in (1, 2, 3))
    store.load_now([old, kept])
    store.load_now([kept])
    store.load_now([old])
    store.load_now([new])
    fill.calls.clear()
    store.load_now([old])
    store.load_now([kept])
    assert fill.calls == [kept]


def test_more_specs_than_the_store_holds_are_all_answered() -> None:
    specs = [PoolSpec("first_name", "en_US", size) for size in range(1, 6)]
    assert list(EmbeddedPools(CountingFill(), max_pools=2).load_now(specs)) == specs
