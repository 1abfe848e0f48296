"""The one screen that a started server shows."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from testdata_agent.cli.settings import UpSettings

_SERVICES: Final = "testdata.v1: TestDataService; jobs, patterns, schemas"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the server is reached, on this machine.

    Attributes:
        certificate: The file that the gateway shows its callers; None: it speaks plain text.
        mutual: Whether callers must show one, too.
        keys: Whether callers must show a key.
    """

    grpc_host: str
    grpc_port: int
    http_host: str
    http_port: int
    certificate: Path | None = None
    mutual: bool = False
    keys: bool = False

    @classmethod
    def of(cls, settings: UpSettings) -> Self:
        """Those that the settings say."""
        return cls(
            _reached_at(settings.gateway_host),
            settings.grpc_port,
            _reached_at(settings.http_host or settings.gateway_host),
            settings.http_port,
            settings.tls_cert_file,
            mutual=settings.tls_client_ca_file is not None,
            keys=settings.api_keys_file is not None,
        )

    @property
    def gateway(self) -> str:
        """For clients."""
        return f"{self.grpc_host}:{self.grpc_port}"

    def health(self, path: str = "/health") -> str:
        """For browsers and probes."""
        return f"http://{self.http_host}:{self.http_port}{path}"

    @property
    def protocol(self) -> str:
        """How clients speak to the gateway."""
        if self.certificate is None:
            return "gRPC"
        return "gRPC by TLS, for clients with a certificate" if self.mutual else "gRPC by TLS"

    def variables(self) -> str:
        """What a command that asks the gateway needs before it: a key, whom to trust, and what to show."""
        key = "TESTDATA_API_KEY=yours " if self.keys else ""
        if self.certificate is None:
            return key
        # The gateway's own certificate is as good as its CA's: it is trusted by itself.
        shown = " TESTDATA_TLS_CERT_FILE=yours.pem TESTDATA_TLS_KEY_FILE=yours-key.pem" if self.mutual else ""
        return f"{key}TESTDATA_TLS_CA_FILE={shlex.quote(str(self.certificate))}{shown} "


def _reached_at(host: str) -> str:
    """What stands in an address for a server that listens on `host`."""
    if host in {"", "::", "0.0.0.0"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


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
            f"  gateway   {addresses.gateway}  ({addresses.protocol}, {_SERVICES})",
            f"  health    {addresses.health()}  (metrics: {addresses.health('/metrics')})",
            *jobs,
            f"  model     {_model(model)}",
            f"  state     {home}  (logs: *.log)",
            "",
            "Try:",
            f"  {addresses.variables()}{program()} generate cart -n 3 --seed 7 --server {addresses.gateway}",
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
