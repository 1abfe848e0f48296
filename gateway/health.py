"""How the gateway is: one state, asked for by HTTP probes, by HealthCheck and by grpc.health.v1."""

import threading
from collections.abc import Mapping

HEALTHY = "healthy"
UNHEALTHY = "unhealthy"


class Health:
    """Whether this process serves, and what its parts are doing. Safe to read from any thread."""

    def __init__(self, components: Mapping[str, str]) -> None:
        """Takes the parts other than the server itself, each with its state.

        An embedded store or a missing model key is a fact, not a fault.
        """
        self._components = dict(components)
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

    def status(self) -> str:
        """Of the service as a whole."""
        return HEALTHY if self.serving else UNHEALTHY

    def components(self) -> dict[str, str]:
        """Every part with its state, the server first."""
        return {"grpc_server": "operational" if self.serving else "draining", **self._components}

    def ready(self) -> tuple[bool, dict[str, object]]:
        """For the readiness probe."""
        return self.serving, {}


def components(*, redis: bool, patterns: bool, model: bool, jobs: bool) -> dict[str, str]:
    """The states of the parts beside the server, by whether each is configured."""
    return {
        "redis": "configured" if redis else "embedded",
        "jobs": "kept" if jobs else "not kept: REDIS_URL and DATABASE_URL are not both set",
        "worker": "not running",
        "patterns": "configured" if patterns else "embedded",
        "model": "configured" if model else "not configured",
    }
