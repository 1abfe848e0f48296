"""What TLS is set up with: every file that cannot be used is named before anything listens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.settings import Settings, TlsSettings
from gateway.tls.files import TlsFault, TlsFiles
from gateway.tls.renewal import Renewal
from testdata_agent.service.settings import SettingsError
from tests.certificates import Authority, Issued


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def files(own: Issued, clients: Path | None = None) -> TlsFiles:
    return TlsFiles(own.cert_file, own.key_file, clients)


def faults(own: Issued, clients: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(TlsFault) as raised:
        files(own, clients).read()
    return raised.value.lines


def test_a_certificate_is_read_with_its_hosts_and_its_end(authority: Authority) -> None:
    own = authority.issue("server", ["gateway.example", "10.0.0.1"])
    read = files(own, authority.file).read()
    assert read.names == ("gateway.example", "10.0.0.1")
    assert timedelta(days=29) < read.expires - datetime.now(UTC) < timedelta(days=31)
    assert (read.chain, read.key) == (own.cert_file.read_bytes(), own.key_file.read_bytes())
    assert read.authorities == authority.file.read_bytes()


def test_every_file_that_cannot_be_used_is_named_at_once(tmp_path: Path) -> None:
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_text("no certificate")
    empty.touch()
    assert faults(Issued(text, tmp_path / "none"), empty) == (
        f"TLS_KEY_FILE={tmp_path}/none: no such file or directory",
        f"TLS_CLIENT_CA_FILE={empty}: it is empty",
        f"TLS_CERT_FILE={text}: it holds no certificate in PEM",
    )


def test_a_key_must_be_the_certificates_own_open_and_of_a_kind_that_grpc_takes(
    authority: Authority, tmp_path: Path
) -> None:
    one, other = authority.issue("one"), authority.issue("other")
    locked = authority.issue("locked", passphrase=b"secret")
    edwards = tmp_path / "edwards.pem"
    edwards.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    for key_file, words in (
        (other.key_file, f"it is not the key of TLS_CERT_FILE={one.cert_file}"),
        (locked.key_file, "the key has a passphrase; give the server one without"),
        (one.cert_file, "it holds no private key in PEM"),
        (edwards, "gRPC takes RSA keys, and elliptic ones of P-256, P-384 and P-521"),
    ):
        assert faults(Issued(one.cert_file, key_file)) == (f"TLS_KEY_FILE={key_file}: {words}",)


def test_a_certificate_out_of_its_time_is_told(authority: Authority) -> None:
    (old,) = faults(authority.issue("old", since=timedelta(-9), until=timedelta(-1)))
    assert "the certificate has expired, on " in old
    (early,) = faults(authority.issue("early", since=timedelta(1), until=timedelta(9)))
    assert "the certificate is not valid before " in early


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"TLS_CERT_FILE"}, "TLS_KEY_FILE must be set, too: a certificate and its key go together"),
        ({"TLS_KEY_FILE"}, "TLS_CERT_FILE must be set, too: a certificate and its key go together"),
        (
            {"TLS_CLIENT_CA_FILE"},
            "TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE: without them there is no TLS",
        ),
    ],
)
def test_settings_that_belong_together_are_set_together(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, named: set[str], words: str, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in named:
        monkeypatch.setenv(name, str(authority.file))
    monkeypatch.setenv("GRPC_PORT", "high")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    first, second = str(raised.value).split("; ", 1)
    assert first.startswith("GRPC_PORT='high'")
    assert second == words


def test_settings_are_loaded_with_the_contents_of_the_files_checked(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    own = authority.issue("server")
    monkeypatch.setenv("TLS_CERT_FILE", str(own.cert_file))
    monkeypatch.setenv("TLS_KEY_FILE", str(own.key_file))
    assert Settings.load().tls == TlsSettings(tls_cert_file=own.cert_file, tls_key_file=own.key_file)
    own.key_file.unlink()
    with pytest.raises(SettingsError, match=r"^TLS_KEY_FILE=.*: no such file or directory$"):
        Settings.load()


class Log:
    """Keeps what was logged."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    error = info


def test_a_renewal_that_cannot_be_used_leaves_what_was_shown_and_is_logged_once(authority: Authority) -> None:
    own, log, ends = authority.issue("server"), Log(), list[datetime]()
    renewal = Renewal(files(own), log, ends.append)  # type: ignore[arg-type]
    own.key_file.write_bytes(authority.issue("other").key_file.read_bytes())
    for _ in range(3):
        renewal.look()
    own.replace(authority.issue("renewed", until=timedelta(60)))
    for _ in range(3):
        renewal.look()
    assert [event for event, _ in log.lines] == ["tls_certificate", "tls_not_renewed", "tls_renewed"]
    assert "is not the key of" in log.lines[1][1]["faults"][0]
    assert len(ends) == 2
    assert ends[1] - ends[0] > timedelta(days=29)
