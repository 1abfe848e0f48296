"""Celery's own worker in a thread of the test, over a real Redis."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from celery import Celery
from celery.contrib.pytest import celery_class_tasks, celery_includes, celery_session_worker
from pydantic import SecretStr

from testdata_agent.service.settings import (
    LogSettings,
    ModelPathSettings,
    ModelSettings,
    QualitySettings,
    StoreSettings,
)
from tests.integration.gateway.job_worker import migrate
from tests.integration.worker.desk import Desk
from tests.servers import RedisProcess
from tests.standin.server import StandIn
from worker.application import WorkerApp
from worker.settings import Settings, WorkerSettings

__all__ = ["celery_class_tasks", "celery_includes", "celery_session_worker"]


@pytest.fixture(scope="session")
def redis_of_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = RedisProcess(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
    migrate(url)
    return url


@pytest.fixture(scope="session")
def celery_session_app(redis_of_workers: str, database_url: str, standin: StandIn) -> Iterator[Celery]:
    worker = WorkerApp(
        Settings(
            worker=WorkerSettings(),
            logs=LogSettings(),
            model=ModelSettings(anthropic_api_key=SecretStr("sk-test"), anthropic_base_url=SecretStr(standin.url)),
            model_path=ModelPathSettings(),
            stores=StoreSettings(redis_url=SecretStr(redis_of_workers), database_url=SecretStr(database_url)),
            quality=QualitySettings(),
        )
    )
    yield worker.celery
    worker.close()


@pytest.fixture(scope="session")
def celery_worker_pool() -> str:
    return "threads"


@pytest.fixture(scope="session")
def celery_worker_parameters() -> dict[str, Any]:
    # There are no results to wait for: what becomes of a batch is in the ledger.
    return {"perform_ping_check": False, "concurrency": 8}


@pytest.fixture
async def desk(redis_of_workers: str, database_url: str, celery_session_worker: object) -> AsyncIterator[Desk]:  # noqa: ARG001
    """Hands in jobs to the worker, and reads them."""
    async with Desk.open(redis_of_workers, database_url) as opened:
        yield opened
