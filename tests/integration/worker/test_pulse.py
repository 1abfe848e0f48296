"""The file that a container's health check looks at, beside a worker as it is deployed."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.gateway.running import eventually
from tests.servers import RedisProcess

COMMAND = [sys.executable, "-m", "celery", "-A", "worker", "worker", "-P", "threads", "-c", "1", "--without-mingle"]


def environment(redis_url: str, database_url: str, file: Path) -> dict[str, str]:
    stores = {"REDIS_URL": redis_url, "DATABASE_URL": database_url}
    return {**os.environ, **stores, "WORKER_HEARTBEAT_FILE": str(file)}


@pytest.fixture
def file(own_redis: RedisProcess, database_url: str, tmp_path: Path) -> Iterator[Path]:
    """The file of a running worker."""
    file = tmp_path / "heartbeat"
    file.touch()
    os.utime(file, (0, 0))  # of a worker that is gone
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            COMMAND, env=environment(own_redis.url, database_url, file), stdout=log, stderr=log, cwd=tmp_path
        )
    yield file
    worker.terminate()
    assert worker.wait(timeout=30) == 0, (tmp_path / "log").read_text()


def age(file: Path) -> float:
    """Seconds since it was touched."""
    return time.time() - file.stat().st_mtime


def test_a_worker_has_a_pulse_while_it_is_in_touch_with_the_queue(own_redis: RedisProcess, file: Path) -> None:
    eventually(lambda: file.exists() and age(file) < 10, "a pulse")
    own_redis.kill()
    eventually(lambda: age(file) > 8, "no pulse without a queue")
    own_redis.start()
    eventually(lambda: age(file) < 4, "a pulse again")


def test_a_file_that_cannot_be_written_is_named_at_the_start(
    own_redis: RedisProcess, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "no such folder" / "heartbeat"
    ended = subprocess.run(
        COMMAND,
        env=environment(own_redis.url, database_url, file),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert f"worker: settings: WORKER_HEARTBEAT_FILE='{file}': No such file or directory" in ended.stderr
