"""The keys file of one gateway, followed: who is added is let in, and who is taken out is not, within a second."""

import asyncio
from typing import Final

from testdata_agent.service.access.key_file import KeyFile

LOOK_SECONDS: Final = 1.0


async def follow(keys: KeyFile) -> None:
    """Takes changes in until it is cancelled. Beside the loop: a file system may hang."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await asyncio.to_thread(keys.look)
