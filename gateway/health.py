"""How the gateway is: one state, asked for by HTTP probes, by HealthCheck and by grpc.health.v1."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent import futures
from typing import Final

from gateway.lookout import UNREACHABLE, Lookout
from gateway.settings import Settings

HEALTHY = "healthy"
DEGRADED = "degraded"
UNHEALTHY = "unhealthy"
#: Where it is counted what clients ask for a minute.
RATES_SHARED = "shared through Redis"
RATES_APART = "counted in each process by itself"

#: What a thread waits for a look, which takes less where the event loop is not busy.
_BESIDE_SECONDS: Final = 2.0


class Health:
    """Whether this process serves, and what its parts are doing. Safe to read from any thread."""

    def __init__(self, components: Mapping[str, str], lookout: Lookout | None = None) -> None:
        """Takes the parts other than the server itself, each with its state, and what looks at those that change.

        An embedded store or a missing model key is a fact, not a fault.
        """
        self._components = dict(components)
        self._lookout = lookout or Lookout({})
        self._serving = threading.Event()

    @property
    def serving(self) -> bool:
        """True from the server's start until it begins to drain."""
        return self._serving.is_set()

    def serve(self) -> None:
        """The server is up."""
        self._serving.set()

    def drain(self) -> None:
        """The server takes no new calls."""
        self._serving.clear()

    async def look(self) -> None:
        """Sees to it that the states of the parts are recent."""
        await self._lookout.look()

    def look_from_beside(self, loop: asyncio.AbstractEventLoop) -> None:
        """The same for another thread than the loop's, which a busy loop does not hold for long."""
        futures.wait([asyncio.run_coroutine_threadsafe(self.look(), loop)], timeout=_BESIDE_SECONDS)

    def status(self) -> str:
        """Of the service as a whole: degraded where a part that it was given cannot be reached."""
        if not self.serving:
            return UNHEALTHY
        ailing = any(state == UNREACHABLE or state.startswith(DEGRADED) for state in self._lookout.seen.values())
        return DEGRADED if ailing else HEALTHY

    def components(self) -> dict[str, str]:
        """Every part with its state, the server first."""
        server = "operational" if self.serving else "draining"
        return {"grpc_server": server, **self._components, **self._lookout.seen}

    def ready(self) -> tuple[bool, dict[str, object]]:
        """For the readiness probe."""
        return self.serving, {}


def configured(settings: Settings) -> dict[str, str]:
    """The states of the parts beside the server, as far as the settings tell them."""
    stores = settings.stores
    jobs = stores.redis_url is not None and stores.database_url is not None
    parts = {
        "redis": "configured" if stores.redis_url is not None else "not configured",
        "jobs": "kept" if jobs else "not kept: REDIS_URL and DATABASE_URL are not both set",
        "worker": "not looked for yet" if jobs else "none: jobs are not kept",
        "patterns": "not loaded yet" if stores.database_url is not None else "not kept: DATABASE_URL is not set",
        "model": "configured" if settings.model.configured else "not configured",
    }
    if settings.access.api_keys_file is not None:
        parts["api_keys"] = "needed"
    if settings.access.api_keys_file is not None or settings.rates.any:
        parts["rate_limits"] = RATES_SHARED if stores.redis_url is not None else RATES_APART
    return parts
