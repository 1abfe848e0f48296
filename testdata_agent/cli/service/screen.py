"""The one screen that a started server shows."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the server is reached, on this machine."""

    grpc_port: int
    http_port: int

    @property
    def gateway(self) -> str:
        """For clients."""
        return f"localhost:{self.grpc_port}"

    def health(self, path: str = "/health") -> str:
        """For browsers and probes."""
        return f"http://localhost:{self.http_port}{path}"


@dataclass(frozen=True, slots=True)
class Flower:
    """The dashboard of the queue.

    Attributes:
        login: `user:password`.
        kept_in: The file that holds the login, where it was made up here.
    """

    port: int
    prefix: str
    login: str
    kept_in: Path | None

    def line(self, *, to_a_terminal: bool) -> str:
        """Where it is; the login only where a person reads it, not where it would be kept in some log."""
        address = f"http://localhost:{self.port}/{self.prefix}".rstrip("/")
        user, _, password = self.login.partition(":")
        if to_a_terminal:
            return f"{address}  (login: {user} / {password})"
        return f"{address}  (login: {self.kept_in or 'FLOWER_BASIC_AUTH'})"


def compose(
    addresses: Addresses, flower: Flower | None, missing: Sequence[str], model: str, home: Path, version: str
) -> str:
    """The text of the screen.

    Args:
        addresses: Of the running gateway.
        flower: None without jobs.
        missing: What is not installed that jobs need.
        model: The gateway's own word on its model: `configured` or `not configured`.
        home: The state folder.
        version: Of this program.
    """
    if flower is None:
        jobs = [f"  jobs      off: {', '.join(missing)} not installed"]
    else:
        jobs = [f"  flower    {flower.line(to_a_terminal=sys.stdout.isatty())}"]
    return "\n".join(
        (
            f"Test Data Agent {version} is up. Ctrl-C stops it.",
            "",
            f"  gateway   {addresses.gateway}  (gRPC, testdata.v1: TestDataService; jobs, patterns, schemas)",
            f"  health    {addresses.health()}  (metrics: {addresses.health('/metrics')})",
            *jobs,
            f"  model     {_model(model)}",
            f"  state     {home}  (logs: *.log)",
            "",
            "Try:",
            f"  {program()} generate cart -n 3 --seed 7 --server {addresses.gateway}",
        )
    )


def _model(state: str) -> str:
    if state == "not configured":
        return (
            "none configured: the engine makes all records, and says so where a model was meant."
            "\n            Set ANTHROPIC_API_KEY or VLLM_BASE_URL to name one."
        )
    return state


def program() -> str:
    """How the person at this terminal can call this program again."""
    called = Path(sys.argv[0])
    if called.name != "testdata" or ((on_path := shutil.which("testdata")) and Path(on_path).samefile(called)):
        return "testdata"
    try:
        return str(called.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(called)
