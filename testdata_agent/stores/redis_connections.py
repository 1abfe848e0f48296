"""How the stores that lie in Redis connect to it."""

from redis import asyncio as client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def opened(url: str, *, connections: int, connect_seconds: float, silence_seconds: float) -> client.Redis:
    """A client of one event loop, not connected yet.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        connections: Most at a time; who finds all of them in use waits.
        connect_seconds: That connecting may take.
        silence_seconds: After which a server that says nothing, or has no connection free, is gone.
    """
    pool = client.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=silence_seconds,
        protocol=2,
        socket_timeout=silence_seconds,
        socket_connect_timeout=connect_seconds,
        socket_keepalive=True,
        # Once, at once: a connection that a restarted server has forgotten.
        retry=Retry(NoBackoff(), 1),
    )
    return client.Redis.from_pool(pool)
