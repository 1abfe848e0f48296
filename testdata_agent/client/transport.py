"""How the clients reach a server: the address, channel options, time."""

import time
from typing import Final

#: Where `testdata up` listens.
DEFAULT_TARGET: Final = "localhost:9091"
#: For calls whose caller names no timeout. Streams have none: they last as long as they are read.
DEFAULT_TIMEOUT_SECONDS: Final = 60.0

#: The server's own limit on answers is the one that counts. A server that comes back is found within two seconds
#: (gRPC's default pause grows to two minutes), and one that is gone without a word within half a minute.
CHANNEL_OPTIONS: Final[tuple[tuple[str, int], ...]] = (
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
)


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
