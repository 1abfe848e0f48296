"""TLS as a client asks for it: whom it trusts, and how it shows who it is."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc

from testdata_agent.client.errors import SetupError

#: gRPC's name for the host that a certificate must be for, where that is not the host that is called.
_NAME_OPTION: Final = "grpc.ssl_target_name_override"


@dataclass(frozen=True, slots=True)
class Tls:
    """A connection by TLS. Files are PEM and read when a client is made.

    Attributes:
        ca_file: The CAs that may have signed the server's certificate; None: those that gRPC trusts by itself.
        cert_file: The client's own certificate, with what leads to its CA, for servers that ask for one (mTLS).
        key_file: The key of that certificate, without a passphrase.
        server_name: The host that the server's certificate is for, where another one is called: a tunnel's end.
    """

    ca_file: str | os.PathLike[str] | None = None
    cert_file: str | os.PathLike[str] | None = None
    key_file: str | os.PathLike[str] | None = None
    server_name: str | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """What a channel is opened with.

        Raises:
            SetupError: naming every file that cannot be used, and why.
        """
        faults: list[str] = []
        authorities = _read(self.ca_file, "ca_file", _check_authorities, faults)
        certificate = _read(self.cert_file, "cert_file", _check_certificates, faults)
        key = _read(self.key_file, "key_file", _check_nothing, faults)
        if not faults and self.cert_file is not None and self.key_file is not None:
            faults += _pair_faults(self.cert_file, self.key_file)
        if (self.cert_file is None) != (self.key_file is None):
            faults.append("cert_file and key_file go together: one of them is missing")
        if faults:
            raise SetupError("; ".join(faults))
        return grpc.ssl_channel_credentials(authorities, key, certificate)

    def options(self) -> tuple[tuple[str, str], ...]:
        """What the channel is told beside the credentials."""
        return ((_NAME_OPTION, self.server_name),) if self.server_name else ()


def _read(
    path: str | os.PathLike[str] | None, name: str, check: Callable[[str], None], faults: list[str]
) -> bytes | None:
    if path is None:
        return None
    try:
        content = Path(path).read_bytes()
        check(content.decode("ascii", errors="replace"))
    except OSError as error:
        why = "no certificate in PEM" if isinstance(error, ssl.SSLError) else (error.strerror or str(error)).lower()
        faults.append(f"{name} {os.fspath(path)}: {why}")
        return None
    return content


def _check_authorities(text: str) -> None:
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)


#: A chain is read as authorities are: what it proves is found out when it is used.
_check_certificates = _check_authorities


def _check_nothing(_text: str) -> None:
    """A key can be checked beside its certificate alone."""


def _pair_faults(cert_file: str | os.PathLike[str], key_file: str | os.PathLike[str]) -> list[str]:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert_file, key_file, _no_passphrase)
    except _EncryptedKeyError:
        return [f"key_file {os.fspath(key_file)}: it has a passphrase, which gRPC cannot be given"]
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            return [f"key_file {os.fspath(key_file)} is not the key of cert_file {os.fspath(cert_file)}"]
        return [f"key_file {os.fspath(key_file)}: no private key in PEM"]
    return []


class _EncryptedKeyError(Exception):
    """A passphrase was asked for."""


def _no_passphrase() -> str:
    raise _EncryptedKeyError
