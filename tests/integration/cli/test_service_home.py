"""One state folder serves one server, and a busy port is found before anything is started."""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service import ports
from testdata_agent.cli.service.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "state")
    opened.open()
    yield opened
    opened.close()


def test_the_folder_is_made_for_its_owner_alone(home: Home) -> None:
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_a_second_server_is_told_who_holds_the_folder_and_what_to_do(home: Home) -> None:
    with pytest.raises(Failure) as refused:
        Home(home.path).open()

    assert str(refused.value) == (
        f"another `testdata up` (process {os.getpid()}) holds {home.path};"
        " stop it, or set TESTDATA_HOME to another folder"
    )


def test_a_folder_given_back_can_be_taken_again(home: Home) -> None:
    home.close()

    second = Home(home.path)
    second.open()
    second.close()


def test_children_of_an_earlier_server_are_waited_for_until_they_end(home: Home) -> None:
    held = home.children_lock(0.0)
    orphan = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=[held])
    home.close()
    second = Home(home.path)
    second.open()

    with pytest.raises(Failure, match="processes of an earlier `testdata up`"):
        second.children_lock(0.0)
    orphan.kill()
    orphan.wait()

    assert second.children_lock(30.0) > 0
    second.close()


def test_the_lock_belongs_to_the_kernel_so_a_file_left_behind_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / "up.lock").write_text("12345\n")

    home = Home(tmp_path)
    home.open()

    assert (tmp_path / "up.lock").read_text() == f"{os.getpid()}\n"
    with (tmp_path / "up.lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    home.close()


def test_a_large_log_is_put_aside_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "gateway.log").write_bytes(b"x" * (16 * 1024 * 1024 + 1))

    home = Home(tmp_path)
    home.open()
    home.close()

    assert not home.log("gateway").exists()
    assert (tmp_path / "gateway.log.1").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Failure, match=r"cannot use .*: not a directory"):
        Home(tmp_path / "file" / "state").open()


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_busy_port_is_named_with_its_purpose_and_setting(address: str) -> None:
    with socket.socket() as listener:
        # As gRPC does: without the check, a second server would share the port in silence.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((address, 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(Failure) as refused:
            ports.require_free(port, "gRPC", "GRPC_PORT")

    assert str(refused.value) == f"port {port} (gRPC) is busy; stop what listens there, or set GRPC_PORT"


def test_a_free_port_is_left_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    ports.require_free(port, "gRPC", "GRPC_PORT")
    ports.require_free(port, "gRPC", "GRPC_PORT")
