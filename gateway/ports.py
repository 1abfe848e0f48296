"""Finding out whether a port is free, before anything is built on it.

gRPC sets SO_REUSEPORT, so a second server on a busy port would start in silence and take a share of the calls.
"""

import errno
import socket


class PortBusyError(Exception):
    """A port cannot be listened on; str() is one line that names it and its setting."""


def reserve(host: str, port: int, setting: str, host_setting: str = "GATEWAY_HOST") -> int:
    """Binds `port` alone for a moment, and frees it again; the settings are those that errors name.

    Returns:
        The port; where it was 0, one that the system chose.

    Raises:
        PortBusyError: somebody else listens there, it may not be used, or the host is not this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (socket.gaierror, TypeError) as error:  # TypeError: no name of a host can be made of it
            words = "it is no address, and no name of one"
            raise PortBusyError(f"{host_setting}={host[:60]!r}: {words}, that this machine knows") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                words = "this machine has no such address; `::` is every one that it has"
                raise PortBusyError(f"{host_setting}={host[:60]!r}: {words}") from error
            raise PortBusyError(_in_words(error, port, setting)) from error
        return int(probe.getsockname()[1])


def usable_host(host: str) -> str:
    """`host`, or IPv4's wildcard where it is IPv6's and this machine has no IPv6."""
    if host != "::":
        return host
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::", 0))
    except OSError:
        return "0.0.0.0"
    return host


def _in_words(error: OSError, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another process; free it or set {setting} to another port"
    return f"port {port} cannot be used ({error.strerror}); set {setting} to another port"
