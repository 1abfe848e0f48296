"""Who calls."""

import random
from dataclasses import dataclass

from testdata_agent.client import AsyncClient
from testdata_agent.client.arguments import Format

FORMATS: tuple[Format, ...] = ("json", "ndjson", "csv", "sql")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One caller for one visit.

    Attributes:
        client: A connection that others use too.
        target: For connections of its own.
        chance: Decides what it asks for.
    """

    client: AsyncClient
    target: str
    chance: random.Random

    def seed(self) -> int:
        """Any."""
        return self.chance.randrange(1 << 48)
