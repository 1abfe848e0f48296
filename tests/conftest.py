"""What holds for every test."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import RedisProcess

# Examples are judged by what they give, not by how long a busy machine took; a failure is found again by anyone.
settings.register_profile("testdata", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("testdata")


@pytest.fixture(scope="session")
def _redis_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    server = RedisProcess(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(_redis_of_the_run: RedisProcess) -> str:
    """An empty Redis that all tests take turns at."""
    _redis_of_the_run.empty()
    return _redis_of_the_run.url


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    """A Redis of the test's own, to be killed and started again."""
    server = RedisProcess(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()
