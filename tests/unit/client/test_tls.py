"""Connecting by TLS: who is trusted, and what a person is told where nobody is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from testdata_agent.client import NO_RETRY, AsyncClient, Client, SetupError, Tls, TlsError, UnavailableError
from testdata_agent.v1 import testdata_pb2_grpc
from tests.certificates import Authority, Issued
from tests.unit.client.conftest import ScriptedService

Serve = Callable[..., str]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves with a certificate, and gives the port's address; `clients` are the CAs of clients that it asks for."""
    running: list[grpc.Server] = []

    def begin(own: Issued, clients: Authority | None = None) -> str:
        server = grpc.server(ThreadPoolExecutor(2))
        testdata_pb2_grpc.add_TestDataServiceServicer_to_server(ScriptedService(), server)
        pair = (own.key_file.read_bytes(), own.cert_file.read_bytes())
        authorities = None if clients is None else clients.file.read_bytes()
        credentials = grpc.ssl_server_credentials([pair], authorities, require_client_auth=clients is not None)
        port = server.add_secure_port("127.0.0.1:0", credentials)
        server.start()
        running.append(server)
        return f"localhost:{port}"

    yield begin
    for server in running:
        server.stop(None).wait()


def status(target: str, tls: Tls | None) -> str:
    with Client(target, tls=tls, retry=NO_RETRY) as client:
        return client.health().status


def test_a_server_of_a_trusted_ca_is_spoken_to(authority: Authority, serve: Serve) -> None:
    target = serve(authority.issue("server"))
    assert status(target, Tls(ca_file=authority.file)) == "healthy"
    assert status(target.replace("localhost", "127.0.0.1"), Tls(ca_file=str(authority.file))) == "healthy"


async def test_the_async_client_connects_in_the_same_way(authority: Authority, serve: Serve) -> None:
    target = serve(authority.issue("server"), clients=authority)
    mine = authority.issue("client", ())
    tls = Tls(ca_file=authority.file, cert_file=mine.cert_file, key_file=mine.key_file)
    async with AsyncClient(target, tls=tls) as client:
        assert (await client.health()).status == "healthy"
    async with AsyncClient(target, tls=Tls(), retry=NO_RETRY) as stranger:
        with pytest.raises(TlsError, match="not signed by a CA that is trusted here"):
            await stranger.health()


def test_a_certificate_of_another_ca_is_told(authority: Authority, serve: Serve, tmp_path: Path) -> None:
    target = serve(authority.issue("server"))
    other = Authority(tmp_path, "other")
    for tls in (Tls(), Tls(ca_file=other.file)):
        with pytest.raises(TlsError, match=f"the certificate of {target} is not signed by a CA that is trusted here"):
            status(target, tls)


def test_a_certificate_of_another_host_is_told_and_its_name_can_be_said(authority: Authority, serve: Serve) -> None:
    target = serve(authority.issue("server", ["gateway.example"]))
    with pytest.raises(TlsError, match="is for another host"):
        status(target, Tls(ca_file=authority.file))
    assert status(target, Tls(ca_file=authority.file, server_name="gateway.example")) == "healthy"


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [(timedelta(-9), timedelta(-1), "has expired"), (timedelta(1), timedelta(9), "is not valid yet")],
)
def test_a_certificate_out_of_its_time_is_told(
    authority: Authority, serve: Serve, since: timedelta, until: timedelta, words: str
) -> None:
    target = serve(authority.issue("server", since=since, until=until))
    with pytest.raises(TlsError, match=words):
        status(target, Tls(ca_file=authority.file))


def test_plain_text_to_a_server_with_tls_says_what_to_set(authority: Authority, serve: Serve) -> None:
    target = serve(authority.issue("server"))
    with pytest.raises(UnavailableError, match=r"connect by TLS .*TESTDATA_TLS=true"):
        status(target, None)


def test_tls_to_a_server_in_plain_text_is_told(authority: Authority, service: ScriptedService) -> None:
    with pytest.raises(TlsError, match="does not speak TLS"):
        status(service.target, Tls(ca_file=authority.file))


def test_a_client_shows_its_certificate_where_it_is_asked_for_one(
    authority: Authority, serve: Serve, tmp_path: Path
) -> None:
    target = serve(authority.issue("server"), clients=authority)
    known, stranger = authority.issue("client"), Authority(tmp_path, "other").issue("stranger")
    shown = [Tls(authority.file, own.cert_file, own.key_file) for own in (known, stranger)]
    assert status(target, shown[0]) == "healthy"
    for tls in (Tls(authority.file), shown[1]):
        with pytest.raises(UnavailableError, match="if it asks for certificates of clients"):
            status(target, tls)


def test_every_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificate")
    with pytest.raises(SetupError) as raised:
        Client(tls=Tls(tmp_path / "text", tmp_path / "none", None))
    assert str(raised.value) == (
        f"ca_file {tmp_path}/text: no certificate in PEM; cert_file {tmp_path}/none: no such file or directory;"
        " cert_file and key_file go together: one of them is missing"
    )


def test_a_key_that_does_not_fit_is_named(authority: Authority) -> None:
    one, other = authority.issue("one"), authority.issue("other")
    locked = authority.issue("locked", passphrase=b"secret")
    for cert_file, key_file, words in (
        (one.cert_file, other.key_file, "is not the key of"),
        (locked.cert_file, locked.key_file, "has a passphrase"),
        (one.cert_file, one.cert_file, "no private key in PEM"),
    ):
        with pytest.raises(SetupError, match=words):
            Client(tls=Tls(None, cert_file, key_file))
