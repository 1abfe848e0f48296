"""`testdata up`, as a person at a terminal meets it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "testdata_agent.cli.main"]


@dataclass
class Terminal:
    """One person's terminal: a state folder, two ports, and what was started in it."""

    folder: Path
    grpc_port: int
    http_port: int
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def environment(self, **variables: str) -> dict[str, str]:
        foreign = {"TESTDATA_SERVER", "ANTHROPIC_API_KEY", "VLLM_BASE_URL", "XDG_DATA_HOME"}
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        own = {"TESTDATA_HOME": str(self.folder / "state"), "PYTHONPATH": str(ROOT)}
        ports = {"GRPC_PORT": str(self.grpc_port), "HTTP_PORT": str(self.http_port)}
        return {**kept, **own, **ports, "PYTHONUNBUFFERED": "1", **variables}

    def up(self, **variables: str) -> "subprocess.Popen[str]":
        """Starts `testdata up` and leaves it running."""
        process = subprocess.Popen(
            [*COMMAND, "up"],
            env=self.environment(**variables),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs `testdata` with these words until it ends."""
        return subprocess.run(
            [*COMMAND, *words], env=self.environment(), cwd=self.folder, capture_output=True, text=True, check=False
        )

    def is_ready(self) -> bool:
        """Whether the gateway's readiness probe says so."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/health/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def gateway_pid(self, parent: int) -> int:
        """The process that `testdata up` keeps alive."""
        return next(pid for pid in self._children(parent))

    def _children(self, parent: int) -> Iterator[int]:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            if int(words[1]) == parent and words[0] != "Z":
                yield int(stat.parent.name)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    probes = [socket.socket() for _ in range(2)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    grpc_port, http_port = (int(probe.getsockname()[1]) for probe in probes)
    for probe in probes:
        probe.close()
    opened = Terminal(tmp_path, grpc_port, http_port)
    yield opened
    for process in opened.started:
        process.terminate()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    until(lambda: not opened.is_ready())


def until(condition: Callable[[], object]) -> None:
    """Waits for what must come; the suite's timeout ends a test for which it does not."""
    while not condition():
        time.sleep(0.05)


def screen(process: "subprocess.Popen[str]") -> list[str]:
    """The lines of the one screen, the last of which is the command to try."""
    assert process.stdout is not None
    lines: list[str] = []
    while not (lines and lines[-1].startswith("  testdata generate")):
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        lines.append(line.rstrip("\n"))
    return lines


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    return process.stderr.read()


def test_one_screen_says_where_everything_is_and_what_to_try(terminal: Terminal) -> None:
    shown = screen(terminal.up())

    text = "\n".join(shown)
    assert f"gateway   localhost:{terminal.grpc_port}" in text
    assert f"http://localhost:{terminal.http_port}/health" in text
    assert "model     none configured" in text
    assert "ANTHROPIC_API_KEY" in text
    assert len(shown) < 24


def test_the_command_on_the_screen_works(terminal: Terminal) -> None:
    words = screen(terminal.up())[-1].split()[1:]

    through = terminal.run(*words)

    assert through.returncode == 0
    in_process = terminal.run(*words[: words.index("--server")])
    assert through.stdout == in_process.stdout
    assert through.stdout.count('"cart_id"') == 3


def test_ctrl_c_stops_all_of_it_in_order(terminal: Terminal) -> None:
    process = terminal.up()
    screen(process)

    process.send_signal(signal.SIGINT)

    assert process.wait() == 0
    assert process.stdout is not None
    assert process.stdout.read() == "stopped\n"
    assert said(process) == ""
    assert not terminal.is_ready()


def test_a_killed_server_takes_its_gateway_with_it_and_the_next_start_works(terminal: Terminal) -> None:
    first = terminal.up()
    screen(first)

    first.kill()
    first.wait()

    screen(terminal.up())
    assert terminal.is_ready()


def test_a_gateway_that_dies_is_started_again(terminal: Terminal) -> None:
    process = terminal.up()
    screen(process)
    before = terminal.gateway_pid(process.pid)

    os.kill(before, signal.SIGKILL)

    assert process.stdout is not None
    assert process.stdout.readline() == "the gateway ended with exit code -9; starting it again in 0.5 s\n"
    until(terminal.is_ready)
    assert terminal.gateway_pid(process.pid) != before


def test_a_second_start_on_the_same_state_says_who_has_it(terminal: Terminal) -> None:
    first = terminal.up()
    screen(first)

    second = terminal.up()

    assert second.wait() == 1
    (line,) = said(second).splitlines()
    assert line.startswith(f"another `testdata up` (process {first.pid}) holds {terminal.folder / 'state'};")
    assert terminal.is_ready()


@pytest.mark.parametrize("setting", ["GRPC_PORT", "HTTP_PORT"])
def test_a_busy_port_is_one_line_and_exit_code_1(terminal: Terminal, setting: str) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        process = terminal.up(**{setting: str(port)})

        assert process.wait() == 1
    (line,) = said(process).splitlines()
    assert line.startswith(f"port {port} ")
    assert setting in line


def test_a_setting_that_the_gateway_refuses_is_one_line_in_its_words(terminal: Terminal) -> None:
    process = terminal.up(MAX_SYNC_RECORDS="many")

    assert process.wait() == 1
    (line,) = said(process).splitlines()
    assert "MAX_SYNC_RECORDS" in line


def test_a_folder_named_gateway_where_one_stands_is_not_taken_for_ours(terminal: Terminal) -> None:
    (terminal.folder / "gateway").mkdir()
    (terminal.folder / "gateway" / "__init__.py").write_text("raise SystemExit('not ours')")
    (terminal.folder / "gateway" / "main.py").write_text("raise SystemExit('not ours')")

    assert screen(terminal.up())[0].startswith("Test Data Agent")
