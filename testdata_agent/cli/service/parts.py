"""Which parts a server has, and how each is started."""

import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

from testdata_agent.cli.service import secret, tether
from testdata_agent.cli.service.child import Child
from testdata_agent.cli.service.embedded_redis import EmbeddedRedis
from testdata_agent.cli.service.home import Home
from testdata_agent.cli.service.part import Part, answers, at_once
from testdata_agent.cli.service.screen import Addresses
from testdata_agent.cli.settings import UpSettings

#: Batches that wait for a model side by side; they compute little.
_MODEL_THREADS: Final = 50
#: What Flower remembers, and how often it writes that down, in milliseconds: all of it, which takes it half a second.
_FLOWER_TASKS: Final = 10_000
_FLOWER_SAVES_MS: Final = 30_000
_LOOPBACK: Final = "127.0.0.1"
#: One machine's workers have nothing to tell each other when they start.
_QUICK: Final = ("--without-mingle", "--without-gossip")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one server.

    Attributes:
        home: Its folder.
        settings: Where it listens.
        variables: The environment of every part, to which each adds its own.
        held: File descriptors that stay open in all of them.
    """

    home: Home
    settings: UpSettings
    variables: Mapping[str, str]
    held: Sequence[int]

    def redis(self, server: EmbeddedRedis) -> Part:
        """The embedded Redis."""
        return self._part("redis", "Redis", tether.foreign(*server.command()), ready=server.answers)

    def gateway(self) -> Part:
        """The front door."""
        url = Addresses.of(self.settings).health("/health/ready")
        return self._part("gateway", "gateway", tether.command("gateway.main"), ready=answers(url))

    def workers(self) -> tuple[Part, ...]:
        """One for batches that wait for a model, one for those that compute."""
        waiting = ("-Q", "model", "-P", "threads", "-c", str(_MODEL_THREADS), "-n", "model@%h")
        computing = ("-Q", "bulk", "-P", "prefork", "-n", "bulk@%h")
        port = self.settings.worker_metrics_port
        ports = [{"WORKER_METRICS_PORT": str(each)} for each in (port, port + 1 if port else 0)]
        bulk, model = self._celery("worker", *computing, *_QUICK), self._celery("worker", *waiting, *_QUICK)
        return (
            self._part("worker-bulk", "worker of computed batches", bulk, ports[0]),
            self._part("worker-model", "worker of model batches", model, ports[1]),
        )

    def flower(self, login: str) -> Part:
        """The dashboard of the queue. Its login is in its environment: everybody may read a command line."""
        own = {
            "FLOWER_ADDRESS": _LOOPBACK,
            "FLOWER_PORT": str(self.settings.flower_port),
            "FLOWER_BASIC_AUTH": login,
            "FLOWER_URL_PREFIX": self.settings.flower_url_prefix,
            "FLOWER_PERSISTENT": "true",
            "FLOWER_DB": str(self.home.path / "flower.db"),
            "FLOWER_STATE_SAVE_INTERVAL": str(_FLOWER_SAVES_MS),
            "FLOWER_MAX_TASKS": str(_FLOWER_TASKS),
        }
        ready = _listens(self.settings.flower_port)
        return self._part("flower", "Flower", self._celery("flower"), own, ready=ready)

    def flower_login(self) -> tuple[str, Path | None]:
        """`user:password`, and the file that keeps it where we made it up."""
        if self.settings.flower_basic_auth is not None:
            return self.settings.flower_basic_auth, None
        file = self.home.path / "flower-login"
        return secret.kept(file, "testdata:"), file

    def _celery(self, *words: str) -> list[str]:
        # What stands in the folder that the person is in, and is called `worker` too, is not ours.
        return tether.command("testdata_agent.cli.service.known", "worker.celery", "celery", "-A", "worker", *words)

    def _part(
        self,
        log: str,
        name: str,
        command: Sequence[str],
        own: Mapping[str, str] | None = None,
        *,
        ready: Callable[[], bool] = at_once,
    ) -> Part:
        path = self.home.log(log)
        return Part(Child(command, {**self.variables, **(own or {})}, path, self.held), name, path, ready)


def missing_for_jobs() -> tuple[str, ...]:
    """What a server with jobs needs and is not installed here; what only stands in this folder is not."""
    # The first place to look is that of the program, or the folder where the person stands; children look in neither.
    places = sys.path if sys.flags.safe_path else sys.path[1:]
    found = {name: PathFinder.find_spec(name, places) for name in ("redis", "celery", "sqlalchemy", "flower", "worker")}
    return tuple(name for name, spec in found.items() if spec is None)


def _listens(port: int) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with socket.create_connection((_LOOPBACK, port), timeout=0.5):
                return True
        except OSError:
            return False

    return ask
