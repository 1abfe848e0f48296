"""Counts in Redis: all gateways share them, and a restart of a gateway forgets none."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Self

from redis import exceptions

from testdata_agent.stores.limits.base import (
    SLOT_SECONDS,
    WINDOW_SECONDS,
    Kind,
    LimitStore,
    LimitsUnreachable,
    Taken,
)
from testdata_agent.stores.redis_connections import opened

#: Before every key; what follows is the kind and the client.
PREFIX: Final = "testdata:rate:"
_CONNECTIONS: Final = 8
#: Calls that are asked about together.
_AT_ONCE: Final = 100
#: Calls wait for the answer, so it is not waited for long.
_CONNECT_SECONDS: Final = 0.3
_ANSWER_SECONDS: Final = 0.5

#: A count is a hash: second -> what was taken in it. Gives {milliseconds to wait, second} for each key.
#: Keys: the counts. Arguments: seconds until a second's count is over; then amount and most for each key.
_TAKE: Final = """
local clock = redis.call('TIME')
local now, span = tonumber(clock[1]), tonumber(ARGV[1])
local function take(key, amount, most)
  local found, held, sum = redis.call('HGETALL', key), {}, 0
  for i = 1, #found, 2 do
    local second, taken = tonumber(found[i]), tonumber(found[i + 1])
    -- Of a second that is far to come a clock that has been put right told; it would count until then.
    if second + span <= now or second > now + span then
      redis.call('HDEL', key, found[i])
    else
      held[#held + 1] = {second, taken}
      sum = sum + taken
    end
  end
  local over = sum + amount - most
  if over <= 0 then
    redis.call('HINCRBY', key, clock[1], string.format('%d', amount))
    redis.call('EXPIRE', key, span + 1)
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
end
local answers = {}
for i, key in ipairs(KEYS) do answers[i] = take(key, tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])) end
return answers
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
        self._redis = opened(
            url, connections=_CONNECTIONS, connect_seconds=_CONNECT_SECONDS, silence_seconds=_ANSWER_SECONDS
        )
        self._take = self._redis.register_script(_TAKE)
        self._give_back = self._redis.register_script(_GIVE_BACK)
        self._waiting: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """As it is."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        await self.close()

    async def close(self) -> None:
        """Closes the connections, once all questions have their answers."""
        if self._asking is not None:
            await self._asking
        await self._redis.aclose()

    async def take(self, client_id: str, kind: Kind, amount: int, most: int) -> Taken:
        """See LimitStore. Calls that come while another's answer is awaited are asked about together."""
        asked = _Asked(_key(client_id, kind), amount, most, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asked.answer

    async def give_back(self, client_id: str, kind: Kind, amount: int, slot: int) -> None:
        """See LimitStore."""
        await self._ran(self._give_back, [_key(client_id, kind)], [amount, slot])

    async def _ask(self) -> None:
        """Asks about all that wait, until none does."""
        while self._waiting:
            asked, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            bounds = [number for one in asked for number in (one.amount, one.most)]
            keys = [one.key for one in asked]
            try:
                answers = await self._ran(self._take, keys, [WINDOW_SECONDS + SLOT_SECONDS, *bounds])
            except Exception as fault:  # noqa: BLE001 - whatever it is, those who wait are told
                # Who came meanwhile would only wait for the same.
                asked, self._waiting = [*asked, *self._waiting], []
                for one in asked:
                    one.fail(fault)
            else:
                for one, (milliseconds, slot) in zip(asked, answers, strict=True):
                    one.settle(Taken(milliseconds / 1000, slot))

    async def _ran(self, script: Any, keys: list[str], arguments: list[int]) -> Any:
        try:
            async with asyncio.timeout(2 * _ANSWER_SECONDS):
                return await script(keys=keys, args=arguments)
        except (exceptions.RedisError, OSError) as error:
            raise LimitsUnreachable(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that waits for its answer; whoever asked may have left."""

    key: str
    amount: int
    most: int
    answer: asyncio.Future[Taken]

    def settle(self, taken: Taken) -> None:
        if not self.answer.done():
            self.answer.set_result(taken)

    def fail(self, fault: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(fault)


def _key(client_id: str, kind: Kind) -> str:
    return f"{PREFIX}{kind}:{client_id}"
