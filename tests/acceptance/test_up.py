"""`testdata up`, as a person at a terminal meets it."""

import os
import signal
import socket
from typing import Any

import pytest

from tests.certificates import Authority


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


def test_with_a_certificate_the_screen_says_tls_and_its_command_works(terminal: Any) -> None:
    authority = Authority(terminal.folder)
    own, mine = authority.issue("server"), authority.issue("client")
    named = {"TLS_CERT_FILE": own.cert_file, "TLS_KEY_FILE": own.key_file, "TLS_CLIENT_CA_FILE": authority.file}
    settings = {name: str(path) for name, path in named.items()}

    *lines, try_this = terminal.screen(terminal.up(GATEWAY_HOST="127.0.0.1", **settings))

    text = "\n".join(lines)
    assert f"gateway   127.0.0.1:{terminal.grpc_port}  (gRPC by TLS, for clients with a certificate" in text
    said = [word.split("=") for word in try_this.split() if word.startswith("TESTDATA_")]
    variables = dict(said)
    assert variables.keys() == {"TESTDATA_TLS_CA_FILE", "TESTDATA_TLS_CERT_FILE", "TESTDATA_TLS_KEY_FILE"}
    words = try_this.split()[len(variables) + 1 :]
    shown = {"TESTDATA_TLS_CERT_FILE": str(mine.cert_file), "TESTDATA_TLS_KEY_FILE": str(mine.key_file)}
    assert terminal.run(*words, **(variables | shown)).stdout.count('"cart_id"') == 3
    refused = terminal.run(*words)
    assert refused.returncode == 1
    assert "TESTDATA_TLS=true" in refused.stderr
