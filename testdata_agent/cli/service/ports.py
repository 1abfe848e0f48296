"""Whether a port is free. gRPC itself would share a busy one in silence."""

import errno
import socket

from testdata_agent.cli.faults import Failure


def require_free(port: int, purpose: str, setting: str) -> None:
    """Binds `port` once, without sharing it, on every address that a server would take.

    Args:
        port: To be taken.
        purpose: What it is for, in the message.
        setting: The environment variable that moves it, in the message.

    Raises:
        Failure: Something listens there, or this user may not.
    """
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        try:
            _bind(family, address, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Failure(f"port {port} ({purpose}) is busy; stop what listens there, or set {setting}") from error
            if error.errno == errno.EACCES:
                raise Failure(f"port {port} ({purpose}) is not allowed for this user; set {setting}") from error
            if family is socket.AF_INET:
                raise Failure(f"port {port} ({purpose}): {error.strerror}") from error
            # A machine without IPv6 has nothing there that could be busy.


def _bind(family: socket.AddressFamily, address: str, port: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Addresses that only wait for old connections to fade are free; SO_REUSEADDR says so, and shares nothing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind((address, port))
        probe.listen(1)
