"""Long work on the event loop, a little at a time."""

import asyncio
import time
from typing import Final

#: The event loop is given back after so much work. A call passes through it several times, and waits as often.
TURN_SECONDS: Final = 0.001


class Turns:
    """Gives the event loop back whenever its turn has been long enough."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    async def next(self) -> None:
        """Between two pieces of the work."""
        if time.perf_counter() - self._began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
