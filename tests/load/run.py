"""One run: callers, faults and watch side by side; then what must hold at rest."""

import asyncio
import random
import sqlite3
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from testdata_agent.client import AsyncClient, CancelledError, ClientError, JobState, UnavailableError
from tests.load import logs, service
from tests.load.faults import Course, schedule
from tests.load.service import FLOWER, REDIS, Service
from tests.load.tally import Tally, Wrong
from tests.load.traffic import VISITS
from tests.load.traffic.visitor import Visitor
from tests.load.trend import handles_grow, memory_grows
from tests.load.watch import Life, Watch

#: Between two visits of one caller, on average.
_PAUSE_SECONDS = 0.5
#: A visit that has not ended by then hangs.
_PATIENCE_SECONDS = 120.0
#: How long jobs, and calls that were left, may go on after the last visit.
_REST_SECONDS = 30.0
#: Events in logs that are faults of the service's own, whatever befell it.
_OURS = {"unexpected_error", "background_failed", "reaper_failed", "renewal_failed", "batch_failed", "a traceback"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run."""

    minutes: float
    callers: int
    seed: int
    faults: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        unrest: What did not hold at the end.
        events: Of the logs, from warnings on.
    """

    plan: Plan
    tally: Tally
    course: Course
    lives: list[Life]
    unrest: list[str]
    events: Counter[tuple[str, str, str]]

    @property
    def growing(self) -> list[Life]:
        """Processes that hold more and more.

        Two are not judged: Flower remembers ten thousand tasks, by its setting, and Redis the records of the last
        minute, of which there are more when callers get more.
        """
        judged = [life for life in self.lives if life.role not in {FLOWER, REDIS}]
        return [life for life in judged if memory_grows(life) or handles_grow(life)]

    @property
    def holds(self) -> bool:
        """Whether all is as it must be."""
        return not (self.tally.mistakes or self.unrest or self.growing)


async def run(folder: Path, plan: Plan) -> Outcome:
    """All of it."""
    course = Course()
    with service.running(folder) as running:
        await running.recovered()
        tally, watch = Tally(), Watch(running)
        watching = asyncio.create_task(watch.run())
        seconds = plan.minutes * 60
        faults = course.run(running, schedule(plan.minutes) if plan.faults else [], seconds, tally)
        await asyncio.gather(faults, _callers(running, plan, tally, course))
        unrest = await _unrest(running, folder)
        watching.cancel()
    events = logs.events(folder)
    unrest += [
        f"{count} x {event} in {log}.log"
        for (log, _, event), count in events.items()
        if event in _OURS and log != "flower"
    ]
    return Outcome(plan, tally, course, watch.lives(), unrest, events)


async def _callers(running: Service, plan: Plan, tally: Tally, course: Course) -> None:
    end = time.monotonic() + plan.minutes * 60
    async with AsyncClient(running.target) as client:
        await asyncio.gather(
            *[
                _caller(Visitor(client, running.target, random.Random(plan.seed * 1000 + number)), end, tally, course)
                for number in range(plan.callers)
            ]
        )


async def _caller(visitor: Visitor, end: float, tally: Tally, course: Course) -> None:
    names, weights = list(VISITS), [share.weight for share in VISITS.values()]
    while time.monotonic() < end:
        (kind,) = visitor.chance.choices(names, weights)
        await _visit(visitor, kind, tally, course)
        await asyncio.sleep(visitor.chance.expovariate(1 / _PAUSE_SECONDS))


async def _visit(visitor: Visitor, kind: str, tally: Tally, course: Course) -> None:
    began = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            records = await VISITS[kind].visit(visitor)
    except (UnavailableError, CancelledError) as error:
        if course.gateway_was_away(began) and error.reason in {"", "DRAINING"}:
            tally.interrupted(kind)
        else:
            tally.wrong(kind, f"{type(error).__name__} {error.reason}: {error}")
    except (ClientError, Wrong) as error:
        tally.wrong(kind, f"{type(error).__name__}: {error}")
    except TimeoutError:
        tally.wrong(kind, f"no end after {_PATIENCE_SECONDS:.0f} s")
    else:
        tally.well(kind, time.monotonic() - began, records)


async def _unrest(running: Service, folder: Path) -> list[str]:
    """What is still going on, or was lost, some time after the last caller left."""
    async with _asking(running) as jobs_under_way:
        found = await _gone("jobs that did not end", jobs_under_way)
    found += await _gone("calls that the gateway still serves", _calls_under_way(running))
    with sqlite3.connect(folder / "testdata.db", timeout=10) as ledger:
        states = dict(ledger.execute("SELECT state, count(*) FROM batches GROUP BY state").fetchall())
    ledger.close()
    if parked := {state: count for state, count in states.items() if str(state).lower() == "parked"}:
        found.append(f"batches put aside: {parked}")
    return found


@asynccontextmanager
async def _asking(running: Service) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    async with AsyncClient(running.target) as client:

        async def under_way() -> int:
            return len((await client.jobs.list([JobState.QUEUED, JobState.RUNNING], page_size=100)).jobs)

        yield under_way


def _calls_under_way(running: Service) -> Callable[[], Awaitable[int]]:
    def read() -> int:
        with urllib.request.urlopen(running.metrics_url, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return int(sum(float(line.split()[-1]) for line in lines if line.startswith("testdata_requests_in_flight")))

    async def under_way() -> int:
        return await asyncio.to_thread(read)

    return under_way


async def _gone(what: str, count: Callable[[], Awaitable[int]]) -> list[str]:
    end = time.monotonic() + _REST_SECONDS
    while left := await count():
        if time.monotonic() > end:
            return [f"{what}: {left}"]
        await asyncio.sleep(0.5)
    return []
