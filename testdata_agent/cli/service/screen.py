"""The one screen that a started server shows."""

import shutil
import sys
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


def compose(addresses: Addresses, model: str, home: Path, log: Path, version: str) -> str:
    """The text of the screen.

    Args:
        addresses: Of the running gateway.
        model: The gateway's own word on its model: `configured` or `not configured`.
        home: The state folder.
        log: What the gateway writes.
        version: Of this program.
    """
    return "\n".join(
        (
            f"Test Data Agent {version} is up. Ctrl-C stops it.",
            "",
            f"  gateway   {addresses.gateway}  (gRPC, testdata.v1.TestDataService)",
            f"  health    {addresses.health()}  (metrics: {addresses.health('/metrics')})",
            f"  model     {_model(model)}",
            f"  state     {home}",
            f"  log       {log}",
            "",
            "Try:",
            f"  {program()} generate cart -n 3 --seed 7 --server {addresses.gateway}",
        )
    )


def _model(state: str) -> str:
    if state == "not configured":
        return (
            "none configured: the engine makes all records, and says so where a model was meant."
            "\n            Set ANTHROPIC_API_KEY or VLLM_BASE_URL to name one; this release does not call it yet."
        )
    return f"{state}, but not called yet: the model path comes with the jobs release. Until then the engine answers."


def program() -> str:
    """How the person at this terminal can call this program again."""
    called = Path(sys.argv[0])
    if called.name != "testdata" or ((on_path := shutil.which("testdata")) and Path(on_path).samefile(called)):
        return "testdata"
    try:
        return str(called.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(called)
