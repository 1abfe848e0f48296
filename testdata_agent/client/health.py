"""What a server says about itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """A server's state.

    Attributes:
        status: `healthy`, `degraded` or `unhealthy`.
        components: Part (`grpc_server`, `redis`, `worker`, `patterns`, `model`) to its state, in words.
    """

    status: str
    components: Mapping[str, str]
