"""Pools shared by all processes through Redis, and kept in each as the embedded store keeps them.

A process that needs a pool takes it from Redis, where another has put it, or fills it itself and puts it there. The
values are the same either way: what Redis holds is taken only where its digest is that of what was put. Without Redis
every process fills its own.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec
from testdata_agent.engine.version import ENGINE_VERSION
from testdata_agent.stores.pools.embedded import MAX_POOLS, EmbeddedPools
from testdata_agent.stores.pools.faker_filler import fill as faker_fill

if TYPE_CHECKING:
    from redis import Redis

#: Before every key; the version decides what a pool holds.
PREFIX: Final = f"testdata:pool:{ENGINE_VERSION}:"
#: How long a pool lies in Redis, in seconds: those of engines that nobody runs any more go by themselves.
KEPT_SECONDS: Final = 7 * 86_400
#: After a failure Redis is left alone for so long: filling a pool takes less than waiting for it again and again.
PAUSE_SECONDS: Final = 5.0
#: A pool is made in 1 to 200 ms.
_CONNECT_SECONDS: Final = 0.3
_ANSWER_SECONDS: Final = 0.5

#: What a provider's name can be; any other is refused by whoever fills, and is no part of a key.
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class RedisPools(EmbeddedPools):
    """A pool store over one Redis. It connects when a pool is first wanted.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        on_failure: Told why, when Redis cannot be used after it could; the pools are filled all the same.
        fill: Makes the pool of a spec and must be pure.
        max_pools: Held in the process at once.
    """

    def __init__(
        self,
        url: str,
        *,
        on_failure: Callable[[str], None],
        fill: Callable[[PoolSpec], Pool] = faker_fill,
        max_pools: int = MAX_POOLS,
    ) -> None:
        self._shared = _Shared(url, on_failure, fill)
        super().__init__(self._shared.pool, max_pools)

    def close(self) -> None:
        """Closes the connection."""
        self._shared.close()


class _Shared:
    """Takes pools from Redis, or fills them and puts them there."""

    def __init__(self, url: str, on_failure: Callable[[str], None], fill: Callable[[PoolSpec], Pool]) -> None:
        self._url, self._on_failure, self._fill = url, on_failure, fill
        self._opening = threading.Lock()
        self._redis: Redis | None = None
        self._failing = False
        self._left_alone_until = 0.0

    def pool(self, spec: PoolSpec) -> Pool:
        """The pool of a spec; raises PoolFault."""
        if not _PROVIDER.fullmatch(spec.provider):
            return self._fill(spec)
        key = PREFIX + spec.key()
        text = self._asked(lambda redis: redis.get(key))
        found = None if text is None else _read(spec, text)
        if found is not None:
            return found
        pool = self._fill(spec)
        self._asked(lambda redis: redis.set(key, _written(pool), ex=KEPT_SECONDS))
        return pool

    def close(self) -> None:
        with self._opening:
            if self._redis is not None:
                self._redis.close()
                self._redis = None

    def _asked(self, question: "Callable[[Redis], Any]") -> Any:
        """Redis's answer; None where it has none, or gives none."""
        from redis.exceptions import RedisError  # noqa: PLC0415 - a start need not wait for the driver

        if time.monotonic() < self._left_alone_until:
            return None
        try:
            answer = question(self._opened())
        except (RedisError, OSError) as error:
            self._left_alone_until = time.monotonic() + PAUSE_SECONDS
            if not self._failing:
                self._failing = True
                self._on_failure(f"{type(error).__name__}: {error}")
            return None
        self._failing = False
        return answer

    def _opened(self) -> "Redis":
        from redis import Redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        with self._opening:
            if self._redis is None:
                self._redis = Redis.from_url(
                    self._url,
                    socket_connect_timeout=_CONNECT_SECONDS,
                    socket_timeout=_ANSWER_SECONDS,
                    # A connection that was closed while it lay idle is made once more.
                    retry=Retry(NoBackoff(), 1),
                )
            return self._redis


def _written(pool: Pool) -> bytes:
    data = [pool.hash_key(), pool.source_locale, pool.values, pool.slugs]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _read(spec: PoolSpec, text: bytes) -> Pool | None:
    """The pool that was written; None for anything else."""
    try:
        digest, source_locale, values, slugs = json.loads(text)
        pool = Pool(spec, tuple(values), tuple(slugs), source_locale)
        return pool if pool.hash_key() == digest else None
    except (ValueError, TypeError, AttributeError):
        return None
