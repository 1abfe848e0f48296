"""How the clients reach a server: the address, the channel and its options, time."""

import time
from collections.abc import Sequence
from typing import Final, cast

import grpc
import grpc.aio

from testdata_agent.client import api_key as keys
from testdata_agent.client.errors import SetupError
from testdata_agent.client.tls import Tls

#: Where `testdata up` listens.
DEFAULT_TARGET: Final = "localhost:9091"
#: For calls whose caller names no timeout. Streams have none: they last as long as they are read.
DEFAULT_TIMEOUT_SECONDS: Final = 60.0

#: The server's own limit on answers is the one that counts. A server that comes back is found within two seconds
#: (gRPC's default pause grows to two minutes), and one that is gone without a word within half a minute.
CHANNEL_OPTIONS: Final[tuple[tuple[str, int | str], ...]] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)


def channel(target: str, tls: Tls | None, api_key: str | None, *, insecure: bool) -> grpc.Channel:
    """A channel to `target`; in plain text where `tls` is None.

    Args:
        target: `host:port`, or another of gRPC's names.
        tls: How the two ends trust each other.
        api_key: Goes with every call.
        insecure: Whether the key may leave this machine in plain text.

    Raises:
        SetupError: naming what cannot be used.
    """
    key = _key_for(target, tls, api_key, insecure=insecure)
    if tls is None:
        opened = grpc.insecure_channel(target, CHANNEL_OPTIONS)
    else:
        opened = grpc.secure_channel(target, tls.credentials(), _options(tls))
    return opened if key is None else cast(grpc.Channel, keys.KeyedChannel(opened, key))


def async_channel(target: str, tls: Tls | None, api_key: str | None, *, insecure: bool) -> grpc.aio.Channel:
    """`channel` for the running event loop."""
    key = _key_for(target, tls, api_key, insecure=insecure)
    if tls is None:
        opened = grpc.aio.insecure_channel(target, CHANNEL_OPTIONS)
    else:
        opened = grpc.aio.secure_channel(target, tls.credentials(), _options(tls))
    return opened if key is None else cast(grpc.aio.Channel, keys.KeyedChannel(opened, key))


def _options(tls: Tls) -> Sequence[tuple[str, int | str]]:
    return (*CHANNEL_OPTIONS, *tls.options())


def _key_for(target: str, tls: Tls | None, api_key: str | None, *, insecure: bool) -> str | None:
    if api_key is None:
        return None
    key = keys.usable(api_key)
    if tls is None and not insecure and not keys.is_on_this_machine(target):
        raise SetupError(
            f"api_key: it is not sent to {target} in plain text, where others can read it: connect by TLS"
            " (`tls=Tls(...)`, TESTDATA_TLS=true), or allow it (`insecure=True`, TESTDATA_INSECURE=true)"
        )
    return key


class Deadline:
    """The point in time at which a call, its retries included, is given up."""

    def __init__(self, timeout_seconds: float | None) -> None:
        self._end = None if timeout_seconds is None else time.monotonic() + timeout_seconds

    def remaining(self) -> float | None:
        """Seconds left, at least 0; None where there is no deadline."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def leaves(self, pause_seconds: float) -> bool:
        """Whether a pause of that length ends before the deadline does."""
        remaining = self.remaining()
        return remaining is None or pause_seconds < remaining
