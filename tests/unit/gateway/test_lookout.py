"""The states of parts that come and go: looked up now and then, told at once."""

import asyncio

import pytest

from gateway import lookout
from gateway.health import DEGRADED, HEALTHY, Health
from gateway.lookout import Lookout
from testdata_agent.stores.queue.base import QueueFault
from testdata_agent.stores.results.base import ResultsUnreachable


class Looks:
    """A part that counts how often it is looked at."""

    def __init__(self, *states: str) -> None:
        self.states, self.count = list(states), 0

    async def __call__(self) -> str:
        self.count += 1
        await asyncio.sleep(0)
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


async def test_many_who_ask_at_once_are_told_by_one_look() -> None:
    looks = Looks("operational")
    seen = Lookout({"redis": looks})
    await asyncio.gather(*[seen.look() for _ in range(20)])
    assert (seen.seen, looks.count) == ({"redis": "operational"}, 1)
    await seen.look()
    assert looks.count == 1


async def test_what_is_not_quite_new_is_told_and_looked_up_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "_FRESH_SECONDS", 0.0)
    seen = Lookout({"worker": Looks("none running", "1 running")})
    await seen.look()
    await seen.look()
    assert seen.seen == {"worker": "none running"}
    while seen.seen == {"worker": "none running"}:  # noqa: ASYNC110 - it is not to know who waits
        await asyncio.sleep(0)
    assert seen.seen == {"worker": "1 running"}


async def test_a_part_that_says_nothing_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookout, "_LOOK_SECONDS", 0.01)

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    health = Health({"redis": "configured", "model": "configured"}, Lookout({"redis": never}))
    health.serve()
    assert (health.status(), health.components()["redis"]) == (HEALTHY, "configured")
    await health.look()
    assert (health.status(), health.components()["redis"]) == (DEGRADED, "unreachable")
    assert health.components()["model"] == "configured"
    assert health.ready() == (True, {})


async def test_redis_is_operational_or_unreachable() -> None:
    async def there() -> None:
        pass

    async def away() -> None:
        raise ResultsUnreachable("away")

    assert [await lookout.redis(ping)() for ping in (there, away)] == ["operational", "unreachable"]


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ((), "none running"),
        (("model@a", "bulk@a"), "2 running: bulk@a, model@a"),
        (tuple("abcde"), "5 running"),
    ],
)
async def test_workers_are_named_where_they_are_few(names: tuple[str, ...], state: str) -> None:
    async def running() -> tuple[str, ...]:
        return names

    assert await lookout.workers(running)() == state


async def test_without_a_queue_nobody_knows_which_workers_run() -> None:
    async def away() -> tuple[str, ...]:
        raise QueueFault("away")

    assert await lookout.workers(away)() == "unknown: the queue cannot be reached"
