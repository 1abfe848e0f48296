"""The files that TLS is set up with: read, checked, and looked at for changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, SECP521R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from gateway.settings import TlsSettings
from testdata_agent.service.settings import SettingsError

_CURVES: Final = (SECP256R1, SECP384R1, SECP521R1)

#: Tells one content of a file from another without reading it: its place on the disk, its size, its last change.
Stamp = tuple[tuple[int, int, int], ...]


class TlsFault(SettingsError):  # noqa: N818 - it is the files'
    """Files that cannot be used: one line each, which names the setting and what is wrong."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server shows, and whom it believes. PEM.

    Attributes:
        chain: Its certificate, with what leads to its CA.
        key: Of that certificate.
        authorities: The CAs of clients; None: clients are asked for no certificate.
        names: The hosts that the certificate is for.
        expires: When it does.
    """

    chain: bytes
    key: bytes
    authorities: bytes | None
    names: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where they are."""

    certificate: Path
    key: Path
    authorities: Path | None

    @classmethod
    def named_in(cls, settings: TlsSettings) -> "TlsFiles":
        """Those of settings that name a certificate and its key."""
        if settings.tls_cert_file is None or settings.tls_key_file is None:
            raise TlsFault(["TLS_CERT_FILE and TLS_KEY_FILE go together: one of them is not set"])
        return cls(settings.tls_cert_file, settings.tls_key_file, settings.tls_client_ca_file)

    def stamp(self) -> Stamp:
        """Changes when a file does; empty where one is missing."""
        try:
            found = [path.stat() for path in (self.certificate, self.key, self.authorities) if path is not None]
        except OSError:
            return ()
        return tuple((file.st_ino, file.st_size, file.st_mtime_ns) for file in found)

    def read(self) -> Certificate:
        """What they hold.

        Raises:
            TlsFault: naming every file that cannot be used.
        """
        faults: list[str] = []
        chain = _content("TLS_CERT_FILE", self.certificate, faults)
        key = _content("TLS_KEY_FILE", self.key, faults)
        authorities = None
        if self.authorities is not None:
            authorities = _content("TLS_CLIENT_CA_FILE", self.authorities, faults)
            _check_authorities(authorities, self.authorities, faults)
        shown = _shown(chain, self.certificate, faults)
        owned = _owned(key, self.key, faults)
        if shown is not None and owned is not None and _public(shown.public_key()) != _public(owned.public_key()):
            faults.append(f"TLS_KEY_FILE={self.key}: it is not the key of TLS_CERT_FILE={self.certificate}")
        if shown is None or faults:
            raise TlsFault(faults)
        return Certificate(chain, key, authorities, _names(shown), shown.not_valid_after_utc)


def _content(setting: str, path: Path, faults: list[str]) -> bytes:
    """Empty where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.append(f"{setting}={path}: {(error.strerror or str(error)).lower()}")
        return b""
    if not content:
        faults.append(f"{setting}={path}: it is empty")
    return content


def _shown(chain: bytes, path: Path, faults: list[str]) -> x509.Certificate | None:
    """The first of the chain, which must be the server's own."""
    if not chain:
        return None
    try:
        own = x509.load_pem_x509_certificates(chain)[0]
    except ValueError:
        faults.append(f"TLS_CERT_FILE={path}: it holds no certificate in PEM")
        return None
    now = datetime.now(UTC)
    if own.not_valid_after_utc < now:
        faults.append(f"TLS_CERT_FILE={path}: the certificate has expired, on {_day(own.not_valid_after_utc)}")
    elif own.not_valid_before_utc > now:
        faults.append(f"TLS_CERT_FILE={path}: the certificate is not valid before {_day(own.not_valid_before_utc)}")
    return own


def _owned(key: bytes, path: Path, faults: list[str]) -> RSAPrivateKey | EllipticCurvePrivateKey | None:
    if not key:
        return None
    try:
        owned = load_pem_private_key(key, password=None)
    except TypeError:  # how the library says that there is a passphrase
        faults.append(f"TLS_KEY_FILE={path}: the key has a passphrase; give the server one without")
        return None
    except ValueError:
        faults.append(f"TLS_KEY_FILE={path}: it holds no private key in PEM")
        return None
    if isinstance(owned, RSAPrivateKey) or (
        isinstance(owned, EllipticCurvePrivateKey) and isinstance(owned.curve, _CURVES)
    ):
        return owned
    faults.append(f"TLS_KEY_FILE={path}: gRPC takes RSA keys, and elliptic ones of P-256, P-384 and P-521")
    return None


def _check_authorities(content: bytes, path: Path, faults: list[str]) -> None:
    if not content:
        return
    try:
        found = x509.load_pem_x509_certificates(content)
    except ValueError:
        faults.append(f"TLS_CLIENT_CA_FILE={path}: it holds no certificate in PEM")
        return
    if all(one.not_valid_after_utc < datetime.now(UTC) for one in found):
        faults.append(f"TLS_CLIENT_CA_FILE={path}: all certificates in it have expired")


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, named.get_values_for_type(x509.IPAddress))
    return (*named.get_values_for_type(x509.DNSName), *addresses)


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
