"""Certificates that are renewed while the server runs."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import grpc
from structlog.typing import FilteringBoundLogger

from gateway.tls.files import Certificate, TlsFault, TlsFiles

#: A change is found at the next connection, or so soon where none comes.
LOOK_SECONDS: Final = 30.0


class Renewal:
    """What the server shows: read at first, and again whenever a file has changed.

    Files that cannot be used leave what was shown before; that is logged once a change, and they are read again when
    they change again. All methods may be called from any thread.

    Args:
        files: Where the certificates are.
        log: Hears what is shown from when on, and what could not be.
        expires: Is told when the certificate that is shown does.

    Raises:
        TlsFault: The files cannot be used.
    """

    def __init__(self, files: TlsFiles, log: FilteringBoundLogger, expires: Callable[[datetime], None]) -> None:
        self._files, self._log, self._expires = files, log, expires
        self._lock = threading.Lock()
        self._stamp = files.stamp()  # before the reading: what changes in between is read again
        self._shown = files.read()
        self._handed_on = True
        self._tell("tls_certificate")

    def credentials(self) -> grpc.ServerCredentials:
        """For the port. gRPC asks at each connection whether there is something newer."""
        mutual = self._shown.authorities is not None
        shown = _configuration(self._shown)
        return grpc.dynamic_ssl_server_credentials(shown, self._newer, mutual)  # type: ignore[arg-type]  # None may be

    async def watch(self) -> None:
        """Looks every now and then, without an end."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Reads the files where they have changed."""
        with self._lock:
            stamp = self._files.stamp()
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._shown = self._files.read()
            except TlsFault as fault:
                self._log.error("tls_not_renewed", faults=fault.lines)
                return
            self._handed_on = False
            self._tell("tls_renewed")

    def _newer(self) -> grpc.ServerCertificateConfiguration | None:
        """None: nothing newer than what gRPC has."""
        self.look()
        with self._lock:
            if self._handed_on:
                return None
            self._handed_on = True
            return _configuration(self._shown)

    def _tell(self, event: str) -> None:
        shown = self._shown
        self._expires(shown.expires)
        self._log.info(
            event,
            hosts=shown.names,
            expires=shown.expires.isoformat(),
            client_certificates="required" if shown.authorities is not None else "not asked for",
        )


def _configuration(shown: Certificate) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(shown.key, shown.chain)], shown.authorities)
