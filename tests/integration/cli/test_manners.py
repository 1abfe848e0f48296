"""The command among others in a shell: pipes, files, signals, exit codes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import COMMAND, clean_environment

EVERYWHERE = pytest.mark.parametrize("through_server", [False, True], ids=["in process", "through a gateway"])


def where(server: str, through_server: bool) -> list[str]:
    return ["--server", server] if through_server else []


def wait_for_records(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Until the part of a file that it writes there has some."""
    while not any(part.stat().st_size for part in folder.glob("*.part")):
        assert process.poll() is None
        time.sleep(0.01)


@EVERYWHERE
def test_a_reader_that_leaves_ends_it_without_a_word(start: Any, server: str, through_server: bool) -> None:
    words = ["generate", "cart", "-n", "1000000", "--seed", "7", "--format", "ndjson", *where(server, through_server)]
    process = start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    first = process.stdout.readline()
    process.stdout.close()

    assert first.startswith(b'{"cart_id":')
    assert process.stderr.read() == b""
    assert process.wait() == 141


@EVERYWHERE
def test_ctrl_c_is_130_without_a_word_and_leaves_no_file(
    start: Any, server: str, through_server: bool, tmp_path: Path
) -> None:
    target = tmp_path / "carts.ndjson"
    words = ["generate", "cart", "-n", "100000000", "--seed", "7", "-o", str(target), *where(server, through_server)]
    process = start(*words, stderr=subprocess.PIPE)
    wait_for_records(process, tmp_path)

    process.send_signal(signal.SIGINT)

    assert process.wait() == 130
    assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_it_is_loaded_is_130_at_once_without_a_word() -> None:
    pressed = """
import atexit, sys, time
# As a finalizer does whose lock nobody gives back.
atexit.register(time.sleep, 600)
class Pressed:
    def find_spec(self, name, *_):
        if name in ("typer", "testdata_agent.cli.app"):
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
from testdata_agent.cli.main import main
main()
"""
    ended = subprocess.run([sys.executable, "-c", pressed], capture_output=True, check=False, timeout=60)

    assert (ended.returncode, ended.stderr) == (130, b"")


@pytest.mark.parametrize("words", ["generate cart -n 5 --seed 7", "schemas", "explain cart", "version", "--help"])
def test_a_full_disk_is_exit_code_1_and_one_line(start: Any, words: str) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(*words.split(), stdout=full, stderr=subprocess.PIPE)

        assert process.wait() == 1
    assert process.stderr.read() == b"cannot write to stdout: no space left on device\n"


@pytest.mark.parametrize("words", ["generate cart -n 5 --seed 7", "schemas"])
def test_a_stdout_that_is_closed_is_exit_code_1_and_one_line(words: str) -> None:
    shell = ["sh", "-c", f'"$@" {words} >&-', "sh", *COMMAND]
    ended = subprocess.run(shell, env=clean_environment(), capture_output=True, check=False)

    assert (ended.returncode, ended.stderr) == (1, b"cannot write to stdout: bad file descriptor\n")


def test_nobody_who_listens_to_stderr_loses_no_record(testdata: Any) -> None:
    words = "generate cart -n 5 --seed 7"
    shell = ["sh", "-c", f'"$@" {words} <&- 2>&-', "sh", *COMMAND]
    ended = subprocess.run(shell, env=clean_environment(), stdout=subprocess.PIPE, check=False)

    assert (ended.returncode, ended.stdout) == (0, testdata(*words.split()).out)


@EVERYWHERE
def test_a_typo_is_exit_code_2_and_names_the_near_and_the_known(
    testdata: Any, server: str, through_server: bool
) -> None:
    result = testdata("generate", "crat", *where(server, through_server))

    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith("unknown entity 'crat'; did you mean 'cart'?")
    assert all(entity in result.err for entity in ("cart", "order", "payment", "product", "review", "user"))
    assert "Traceback" not in result.err


@EVERYWHERE
def test_a_wrong_constraint_and_a_wrong_override_are_both_named(
    testdata: Any, server: str, through_server: bool
) -> None:
    result = testdata(
        *("generate", "cart", "--constraint", "items.price=min:20,max:5", "--set", "colour=red"),
        *where(server, through_server),
    )

    assert result.code == 2
    assert "items.price" in result.err
    assert "colour" in result.err
    assert len(result.err.splitlines()) == 2


