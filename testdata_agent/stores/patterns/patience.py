"""How long the database is waited for where no caller waits."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from testdata_agent.stores.jobs import LedgerUnreachable

#: A database that is silent for longer does not answer.
PATIENCE_SECONDS: Final = 5.0

_T = TypeVar("_T")


async def patiently(answer: Awaitable[_T], seconds: float = PATIENCE_SECONDS) -> _T:
    """Awaits what the database answers.

    Raises:
        LedgerUnreachable: it does not, or not in time.
    """
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError as error:
        raise LedgerUnreachable(f"the database does not answer within {seconds:g} s") from error
