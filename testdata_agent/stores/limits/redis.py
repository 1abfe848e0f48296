"""Counts in Redis: all gateways share them, and a restart of a gateway forgets none."""

import asyncio
from typing import Any, Final, Self

from redis import asyncio as client
from redis import exceptions
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from testdata_agent.stores.limits.base import (
    SLOT_SECONDS,
    WINDOW_SECONDS,
    Kind,
    LimitStore,
    LimitsUnreachable,
    Taken,
)

#: Before every key; what follows is the kind and the client.
PREFIX: Final = "testdata:rate:"
_CONNECTIONS: Final = 32
#: Calls wait for the answer, so it is not waited for long.
_CONNECT_SECONDS: Final = 0.3
_ANSWER_SECONDS: Final = 0.5

#: A count is a hash: second -> what was taken in it. Gives {milliseconds to wait, second}.
#: Key: the count. Arguments: amount, most, seconds until a second's count is over.
_TAKE: Final = """
local clock = redis.call('TIME')
local now = tonumber(clock[1])
local amount, most, span = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local found, held, sum = redis.call('HGETALL', KEYS[1]), {}, 0
for i = 1, #found, 2 do
  local second, taken = tonumber(found[i]), tonumber(found[i + 1])
  if second + span <= now then
    redis.call('HDEL', KEYS[1], found[i])
  else
    held[#held + 1] = {second, taken}
    sum = sum + taken
  end
end
local over = sum + amount - most
if over <= 0 then
  redis.call('HINCRBY', KEYS[1], clock[1], ARGV[1])
  redis.call('EXPIRE', KEYS[1], span + 1)
  return {0, now}
end
table.sort(held, function(one, other) return one[1] < other[1] end)
local at = now
for _, part in ipairs(held) do
  if over <= 0 then break end
  over = over - part[2]
  at = part[1] + span
end
return {math.max((at - now) * 1000 - math.floor(clock[2] / 1000), 1), now}
"""

#: Key: the count. Arguments: amount, second.
_GIVE_BACK: Final = """
local taken = tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or 0)
if taken > 0 then redis.call('HINCRBY', KEYS[1], ARGV[2], -math.min(taken, tonumber(ARGV[1]))) end
"""


class RedisLimits(LimitStore):
    """See LimitStore. It connects when it is first asked, and belongs to one event loop.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
    """

    def __init__(self, url: str) -> None:
        pool = client.BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=_ANSWER_SECONDS,
            protocol=2,
            socket_timeout=_ANSWER_SECONDS,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_keepalive=True,
            # Once, at once: a connection that a restarted server has forgotten.
            retry=Retry(NoBackoff(), 1),
        )
        self._redis = client.Redis.from_pool(pool)
        self._take = self._redis.register_script(_TAKE)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    async def __aenter__(self) -> Self:
        """As it is."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._redis.aclose()

    async def take(self, client_id: str, kind: Kind, amount: int, most: int) -> Taken:
        """See LimitStore."""
        milliseconds, slot = await self._ran(self._take, client_id, kind, amount, most, WINDOW_SECONDS + SLOT_SECONDS)
        return Taken(milliseconds / 1000, slot)

    async def give_back(self, client_id: str, kind: Kind, amount: int, slot: int) -> None:
        """See LimitStore."""
        await self._ran(self._give_back, client_id, kind, amount, slot)

    async def _ran(self, script: Any, client_id: str, kind: Kind, *arguments: int) -> Any:
        try:
            async with asyncio.timeout(2 * _ANSWER_SECONDS):
                return await script(keys=[f"{PREFIX}{kind}:{client_id}"], args=arguments)
        except (exceptions.RedisError, OSError) as error:
            raise LimitsUnreachable(f"{type(error).__name__}: {error}") from error
