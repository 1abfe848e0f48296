"""The API key that goes with every call, and where it may go."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from testdata_agent.client.channels import MethodsOfChannel
from testdata_agent.client.errors import SetupError

_HEADER = "authorization"
#: What stands before the address in gRPC's names of servers: `dns:///`, `ipv6:`, `unix://`.
_SCHEME = re.compile(r"(?P<scheme>dns|ipv4|ipv6|unix|unix-abstract):(//[^/]*/)?")


class KeyedChannel(MethodsOfChannel):
    """A channel whose every call carries a key. What it wraps may be of grpc or of grpc.aio; it stays what it was.

    gRPC's own call credentials need TLS, and its interceptors change how calls of grpc.aio end.
    """

    def __init__(self, channel: Any, api_key: str) -> None:
        self._channel = channel
        self._pair = (_HEADER, f"Bearer {api_key}")

    def close(self) -> Any:
        """As of a channel."""
        return self._channel.close()

    def _method(self, kind: str, said: tuple[Any, ...], named: dict[str, Any]) -> Callable[..., Any]:
        method = getattr(self._channel, kind)(*said, **named)

        def call(request: Any, **more: Any) -> Any:
            return method(request, metadata=(*(more.pop("metadata", None) or ()), self._pair), **more)

        return call


def usable(api_key: str) -> str:
    """The key without white space around it.

    Raises:
        SetupError: It cannot be sent. gRPC would say so, too, and repeat it.
    """
    key = api_key.strip()
    if not (key and key.isascii() and key.isprintable() and " " not in key):
        raise SetupError("api_key: not a key: visible characters of ASCII, without spaces, are")
    return key


def is_on_this_machine(target: str) -> bool:
    """Whether what is sent to a server of this name never leaves this machine."""
    matched = _SCHEME.match(target)
    scheme = matched["scheme"] if matched else "dns"
    rest = target[matched.end() :] if matched else target
    return scheme.startswith("unix") or all(_is_loopback(_host(address)) for address in rest.split(","))


def _host(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
