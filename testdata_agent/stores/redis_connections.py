"""How the stores that lie in Redis connect to it."""

from urllib.parse import urlsplit

from redis import asyncio as client
from redis import exceptions
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
    # A socket in the file system has nobody at its other end who could be gone without a word.
    over_net = {} if url.startswith("unix:") else {"socket_keepalive": True}
    pool = client.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=silence_seconds,
        protocol=2,
        socket_timeout=silence_seconds,
        socket_connect_timeout=connect_seconds,
        # Once, at once: a connection that a restarted server has forgotten.
        retry=Retry(NoBackoff(), 1),
        **over_net,
    )
    return client.Redis.from_pool(pool)


def fault_of(url: str) -> str:
    """What keeps every connection to an address from being made, as one clause; empty: nothing that it tells."""
    place = urlsplit(url)
    number = place.path.strip("/")
    if place.scheme != "unix" and number and not number.isdecimal():
        return f"what stands behind the host is the number of a database, not {number[:20]!r}"
    try:
        pool = opened(url, connections=1, connect_seconds=1, silence_seconds=1).connection_pool
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, ValueError, exceptions.RedisError) as error:
        return f"no connection can be made of it: {error}"
    return ""
