"""A person's terminal, with real processes in it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
STORES = ("REDIS_URL", "DATABASE_URL")
COMMAND = [sys.executable, "-m", "testdata_agent.cli.main"]


@dataclass
class Terminal:
    """One person's terminal: a state folder, two ports, and what was started in it."""

    folder: Path
    grpc_port: int
    http_port: int
    flower_port: int
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def environment(self, **variables: str) -> dict[str, str]:
        foreign = {
            "TESTDATA_SERVER",
            "ANTHROPIC_API_KEY",
            "VLLM_BASE_URL",
            "XDG_DATA_HOME",
            "REDIS_URL",
            "DATABASE_URL",
        }
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in foreign and not name.startswith(("FLOWER_", "CELERY_"))
        }
        own = {"TESTDATA_HOME": str(self.folder / "state"), "PYTHONPATH": str(ROOT)}
        numbers = {"GRPC_PORT": self.grpc_port, "HTTP_PORT": self.http_port, "FLOWER_PORT": self.flower_port}
        ports = {name: str(port) for name, port in numbers.items()}
        return {**kept, **own, **ports, "PYTHONUNBUFFERED": "1", **variables}

    def up(self, stdout: int = subprocess.PIPE, **variables: str) -> "subprocess.Popen[str]":
        """Starts `testdata up` and leaves it running."""
        process = subprocess.Popen(
            [*COMMAND, "up"],
            env=self.environment(**variables),
            cwd=self.folder,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Runs `testdata` with these words until it ends."""
        return subprocess.run(
            [*COMMAND, *words],
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    @staticmethod
    def until(condition: Callable[[], object]) -> None:
        """Waits for what must come; the suite's timeout ends a test for which it does not."""
        while not condition():
            time.sleep(0.05)

    @staticmethod
    def screen(process: "subprocess.Popen[str]") -> list[str]:
        """The lines of the one screen, the last of which is the command to try."""
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and " testdata generate " in lines[-1]):
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            lines.append(line.rstrip("\n"))
        return lines

    @staticmethod
    def said(process: "subprocess.Popen[str]") -> list[str]:
        """The lines that an ended process wrote to stderr."""
        assert process.stderr is not None
        return process.stderr.read().splitlines()

    def is_ready(self) -> bool:
        """Whether the gateway's readiness probe says so."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/health/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def gateway_pid(self, parent: int) -> int:
        """The gateway that `testdata up` keeps alive."""
        return self.part_pid(parent, "gateway.main")

    def part_pid(self, parent: int, word: str) -> int:
        """The child of `testdata up` with this word in its command line."""
        return next(pid for pid in self._children(parent) if word in self._command_line(pid))

    def program_pid(self, parent: int, ending: str) -> int:
        """The child of `testdata up` whose program is so called."""
        return next(pid for pid in self._children(parent) if self._command_line(pid)[0].split()[0].endswith(ending))

    def descendants(self, parent: int) -> list[int]:
        """All processes below this one."""
        children = list(self._children(parent))
        return children + [pid for child in children for pid in self.descendants(child)]

    @staticmethod
    def lives(pid: int) -> bool:
        """Whether a process is there and has not ended."""
        try:
            return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    @staticmethod
    def _command_line(pid: int) -> list[str]:
        return (Path("/proc") / str(pid) / "cmdline").read_text().split("\0")

    def _children(self, parent: int) -> Iterator[int]:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            if int(words[1]) == parent and words[0] != "Z":
                yield int(stat.parent.name)


@contextmanager
def opened_in(folder: Path) -> Iterator[Terminal]:
    """A terminal on free ports; what was started in it ends with it."""
    probes = [socket.socket() for _ in range(3)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    grpc_port, http_port, flower_port = (int(probe.getsockname()[1]) for probe in probes)
    for probe in probes:
        probe.close()
    opened = Terminal(folder, grpc_port, http_port, flower_port)
    yield opened
    for process in opened.started:
        process.terminate()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    opened.until(lambda: not opened.is_ready())
