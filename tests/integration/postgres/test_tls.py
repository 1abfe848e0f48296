"""A PostgreSQL that is reached over TLS, named as every other program names it."""

import os
import pwd
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from testdata_agent.stores import migrations
from testdata_agent.stores.database import open_database
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.stores.outages import translated
from tests.certificates import Authority
from tests.postgres import Postgres, running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs the server's certificate."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(postgres: Postgres, authority: Authority) -> Iterator[str]:
    """A server that takes no connection but over TLS; its URL, less what is said of that."""
    with running(postgres.programs) as own:
        own.stop()
        issued = authority.issue("postgres", hosts=["localhost"])
        files = [_given(path, own.folder) for path in (issued.cert_file, issued.key_file)]
        hba = own.data / "pg_hba.conf"
        hba.write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        listens = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='{own.folder}'"
        tls = f"-c ssl=on -c ssl_cert_file='{files[0]}' -c ssl_key_file='{files[1]}'"
        own.call("pg_ctl", "-D", str(own.data), "-l", str(own.folder / "log"), "-w", "-o", f"{listens} {tls}", "start")
        yield f"postgresql://postgres@localhost:{port}/postgres"


def _given(path: Path, folder: Path) -> Path:
    """A copy that the server may read, and nobody else."""
    copy = Path(shutil.copy(path, folder))
    copy.chmod(0o600)
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(copy, account.pw_uid, account.pw_gid)
    return copy


async def _migrate(url: str) -> None:
    engine = open_database(url)
    try:
        with translated():
            await migrations.upgrade(engine)
            await migrations.check(engine)
    finally:
        await engine.dispose()


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_server_is_reached_over_tls_as_libpq_says_it(server: str, authority: Authority, mode: str) -> None:
    await _migrate(f"{server}?sslmode={mode}&sslrootcert={authority.file}")


async def test_a_server_that_asks_for_tls_lets_nobody_in_without(server: str) -> None:
    with pytest.raises(LedgerUnreachable):
        await _migrate(f"{server}?sslmode=disable")


async def test_a_server_that_somebody_else_signed_is_not_trusted(server: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreachable, match="SSLCertVerificationError"):
        await _migrate(f"{server}?sslmode=verify-full&sslrootcert={Authority(tmp_path, 'other').file}")
