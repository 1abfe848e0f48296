"""How the clients reach a server: the address, the channel and its options, time."""

import math
import re
import time
from collections.abc import Sequence
from typing import Any, Final, cast

import grpc
import grpc.aio

from testdata_agent.client import api_key as keys
from testdata_agent.client.channels import GuardedChannel, LoopChannel
from testdata_agent.client.errors import FieldViolation, SetupError, refuse
from testdata_agent.client.tls import Tls

#: Where `testdata up` listens.
DEFAULT_TARGET: Final = "localhost:9091"
#: From here on a timeout is none: gRPC takes what is much longer for one that has passed.
_NEVER_SECONDS: Final = 10 * 366 * 86_400.0
#: For calls whose caller names no timeout. Streams have none: they last as long as they are read.
DEFAULT_TIMEOUT_SECONDS: Final = 60.0

#: The server's own limit on answers is the one that counts. A server that comes back is found within a second
#: (gRPC's default pause grows to two minutes), which is less than the retries of one call last; one that is gone
#: without a word is found out within half a minute.
CHANNEL_OPTIONS: Final[tuple[tuple[str, int | str], ...]] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
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
    _require_address(target)
    key = _key_for(target, tls, api_key, insecure=insecure)
    if tls is None:
        opened = grpc.insecure_channel(target, CHANNEL_OPTIONS)
    else:
        opened = grpc.secure_channel(target, tls.credentials(), _options(tls))
    return cast(grpc.Channel, GuardedChannel(opened if key is None else keys.KeyedChannel(opened, key)))


def async_channel(target: str, tls: Tls | None, api_key: str | None, *, insecure: bool) -> grpc.aio.Channel:
    """`channel` for the event loop of the first call."""
    _require_address(target)
    key = _key_for(target, tls, api_key, insecure=insecure)
    credentials = None if tls is None else tls.credentials()

    def opened() -> Any:
        if tls is None or credentials is None:
            made = grpc.aio.insecure_channel(target, CHANNEL_OPTIONS)
        else:
            made = grpc.aio.secure_channel(target, credentials, _options(tls))
        return made if key is None else keys.KeyedChannel(made, key)

    return cast(grpc.aio.Channel, LoopChannel(opened))


def _require_address(target: str) -> None:
    """Raises SetupError for what can be no gateway's address."""
    url = re.match(r"(?i)(https?)://([^/]*)", target)
    if url is not None:
        secure = ", with tls=Tls()" if url[1].lower() == "https" else ""
        raise SetupError(f"target: {target!r} is a URL; write {url[2] or 'HOST:PORT'!r}{secure}")
    port = re.fullmatch(r"[^:/]*:(\d+)", target)
    if not target.strip() or (port is not None and not 0 < int(port[1]) < 2**16):
        raise SetupError(f"target: write HOST:PORT, such as localhost:9091, not {target!r}")


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


def timeout_of(seconds: float | None) -> float | None:
    """A timeout as gRPC takes it; None: there is none.

    Raises:
        InvalidRequestError: it is no number.
    """
    if seconds is None:
        return None
    try:
        unusable = math.isnan(seconds)
    except TypeError:
        unusable = True
    except OverflowError:  # a whole number of hundreds of digits
        unusable = False
    if unusable:
        words = f"a number of seconds is needed, not {seconds!r}; None or math.inf: as long as it takes"
        refuse([FieldViolation("timeout_seconds", "INVALID_VALUE", words)])
    return seconds if seconds < _NEVER_SECONDS else None


class Deadline:
    """The point in time at which a call, its retries included, is given up."""

    def __init__(self, timeout_seconds: float | None) -> None:
        timeout_seconds = timeout_of(timeout_seconds)
        self._end = None if timeout_seconds is None else time.monotonic() + timeout_seconds

    def remaining(self) -> float | None:
        """Seconds left, at least 0; None where there is no deadline."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def leaves(self, pause_seconds: float) -> bool:
        """Whether a pause of that length ends before the deadline does."""
        remaining = self.remaining()
        return remaining is None or pause_seconds < remaining
