import asyncio

import pytest

from worker.providers.breaker import Breaker, BreakerState
from worker.providers.crowd import Crowd


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock, threshold=3, pause=5.0)


def opened(breaker: Breaker) -> None:
    for _ in range(3):
        breaker.failed()


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    breaker.failed()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()


def test_one_call_finds_out_after_the_pause(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now = 5.0
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_the_pause_doubles_while_the_provider_stays_down(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now = 5.0
    assert breaker.allows()
    breaker.failed()
    clock.now = 14.0
    assert not breaker.allows()
    clock.now = 15.0
    assert breaker.allows()


def test_a_hopeless_failure_opens_it_at_once(breaker: Breaker) -> None:
    breaker.failed(fatal=True)
    assert not breaker.allows()


def test_a_call_that_was_left_lets_another_find_out(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now = 5.0
    assert breaker.allows()
    breaker.left()
    assert breaker.allows()


async def test_a_crowd_is_halved_when_it_is_too_many_and_grows_again() -> None:
    crowd = Crowd(16)
    crowd.fewer()
    crowd.fewer()
    assert crowd.limit == 4
    for _ in range(4):
        crowd.more()
    assert 4.5 < crowd.limit < 5.1
    for _ in range(1000):
        crowd.more()
    assert crowd.limit == 16


async def test_places_are_given_in_turn_and_come_back_from_who_is_cancelled() -> None:
    crowd, order = Crowd(1), list[str]()

    async def visit(name: str) -> None:
        async with crowd.place():
            order.append(name)
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(visit(name)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "c", "d"]
    async with crowd.place():
        pass
