"""`testdata up`, as a person at a terminal meets it."""

import os
import signal
import socket
from typing import Any

import pytest


def test_one_screen_says_where_everything_is_and_what_to_try(terminal: Any) -> None:
    shown = terminal.screen(terminal.up())

    text = "\n".join(shown)
    assert f"gateway   localhost:{terminal.grpc_port}" in text
    assert f"http://localhost:{terminal.http_port}/health" in text
    assert "model     none configured" in text
    assert "ANTHROPIC_API_KEY" in text
    assert len(shown) < 24


def test_the_command_on_the_screen_works(terminal: Any) -> None:
    words = terminal.screen(terminal.up())[-1].split()[1:]

    through = terminal.run(*words)

    assert through.returncode == 0
    in_process = terminal.run(*words[: words.index("--server")])
    assert through.stdout == in_process.stdout
    assert through.stdout.count('"cart_id"') == 3


def test_ctrl_c_stops_all_of_it_in_order(terminal: Any) -> None:
    process = terminal.up()
    terminal.screen(process)

    process.send_signal(signal.SIGINT)

    assert process.wait() == 0
    assert process.stdout is not None
    assert process.stdout.read() == "stopped\n"
    assert terminal.said(process) == []
    assert not terminal.is_ready()


def test_a_killed_server_takes_its_gateway_with_it_and_the_next_start_works(terminal: Any) -> None:
    first = terminal.up()
    terminal.screen(first)

    first.kill()
    first.wait()

    terminal.screen(terminal.up())
    assert terminal.is_ready()


def test_a_gateway_that_dies_is_started_again(terminal: Any) -> None:
    process = terminal.up()
    terminal.screen(process)
    before = terminal.gateway_pid(process.pid)

    os.kill(before, signal.SIGKILL)

    assert process.stdout is not None
    assert process.stdout.readline() == "the gateway ended with exit code -9; starting it again in 0.5 s\n"
    terminal.until(terminal.is_ready)
    assert terminal.gateway_pid(process.pid) != before


def test_a_second_start_on_the_same_state_says_who_has_it(terminal: Any) -> None:
    first = terminal.up()
    terminal.screen(first)

    second = terminal.up()

    assert second.wait() == 1
    (line,) = terminal.said(second)
    assert line.startswith(f"another `testdata up` (process {first.pid}) holds {terminal.folder / 'state'};")
    assert terminal.is_ready()


@pytest.mark.parametrize("setting", ["GRPC_PORT", "HTTP_PORT", "FLOWER_PORT"])
def test_a_busy_port_is_one_line_and_exit_code_1(terminal: Any, setting: str) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        process = terminal.up(**{setting: str(port)})

        assert process.wait() == 1
    (line,) = terminal.said(process)
    assert line.startswith(f"port {port} ")
    assert setting in line


def test_a_setting_that_the_gateway_refuses_is_one_line_in_its_words(terminal: Any) -> None:
    process = terminal.up(MAX_SYNC_RECORDS="many")

    assert process.wait() == 1
    (line,) = terminal.said(process)
    assert "MAX_SYNC_RECORDS" in line


def test_a_folder_named_gateway_where_one_stands_is_not_taken_for_ours(terminal: Any) -> None:
    (terminal.folder / "gateway").mkdir()
    (terminal.folder / "gateway" / "__init__.py").write_text("raise SystemExit('not ours')")
    (terminal.folder / "gateway" / "main.py").write_text("raise SystemExit('not ours')")

    assert terminal.screen(terminal.up())[0].startswith("Test Data Agent")