def test_what_cannot_be_read_and_what_cannot_be_made_are_named_in_one_run(testdata: Any) -> None:
    result = testdata("generate", "crat", "--constraint", "price")

    assert result.code == 2
    notation, entity = result.err.splitlines()
    assert notation.startswith("--constraint 'price': write FIELD=LIMIT:VALUE")
    assert "did you mean 'cart'?" in entity


@pytest.mark.parametrize(
    "words", [["jobs", "get", b"\xff"], ["schemas", "delete", b"\xff"], ["jobs", "cancel", b"\xff"]]
)
def test_what_no_server_can_be_asked_is_named(words: list[Any]) -> None:
    ended = subprocess.run([*COMMAND, *words], env=clean_environment(), capture_output=True, check=False)

    assert (ended.returncode, ended.stderr) == (2, b"'\\udcff' is not UTF-8 text\n")


@pytest.mark.parametrize("command", ["watch", "results"])
def test_a_record_beyond_all_numbers_is_a_mistake(testdata: Any, command: str) -> None:
    result = testdata("jobs", command, "job-1", "--from-record", "9" * 30)

    assert (result.code, "'--from-record'" in result.err) == (2, True)


def test_no_server_is_exit_code_1_and_one_line(testdata: Any) -> None:
    result = testdata("generate", "cart", "--server", "localhost:1")

    assert (result.code, result.err) == (1, "no server answers at localhost:1\n")
    assert testdata("health", "--server", "localhost:1").code == 1


def test_a_gateway_that_dies_in_the_middle_is_exit_code_1_and_leaves_no_file(
    start: Any, start_gateway: Any, tmp_path: Path
) -> None:
    gateway = start_gateway()
    target = tmp_path / "written" / "carts.ndjson"
    target.parent.mkdir()
    words = ["generate", "cart", "-n", "100000000", "-o", str(target), "--server", gateway.target]
    process = start(*words, stderr=subprocess.PIPE)
    wait_for_records(process, target.parent)

    gateway.process.kill()

    assert process.wait() == 1
    assert process.stderr.read().startswith(b"no server answers at ")
    assert list(target.parent.iterdir()) == []


def peak_megabytes(process: "subprocess.Popen[bytes]") -> float:
    """What the ended process had resident at most."""
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    process.returncode = 0
    return usage.ru_maxrss / 1024


def test_memory_does_not_grow_with_the_count(start: Any, tmp_path: Path) -> None:
    few = peak_megabytes(start("generate", "user", "-n", "20000", "--seed", "7", "-o", str(tmp_path / "few.json")))
    many = peak_megabytes(start("generate", "user", "-n", "400000", "--seed", "7", "-o", str(tmp_path / "many.json")))

    assert many < few + 40
    assert (tmp_path / "many.json").stat().st_size > 19 * (tmp_path / "few.json").stat().st_size


def test_the_same_command_writes_the_same_file(testdata: Any, tmp_path: Path) -> None:
    for name in ("a.ndjson", "b.ndjson"):
        assert testdata("generate", "order", "-n", "5000", "--seed", "7", "-o", name).code == 0

    assert (tmp_path / "a.ndjson").read_bytes() == (tmp_path / "b.ndjson").read_bytes()
    assert (tmp_path / "a.ndjson").read_bytes().count(b"\n") == 5000


def test_help_is_quick_since_it_loads_neither_engine_nor_grpc(start: Any) -> None:
    process = start(
        "--help", variables={"PYTHONPROFILEIMPORTTIME": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )

    _, timings = process.communicate()

    imported = {line.rpartition(b"|")[2].strip().decode() for line in timings.splitlines()}
    assert "testdata_agent.cli.app" in imported
    assert imported.isdisjoint({"numpy", "grpc", "faker", "rich", "pydantic", "testdata_agent.generator"})


def test_the_version_names_what_the_bytes_depend_on(testdata: Any) -> None:
    result = testdata("version")

    assert result.code == 0
    assert result.out.startswith(b"testdata ")
    assert b"engine " in result.out
