"""Gateways for the tests that ask for one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, start

StartGateway = Callable[..., Gateway]


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[StartGateway]:
    """Starts gateways with settings of the test's own; they end with it."""
    started: list[Gateway] = []

    def begin(**settings: str) -> Gateway:
        started.append(start(tmp_path, **settings))
        return started[-1]

    yield begin
    for gateway in started:
        gateway.end()


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway with the usual settings, shared by all tests that change nothing."""
    running = start(tmp_path_factory.mktemp("gateway"))
    yield running
    running.end()


@pytest.fixture(scope="session")
def stub(gateway: Gateway) -> pb_grpc.TestDataServiceStub:
    return gateway.stub()


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, Gateway]]:
    """Two that share one database."""
    folder = tmp_path_factory.mktemp("gateways")
    url = f"sqlite:///{folder / 'ledger.db'}"
    migrate(url)
    running = [start(folder, DATABASE_URL=url) for _ in range(2)]
    yield running[0], running[1]
    for gateway in running:
        gateway.end()


@pytest.fixture
def here(gateways: tuple[Gateway, Gateway]) -> Gateway:
    return gateways[0]


@pytest.fixture
def there(gateways: tuple[Gateway, Gateway]) -> Gateway:
    return gateways[1]
