"""What befalls the service, when, and how soon it is whole again."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from testdata_agent.client import AsyncClient, ClientError
from tests.load.service import POOL_PROCESS, Service
from tests.load.tally import Tally, Wrong
from tests.load.traffic import answers
from tests.load.traffic.visitor import Visitor
from tests.standin.faults import Fault

#: How long after the end of a fault calls may still feel it.
RECOVERY_SECONDS = 10.0
#: More than the plans that a process keeps.
_SCHEMAS = 700
#: A run that is long enough to tell what grows.
_LONG_MINUTES = 10.0


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens.

    Attributes:
        share: Of the run's time, when it happens.
    """

    share: float
    name: str
    happen: Callable[[Service], Awaitable[None]]


@dataclass
class Course:
    """What happened so far.

    Attributes:
        recoveries: Fault to the seconds until the service was whole again, each time.
    """

    recoveries: dict[str, list[float]] = field(default_factory=dict)
    _gateway_away: list[tuple[float, float]] = field(default_factory=list)

    def gateway_was_away(self, since: float) -> bool:
        """Whether the gateway was killed, or came back, after this moment (time.monotonic)."""
        return any(end + RECOVERY_SECONDS > since for _, end in self._gateway_away)

    async def run(self, service: Service, events: Sequence[Event], seconds: float, tally: Tally) -> None:
        """Lets all of it happen within that time."""
        began = time.monotonic()
        for event in events:
            await asyncio.sleep(max(0.0, began + event.share * seconds - time.monotonic()))
            at = time.monotonic()
            if "gateway" in event.name:
                self._gateway_away.append((at, float("inf")))
            try:
                await event.happen(service)
                self.recoveries.setdefault(event.name, []).append(await service.recovered())
            except (ClientError, RuntimeError, Wrong) as error:
                tally.wrong(event.name, f"{type(error).__name__}: {error}")
            if "gateway" in event.name:
                self._gateway_away[-1] = (at, time.monotonic())


def schedule(minutes: float) -> list[Event]:
    """The faults of a run, in order.

    Each process is killed in the first third at the latest, Redis in the first half, so that what lives from then on is
    watched for long enough. From then on nothing is killed; what is near is slow or away.
    """
    killed = [
        Event(0.04, "a process of the bulk worker's pool killed", _signalled(POOL_PROCESS)),
        Event(0.08, "Redis killed", _signalled("Redis")),
        Event(0.13, "the bulk worker killed", _signalled("bulk worker")),
        Event(0.18, "the model overloaded for 5 s (529)", _model_answers(Fault.OVERLOADED)),
        Event(0.22, "the model worker killed", _signalled("model worker")),
        Event(0.26, "the gateway told to end", _signalled("gateway", signal.SIGTERM)),
        Event(0.32, "the gateway killed", _signalled("gateway")),
        Event(0.45, "Redis killed", _signalled("Redis")),
    ]
    if minutes >= _LONG_MINUTES:
        killed.insert(-1, Event(0.36, "1,400 schemas and limits that nobody sent before", _unknown_schemas))
    shares = (
        [0.55 + 0.1 * turn for turn in range(4)]
        if minutes < _LONG_MINUTES
        else [0.5 + 0.05 * turn for turn in range(9)]
    )
    afterwards = (
        ("Redis frozen for 3 s", _frozen),
        ("the model flapping", _flapping),
        ("the model overloaded for 5 s (529)", _model_answers(Fault.OVERLOADED)),
        ("the model breaks off for 5 s", _model_answers(Fault.DROP)),
    )
    return killed + [Event(share, *afterwards[turn % len(afterwards)]) for turn, share in enumerate(shares)]


def _signalled(role: str, number: signal.Signals = signal.SIGKILL) -> Callable[[Service], Awaitable[None]]:
    async def happen(service: Service) -> None:
        service.signal(role, number)
        await asyncio.sleep(0.2)  # until its absence can be seen

    return happen


async def _unknown_schemas(service: Service) -> None:
    """Fills the caches of the gateway, which are full of such things only after hours else."""
    async with AsyncClient(service.target) as client:
        visitor = Visitor(client, service.target, random.Random(_SCHEMAS))
        for _ in range(_SCHEMAS):
            await answers.own_schema(visitor)
            await answers.wishes(visitor)


async def _frozen(service: Service) -> None:
    service.signal("Redis", signal.SIGSTOP)
    await asyncio.sleep(3)
    service.signal("Redis", signal.SIGCONT)


def _model_answers(fault: Fault) -> Callable[[Service], Awaitable[None]]:
    async def happen(service: Service) -> None:
        service.standin.always = fault
        await asyncio.sleep(5)
        service.standin.always = None

    return happen


async def _flapping(service: Service) -> None:
    service.standin.fail(
        *[Fault.SERVER_ERROR, None, Fault.DROP, Fault.OVERLOADED, None, Fault.STALL, Fault.NO_CLOSING, None] * 3
    )
