from collections.abc import AsyncIterator, Iterator

import pytest

from tests.integration.model.jobs import Desk
from tests.standin.server import StandIn
from worker.providers import models


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
async def desk(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A place where jobs run by Claude's stand-in, without pauses between tries."""
    monkeypatch.setattr(models, "_FIRST_WAIT", 0.01)
    made = Desk.of_claude(standin)
    yield made
    await made.close()
