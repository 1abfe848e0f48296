"""One site a test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.chaos.site import Site
from tests.servers import RedisProcess


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisProcess]:
    """An append-only Redis of the test's own."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisProcess(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def site(tmp_path: Path, redis: RedisProcess) -> AsyncIterator[Site]:
    made = Site(tmp_path, redis)
    await made.open()
    yield made
    await made.close()
