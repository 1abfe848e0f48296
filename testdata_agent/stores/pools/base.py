"""The port through which the engine's value pools are had.

PoolFault (ValueError)     a pool that cannot be filled
|- UnknownProvider         no such word source, or one whose values are not fit for a pool
`- UnknownLocale           no such locale (see locales.py)
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from testdata_agent.engine.synthesis.pools import Pool, PoolSpec


class PoolFault(ValueError):  # noqa: N818 - a fault of the request, in the words of the house
    """A pool that cannot be filled; its text says why in words for the caller of the service."""


class UnknownProvider(PoolFault):
    """The provider of a spec names no source of words, or one that gives no repeatable text."""

    def __init__(self, provider: str, message: str) -> None:
        """Takes the name as the spec has it, and the sentence for the caller."""
        super().__init__(message)
        self.provider = provider


class PoolStore(Protocol):
    """Gives pools by spec. Every adapter gives the same values for the same spec and engine version."""

    async def load(self, specs: Collection[PoolSpec]) -> Mapping[PoolSpec, Pool]:
        """One pool for each distinct spec, filling what is not there yet.

        Raises PoolFault when any one of them cannot be filled; the others stay usable.
        """
        ...
