"""What clients may ask for in a minute, held before they are served."""

from collections.abc import Awaitable, Callable
from typing import Final

from structlog.typing import FilteringBoundLogger

from gateway import databases
from gateway.errors.refusal import Refusal
from gateway.health import DEGRADED, RATES_APART, RATES_SHARED
from gateway.interceptors.base import Call, Caller
from gateway.metrics import Metrics
from gateway.settings import RateSettings
from testdata_agent.service.access.client_entry import settled
from testdata_agent.service.settings import StoreSettings
from testdata_agent.stores.limits.base import Kind, LimitStore
from testdata_agent.stores.limits.embedded import EmbeddedLimits
from testdata_agent.stores.limits.shared import SharedLimits

_PARTS: Final = "ask in parts: first_row goes on where one ended"


async def nothing() -> None:
    """There is nothing to close."""


class Rates:
    """Holds each client to its limits: its own in the keys file, else those of the settings.

    Args:
        store: Counts.
        settings: The limits of clients that have none of their own.
        close: Ends the store's connections.
    """

    def __init__(
        self,
        store: LimitStore,
        settings: RateSettings,
        close: Callable[[], Awaitable[None]] = nothing,
    ) -> None:
        self._store = store
        self._settings = settings
        self.close = close

    @classmethod
    def open(
        cls, settings: RateSettings, stores: StoreSettings, metrics: Metrics, log: FilteringBoundLogger
    ) -> "Rates":
        """Counts in the Redis of the settings, which is not connected yet; in this process where they name none.

        Raises:
            SettingsError: Redis's driver is not installed.
        """
        if stores.redis_url is None:
            return cls(EmbeddedLimits(), settings)
        with databases.drivers_for("REDIS_URL"):
            from testdata_agent.stores.limits.redis import RedisLimits  # noqa: PLC0415

        def told(trouble: str) -> None:
            metrics.state.rates_degraded(bool(trouble))
            if trouble:
                log.warning("rate_limits_not_shared", error=trouble[:200])
            else:
                log.info("rate_limits_shared_again")

        redis = RedisLimits(stores.redis_url.get_secret_value())
        return cls(SharedLimits(redis, told=told), settings, redis.close)

    async def look(self) -> str:
        """Where it is counted, for the health page."""
        if not isinstance(self._store, SharedLimits):
            return RATES_APART
        return f"{DEGRADED}: Redis does not answer; {RATES_APART}" if self._store.trouble else RATES_SHARED

    async def take_request(self, call: Call) -> None:
        """Counts a call; raises a Refusal where its client has made too many."""
        limit = self._limit(call.caller, Kind.REQUESTS)
        if limit is not None:
            await self._take(call, Kind.REQUESTS, 1, limit)

    async def take_records(self, call: Call, records: int) -> None:
        """Counts the records that a call is about to make or have made.

        Raises:
            Refusal: RATE_LIMITED, or OVER_RATE where no pause would help.
        """
        limit = self._limit(call.caller, Kind.RECORDS)
        if limit is None:
            return
        if records > limit:
            may = f"client {call.caller.client_id!r} may ask for {limit} a minute"
            raise Refusal(
                "OVER_RATE", f"{records} records are asked for, and {may} ({_source(call, Kind.RECORDS)}); {_PARTS}"
            )
        slot = await self._take(call, Kind.RECORDS, records, limit)
        call.charged = (records, slot)

    async def give_back(self, call: Call, records: int, slot: int) -> None:
        """Has records that were counted, and were not made, count no more."""
        await self._store.give_back(call.caller.client_id, Kind.RECORDS, records, slot)

    async def _take(self, call: Call, kind: Kind, amount: int, limit: int) -> int:
        """Counts, and gives the second that it is counted in."""
        taken = await self._store.take(call.caller.client_id, kind, amount, limit)
        if taken.wait_seconds:
            raise Refusal(
                "RATE_LIMITED",
                f"client {call.caller.client_id!r} may ask for {limit} {kind} a minute ({_source(call, kind)});"
                f" try again in {taken.wait_seconds:.1f} s",
                retry_seconds=taken.wait_seconds,
            )
        return taken.slot

    def _limit(self, caller: Caller, kind: Kind) -> int | None:
        own, settings = caller.entry, self._settings
        if kind is Kind.REQUESTS:
            return settled(None if own is None else own.requests_per_minute, settings.rate_requests_per_minute)
        return settled(None if own is None else own.records_per_minute, settings.rate_records_per_minute)


def _source(call: Call, kind: Kind) -> str:
    """The setting that a limit comes from."""
    entry = call.caller.entry
    own = None if entry is None else getattr(entry, f"{kind}_per_minute")
    return f"RATE_{kind.upper()}_PER_MINUTE" if own is None else f"{kind}_per_minute of its key"
