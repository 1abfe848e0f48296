"""Workers in containers, over a Redis in another and a PostgreSQL of this machine. Run by `make test-docker`."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pytest_celery import CeleryTestSetup, CeleryWorkerContainer, RedisTestBroker
from pytest_docker_tools import container, fxtr

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from tests.docker.containers import GATEWAY_IMAGE, SOCKET_FOLDER, WORKER_IMAGE, Broker, Worker
from tests.integration.worker.desk import Desk
from tests.postgres import Postgres

default_worker_container = container(
    image=WORKER_IMAGE,
    environment=fxtr("default_worker_env"),
    network="{default_pytest_celery_network.name}",
    volumes=fxtr("worker_volumes"),
    read_only=True,
    tmpfs={"/tmp": ""},
    wrapper_class=Worker,
    timeout=60,
    command=fxtr("default_worker_command"),
)
default_redis_broker = container(
    image=WORKER_IMAGE,
    ports=fxtr("default_redis_broker_ports"),
    network="{default_pytest_celery_network.name}",
    wrapper_class=Broker,
    timeout=60,
    command=Broker.command(),
)
gateway_container = container(
    image=GATEWAY_IMAGE, ports={"9091/tcp": None}, read_only=True, tmpfs={"/tmp": ""}, timeout=60
)


@pytest.fixture
def default_worker_container_cls() -> type[CeleryWorkerContainer]:
    return Worker


@pytest.fixture
def celery_broker(celery_redis_broker: RedisTestBroker) -> RedisTestBroker:
    """Redis alone, not all that the package knows."""
    return celery_redis_broker


@pytest.fixture
def celery_backend_cluster() -> None:
    """There is none: what becomes of a batch is in the ledger."""


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    with postgres.database("containers") as name:
        yield name


@pytest.fixture
async def ledger_url(postgres: Postgres, database: str) -> str:
    """A migrated ledger, as this process reaches it."""
    engine = open_database(postgres.url(database))
    await migrations.upgrade(engine)
    await engine.dispose()
    return postgres.url(database)


@pytest.fixture
def worker_volumes(postgres: Postgres) -> dict[str, Any]:
    return {str(postgres.folder): {"bind": SOCKET_FOLDER, "mode": "ro"}}


@pytest.fixture
def default_worker_env(celery_worker_cluster_config: dict[str, Any], database: str, ledger_url: str) -> dict[str, str]:
    assert ledger_url
    (redis_url,) = celery_worker_cluster_config["celery_broker_cluster_config"]["urls"]
    return {"REDIS_URL": redis_url, "DATABASE_URL": f"postgresql://postgres@/{database}?host={SOCKET_FOLDER}"}


@pytest.fixture
async def desk(celery_setup: CeleryTestSetup, ledger_url: str) -> AsyncIterator[Desk]:
    """Hands in jobs to the worker in its container, and reads them."""
    assert celery_setup.ready()
    async with Desk.open(redis_url(celery_setup), ledger_url) as opened:
        yield opened


def redis_url(setup: CeleryTestSetup) -> str:
    """Where this process finds the broker at this moment."""
    assert setup.broker is not None
    return str(setup.broker.config()["host_url"])
