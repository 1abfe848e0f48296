"""docker-compose.yml as a user starts it, under a project and on ports of the tests' own."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from testdata_agent.client import Client
from tests.integration.gateway.running import free_ports
from tools.compose_env import add

ROOT = Path(__file__).parents[2]
#: For what a machine under load needs to start.
PATIENCE_SECONDS = 120.0
#: tests/docker/images and tests/compose/images bring them.
IMAGES = {
    "GATEWAY_IMAGE": "testdata-gateway:test",
    "WORKER_IMAGE": "testdata-worker:test",
    "REDIS_IMAGE": "testdata-redis:test",
    "POSTGRES_IMAGE": "testdata-postgres:test",
    "PROMETHEUS_IMAGE": "testdata-prometheus:test",
    "WEAVIATE_IMAGE": "testdata-weaviate:test",
}


def program() -> list[str]:
    """Docker Compose 2: the machine's own, else one that is built."""
    docker = shutil.which("docker")
    if (
        docker is not None
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    ):
        return [docker, "compose"]
    return [
        subprocess.run([ROOT / "tools/go-tool", "docker-compose"], stdout=subprocess.PIPE, text=True, check=True).stdout
    ]


class Stack:
    """One project of Docker Compose.

    Args:
        folder: For its .env.
        name: Of the project.
    """

    def __init__(self, folder: Path, name: str, **settings: str) -> None:
        self._program = program()
        self._env_file = folder / ".env"
        grpc, http, flower, prometheus = free_ports(4)
        ports = {"GRPC_PORT": grpc, "HTTP_PORT": http, "FLOWER_PORT": flower, "PROMETHEUS_PORT": prometheus}
        self.settings = {"COMPOSE_PROJECT_NAME": name, **IMAGES, **{key: str(port) for key, port in ports.items()}}
        self.settings |= settings
        self._env_file.write_text("".join(f"{key}={value}\n" for key, value in self.settings.items()), encoding="utf-8")
        add(self._env_file, full=False)
        lines = self._env_file.read_text(encoding="utf-8").splitlines()
        self.settings |= {key: value for key, _, value in (line.partition("=") for line in lines)}

    @property
    def command(self) -> list[str]:
        """What goes before each of Compose's commands."""
        return [*self._program, "--project-directory", str(ROOT), "--env-file", str(self._env_file)]

    def set(self, **settings: str) -> None:
        """Changes settings, for the commands to come."""
        self.settings |= settings
        with self._env_file.open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())

    def compose(self, *words: str) -> str:
        """What a command of Compose prints; it must succeed."""
        ended = subprocess.run(
            [*self.command, *words], cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{' '.join(words)}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        return ended.stdout

    def shell(self, script: str, folder: Path) -> None:
        """Runs a script as the docs have it, `docker compose` being this project."""
        commands = re.sub(r"\bdocker compose\b", " ".join(self.command), script)
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, f"{script}: {ended.stdout[-2000:]}{ended.stderr[-2000:]}"

    def environment(self) -> dict[str, str]:
        """Without what would win over the file."""
        mine = {"PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"}
        return {name: value for name, value in os.environ.items() if name in mine}

    def up(self, *words: str) -> None:
        """Starts parts, and returns when each is healthy."""
        self.compose("up", "--detach", "--no-build", *words)
        self.settle()

    def settle(self) -> None:
        """Returns when every part that is up is healthy."""
        self.eventually(lambda: not self.ailing(), lambda: f"healthy parts: {self.ailing()}")

    def parts(self) -> list[dict[str, Any]]:
        """Each container, ended ones too, as `docker compose ps` tells of it."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def ailing(self) -> dict[str, str]:
        """Containers that are not what they should be, with their states."""
        found = {part["Name"]: part for part in self.parts()}
        return {name: f"{part['State']} {part['Health']}".strip() for name, part in found.items() if not _well(part)}

    def containers(self, service: str) -> list[str]:
        """Ids of a service's containers, ended ones too."""
        return self.compose("ps", "--all", "--quiet", service).split()

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine says of a service's first container."""
        shown = subprocess.run(
            ["docker", "inspect", self.containers(service)[0]], capture_output=True, text=True, check=True
        ).stdout
        found: dict[str, Any] = json.loads(shown)[0]
        return found

    def client(self) -> Client:
        """A client of its gateway."""
        return Client(f"127.0.0.1:{self.settings['GRPC_PORT']}")

    def eventually(self, holds: Callable[[], object], what: Callable[[], str] | str) -> None:
        """Looks again and again until something holds."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"not in time: {what if isinstance(what, str) else what()}"
            time.sleep(0.3)

    def down(self, *words: str) -> None:
        """Ends all parts, and removes them with their networks."""
        self.compose("--profile", "full", "down", "--timeout", "20", *words)

    def logs(self, services: Sequence[str] = ()) -> str:
        """What they have written."""
        return self.compose("logs", "--no-color", *services)


def _well(part: dict[str, Any]) -> bool:
    if part["Service"] == "migrate":
        return (part["State"], part["ExitCode"]) == ("exited", 0)
    return (part["State"], part["Health"]) == ("running", "healthy")
