"""TLS of real gateways: who is let in, who is not, and certificates that are renewed while they run."""

import json
import socket
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from testdata_agent.client import NO_RETRY, Client, Tls, TlsError, UnavailableError
from tests.certificates import Authority, Issued
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.running import REPOSITORY, Gateway, environment, eventually


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def settings_of(own: Issued, clients: Authority | None = None) -> dict[str, str]:
    named = {"TLS_CERT_FILE": str(own.cert_file), "TLS_KEY_FILE": str(own.key_file)}
    return named if clients is None else named | {"TLS_CLIENT_CA_FILE": str(clients.file)}


def carts(gateway: Gateway, tls: Tls | None) -> int:
    with Client(gateway.target, tls=tls, retry=NO_RETRY) as client:
        return len(client.generate("cart", count=2)) + len(list(client.stream("cart", count=3)))


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_gateway_serves_tls_and_its_pages_stay_plain(
    start_gateway: StartGateway, authority: Authority, processes: str
) -> None:
    gateway = start_gateway(GATEWAY_PROCESSES=processes, **settings_of(authority.issue("server")))
    assert carts(gateway, Tls(authority.file)) == 5
    with pytest.raises(UnavailableError, match="connect by TLS"):
        carts(gateway, None)
    with pytest.raises(TlsError, match="not signed by a CA that is trusted here"):
        carts(gateway, Tls())
    assert gateway.http("/health/ready")[0] == 200
    ends = gateway.metric("testdata_tls_certificate_expires_seconds")
    assert ends == pytest.approx(time.time() + 30 * 86_400, abs=7200)


def test_clients_show_a_certificate_where_one_is_asked_for(
    start_gateway: StartGateway, authority: Authority, tmp_path: Path
) -> None:
    gateway = start_gateway(**settings_of(authority.issue("server"), authority))
    known, stranger = authority.issue("client"), Authority(tmp_path, "other").issue("stranger")
    assert carts(gateway, Tls(authority.file, known.cert_file, known.key_file)) == 5
    for tls in (Tls(authority.file), Tls(authority.file, stranger.cert_file, stranger.key_file)):
        with pytest.raises(UnavailableError, match="if it asks for certificates of clients"):
            carts(gateway, tls)


def test_a_renewed_certificate_is_shown_without_a_restart(
    start_gateway: StartGateway, authority: Authority, tmp_path: Path
) -> None:
    own, successor = authority.issue("server"), Authority(tmp_path, "successor")
    gateway = start_gateway(GATEWAY_PROCESSES="2", **settings_of(own))
    with Client(gateway.target, tls=Tls(authority.file)) as connected:
        connected.generate("cart")
        own.replace(successor.issue("renewed", until=timedelta(days=60)))
        for _ in range(4):  # whichever process answers
            assert carts(gateway, Tls(successor.file)) == 5
            with pytest.raises(TlsError):
                carts(gateway, Tls(authority.file))
        connected.generate("cart")  # who is connected stays so
    eventually(lambda: any(line["event"] == "tls_renewed" for line in gateway.logs()), "the renewal is logged")


def test_files_that_cannot_be_used_leave_the_certificate_that_was_shown(
    start_gateway: StartGateway, authority: Authority
) -> None:
    own = authority.issue("server")
    gateway = start_gateway(**settings_of(own))
    own.replace(authority.issue("expired", since=timedelta(days=-9), until=timedelta(days=-1)))
    assert carts(gateway, Tls(authority.file)) == 5
    own.key_file.unlink()
    assert carts(gateway, Tls(authority.file)) == 5
    told = [line["faults"] for line in gateway.logs() if line["event"] == "tls_not_renewed"]
    assert len(told) == 2
    assert "has expired" in told[0][0]
    assert "no such file" in told[1][0]


def test_new_authorities_of_clients_are_taken_too(
    start_gateway: StartGateway, authority: Authority, tmp_path: Path
) -> None:
    clients, newer = Authority(tmp_path, "clients"), Authority(tmp_path, "newer")
    gateway = start_gateway(**settings_of(authority.issue("server"), clients))
    mine = newer.issue("client")
    with pytest.raises(UnavailableError):
        carts(gateway, Tls(authority.file, mine.cert_file, mine.key_file))
    clients.file.write_bytes(clients.file.read_bytes() + newer.file.read_bytes())
    assert carts(gateway, Tls(authority.file, mine.cert_file, mine.key_file)) == 5


def test_what_cannot_be_used_is_one_line_and_nothing_listens(authority: Authority, tmp_path: Path) -> None:
    old = authority.issue("old", since=timedelta(days=-9), until=timedelta(days=-1))
    settings = {"TLS_CERT_FILE": str(old.cert_file), "TLS_KEY_FILE": str(tmp_path / "none"), "GRPC_PORT": "0"}
    for processes in ("1", "2"):
        ended = subprocess.run(
            [sys.executable, "-m", "gateway"],
            cwd=REPOSITORY,
            env=environment(GATEWAY_PROCESSES=processes, HTTP_PORT="0", **settings),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert ended.returncode == 2
        (line,) = ended.stderr.splitlines()
        assert line.startswith("gateway: settings: TLS_KEY_FILE=")
        assert "no such file or directory" in line
        assert "TLS_CERT_FILE=" in line
        assert "has expired" in line


def test_the_pages_listen_where_they_are_told_to(start_gateway: StartGateway) -> None:
    gateway = start_gateway(GATEWAY_HOST="::", HTTP_HOST="127.0.0.1")
    assert carts(gateway, None) == 5
    assert json.loads(gateway.http("/health")[1])["status"] == "healthy"
    assert is_listened_on("::1", gateway.grpc_port)
    assert not is_listened_on("::1", gateway.http_port)


def is_listened_on(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        return probe.connect_ex((address, port)) == 0
