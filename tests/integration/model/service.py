"""A gateway, a worker and a Redis as processes, over the model's stand-in."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from tests.integration.gateway.running import REPOSITORY, Gateway, environment, eventually, start
from tests.servers import RedisProcess
from tests.standin.server import StandIn


@dataclass(frozen=True)
class Service:
    """What runs."""

    gateway: Gateway
    redis: RedisProcess
    worker: "subprocess.Popen[bytes]"
    worker_log: Path
    settings: dict[str, str]


@contextmanager
def service(folder: Path, standin: StandIn, **more: str) -> Iterator[Service]:
    """Starts all of it, in one folder; `more` are settings. The worker must end well."""
    redis, log = RedisProcess(folder), folder / "worker.log"
    settings = {
        "REDIS_URL": redis.url,
        "DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
        "ANTHROPIC_API_KEY": "sk-of-the-stand-in",
        "ANTHROPIC_BASE_URL": standin.url,
        "LLM_PRICE_INPUT": "3",
        "LLM_PRICE_OUTPUT": "15",
        **more,
    }
    asyncio.run(migrated(settings["DATABASE_URL"]))
    with ExitStack() as running:
        redis.start()
        running.callback(redis.stop)
        worker = running.enter_context(a_worker(settings, log))
        eventually(lambda: b'"worker_ready"' in log.read_bytes(), "the worker is ready")
        gateway = start(folder, **settings)
        running.callback(gateway.end)
        yield Service(gateway, redis, worker, log, settings)
        if worker.poll() is None:
            worker.terminate()
            assert worker.wait(30) == 0, log.read_text()[-3000:]


async def migrated(url: str) -> None:
    database = open_database(url)
    await migrations.upgrade(database)
    await database.dispose()


@contextmanager
def a_worker(settings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ["-m", "celery", "-A", "worker", "worker", "-P", "threads", "-c", "100", "--without-mingle"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=REPOSITORY,
            env=environment(**settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
