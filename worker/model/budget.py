"""Token ceilings of one job, held while it runs; and what tokens cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from testdata_agent.engine.creative.estimate import text_tokens
from testdata_agent.stores.jobs.job import Usage


class BudgetExhausted(Exception):  # noqa: N818 - the words of the house
    """The next call could pass the ceiling; str() says which."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens, in any currency; None: not known, so only tokens are counted."""

    input: Decimal | None = None
    output: Decimal | None = None
    cached: Decimal | None = None

    def priced(self, usage: Usage) -> Usage:
        """The usage with its cost."""
        if self.input is None or self.output is None:
            return usage
        cached = self.cached if self.cached is not None else self.input
        fresh = usage.input_tokens - usage.cached_tokens
        # A price of a million tokens is one of a token in millionths.
        micros = fresh * self.input + usage.cached_tokens * cached + usage.output_tokens * self.output
        return Usage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            cost_micros=int(micros.to_integral_value()),
        )


@dataclass
class Budget:
    """What a job may still spend. Calls under way hold what they may come to.

    Attributes:
        most: Input and output tokens of the whole job; None: as many as it takes.
        spent: So far, by all of its batches as far as this process knows.
    """

    most: int | None = None
    spent: int = 0
    _held: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def grant(self, prompt: str, wanted: int) -> AsyncIterator[int]:
        """Holds the tokens of one call: gives how many its answer may have, `wanted` at the most.

        Where calls under way hold what is left, it waits for them.

        Raises:
            BudgetExhausted: there are not enough left for a useful answer.
        """
        if self.most is None:
            yield wanted
            return
        needed = text_tokens(prompt)
        while (left := self.most - self.spent - self._held - needed) < min(wanted, _LEAST_USEFUL):
            if not self._held:
                raise BudgetExhausted(f"the token budget of {self.most} is used up: {self.spent} are spent")
            self._changed.clear()
            await self._changed.wait()
        answer = min(wanted, left)
        self._held += needed + answer
        try:
            yield answer
        finally:
            self._held -= needed + answer
            self._changed.set()

    def take(self, usage: Usage) -> None:
        """Counts what a call was paid with."""
        self.spent += usage.input_tokens + usage.output_tokens


#: An answer of fewer tokens holds no record.
_LEAST_USEFUL = 64
