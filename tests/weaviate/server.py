"""A Weaviate of the tests' own: data in a folder, killed and started again at will."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

#: What tools/go-tool builds; see there.
VERSION = "1.39.0"


def binary() -> Path | None:
    """The server's program; None where there is none."""
    kept = os.environ.get("TESTDATA_TOOLS") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "testdata-tools"
    built = Path(kept).expanduser() / f"weaviate-server-{VERSION}" / "weaviate-server"
    on_path = shutil.which("weaviate-server")
    return built if built.is_file() else Path(on_path) if on_path else None


class WeaviateProcess:
    """One server, always on the same ports; it lets in who has its key.

    Attributes:
        api_key: As WEAVIATE_API_KEY has it.
    """

    api_key = "the-key-of-the-tests"

    def __init__(self, program: Path, folder: Path) -> None:
        self._program, self._folder = program, folder
        # Nodes are expected to be reached by the number after each of the last two.
        names = ("rest", "grpc", "gossip", "raft")
        self._ports = dict(zip(names, _free_pairs(len(names)), strict=True))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._ports['rest']}"

    @property
    def grpc_url(self) -> str:
        return f"http://127.0.0.1:{self._ports['grpc']}"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when it is ready."""
        words = ["--host", "127.0.0.1", "--port", str(self._ports["rest"]), "--scheme", "http"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program), *words], env=self._environment(), stdout=log, stderr=log
            )
        end = time.monotonic() + 90
        while not self._is_ready():
            if not self.runs or time.monotonic() > end:
                self.kill()
                raise AssertionError((self._folder / "log").read_text()[-3000:])
            time.sleep(0.1)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def lose_everything(self) -> None:
        """To be called while it is dead."""
        shutil.rmtree(self._folder / "data")

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/v1/.well-known/ready", timeout=2) as answer:
                return int(answer.status) == 200
        except (OSError, urllib.error.URLError):
            return False

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait()

    def _environment(self) -> dict[str, str]:
        ports = {name: str(port) for name, port in self._ports.items()}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "PERSISTENCE_DATA_PATH": str(self._folder / "data"),
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": self.api_key,
            "AUTHENTICATION_APIKEY_USERS": "testdata",
            "AUTHORIZATION_ADMINLIST_ENABLED": "true",
            "AUTHORIZATION_ADMINLIST_USERS": "testdata",
            "AUTOSCHEMA_ENABLED": "false",
            "DEFAULT_VECTORIZER_MODULE": "none",
            "ENABLE_MODULES": "",
            "DISABLE_TELEMETRY": "true",
            "GO_PROFILING_DISABLE": "true",
            "LIMIT_RESOURCES": "true",
            "GRPC_PORT": ports["grpc"],
            "CLUSTER_HOSTNAME": "node1",
            "CLUSTER_IN_LOCALHOST": "true",
            "CLUSTER_BIND_ADDR": "127.0.0.1",
            "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
            "CLUSTER_GOSSIP_BIND_PORT": ports["gossip"],
            "CLUSTER_DATA_BIND_PORT": str(self._ports["gossip"] + 1),
            "RAFT_PORT": ports["raft"],
            "RAFT_INTERNAL_RPC_PORT": str(self._ports["raft"] + 1),
            "RAFT_JOIN": f"node1:{ports['raft']}",
            "RAFT_BOOTSTRAP_EXPECT": "1",
        }


def _free_pairs(count: int) -> list[int]:
    """Ports that are free, and so are those after them."""
    taken: list[socket.socket] = []
    found: list[int] = []
    try:
        while len(found) < count:
            first, second = socket.socket(), socket.socket()
            taken += [first, second]
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            with suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                found.append(port)
        return found
    finally:
        for one in taken:
            one.close()
