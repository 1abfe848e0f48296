"""How many calls at once a provider is sent: fewer when it says that they are too many, more again when it is well."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Crowd:
    """Adds one to the limit for every round of calls that went well, halves it at every refusal (AIMD).

    Attributes:
        limit: Calls that may be under way.
        running: Those that are.
    """

    def __init__(self, most: int) -> None:
        """Takes the greatest limit, which is the first, too."""
        self._most, self.limit = most, float(most)
        self.running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Waits for a place and holds it; first come, first served."""
        if self.running >= int(self.limit) or self._waiting:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._leave()
                else:
                    self._waiting.remove(turn)
                raise
        else:
            self.running += 1
        try:
            yield
        finally:
            self._leave()

    def fewer(self) -> None:
        """The provider was asked too much."""
        self.limit = max(1.0, self.limit / 2)

    def more(self) -> None:
        """A call went well."""
        self.limit = min(float(self._most), self.limit + 1 / self.limit)
        self._admit()

    def _leave(self) -> None:
        self.running -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self.running < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)
