"""One state folder serves one server, and a busy port is found before anything is started."""

import fcntl
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testdata_agent.cli.commands import up
from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service import ports, secret
from testdata_agent.cli.service.home import Home
from tests.integration.cli.conftest import free_ports


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


@pytest.mark.parametrize("left", [b"", b"\0" * 25, b"\xff\xfe", b"one\ntwo"])
def test_a_password_that_a_lost_machine_left_unusable_is_made_up_again(tmp_path: Path, left: bytes) -> None:
    file = tmp_path / "password"
    file.write_bytes(left)

    made = secret.kept(file, "testdata:")

    assert made.startswith("testdata:")
    assert secret.kept(file, "testdata:") == made


def test_a_database_that_is_none_any_more_is_named_in_a_line(testdata: Any, tmp_path: Path) -> None:
    file = tmp_path / "testdata.db"
    file.write_bytes(b"\x5a" * 8192)

    result = testdata("migrate", "--database", f"sqlite:///{file}")

    assert (result.code, result.err) == (1, "the database does not answer (SQLITE_NOTADB)\n")


def test_a_folder_without_room_is_named_in_a_line(start: Any, tmp_path: Path) -> None:
    def no_room_for_a_password() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))

    ports_ = [str(port) for port in free_ports(3)]
    variables = dict(zip(("GRPC_PORT", "HTTP_PORT", "FLOWER_PORT"), ports_, strict=True))
    process = start(
        "up",
        variables={**variables, "TESTDATA_HOME": str(tmp_path / "state")},
        stderr=subprocess.PIPE,
        preexec_fn=no_room_for_a_password,
    )

    assert process.wait() == 1
    assert process.stderr.read().decode() == f"cannot use {tmp_path / 'state'}: file too large\n"


def test_a_log_on_a_full_disk_is_no_reason_for_a_server_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)

        up._say("the gateway ended with exit code 1; starting it again in 0.5 s")
        up._say("stopped")
