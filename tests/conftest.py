"""What holds for every test."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.postgres import Postgres, binaries, running
from tests.servers import RedisProcess

# Examples are judged by what they give, not by how long a busy machine took; a failure is found again by anyone.
settings.register_profile("testdata", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("testdata")


#: Hosts that tests may look up.
_OWN = frozenset({None, "", "localhost", "127.0.0.1", "::", "::1", "0.0.0.0"})


@pytest.fixture(autouse=True)
def _no_call_to_a_real_model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither this process nor one that it starts finds a key, nor Claude's address; `live` tests alone do."""
    if request.node.get_closest_marker("live") is not None:
        return
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "VLLM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    # The discard port: nobody listens there.
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    look_up = socket.getaddrinfo

    def own_only(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _OWN and not _is_container(name):
            raise OSError(f"tests call no other machine: {name}")
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", own_only)


def _is_container(name: str) -> bool:
    """Whether it is an address, no name, in a network of this machine's own."""
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return False


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL: there in CI, skipped elsewhere where it is not installed."""
    programs = binaries()
    if programs is None:
        reason = "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running(programs) as server:
        yield server
