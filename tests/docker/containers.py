"""What pytest-celery runs as broker and as worker: the image of Dockerfile.worker, as it is deployed."""

from typing import Any

from pytest_celery import CeleryWorkerContainer, RedisContainer

WORKER_IMAGE = "testdata-worker:test"
GATEWAY_IMAGE = "testdata-gateway:test"
#: Where a container finds the socket of the PostgreSQL that runs beside it.
SOCKET_FOLDER = "/postgres"
_FIND_SERVER = "from testdata_agent.cli.service.embedded_redis import find_server; print(find_server())"
_SETTINGS = "--dir /tmp --appendonly yes --save '' --maxmemory-policy noeviction --protected-mode no"


class Broker(RedisContainer):  # type: ignore[misc]  # untyped
    """The server that the worker's image brings, so that no other image is needed; it keeps what was written."""

    @classmethod
    def command(cls, *args: str, **_: Any) -> list[str]:
        server = f'exec $(python -c "{_FIND_SERVER}") {_SETTINGS}'
        return ["sh", "-c", " ".join([server, *args])]

    @property
    def host_url(self) -> str:
        """How the tests reach it, in a container themselves or not."""
        host, port = self.get_addr("6379/tcp")
        return f"{self.prefix()}{host}:{port}/{self.vhost}"


class Worker(CeleryWorkerContainer):  # type: ignore[misc]  # untyped
    """Both queues, in threads."""

    @property
    def ready_prompt(self) -> str:
        return '"worker_ready"'

    @classmethod
    def command(cls, *args: str, **_: Any) -> list[str]:
        words = ["celery", "-A", "worker", "worker", "-P", "threads", "-c", "4", "--without-mingle"]
        return [*words, "-n", f"{cls.worker_name()}@%h", *args]
