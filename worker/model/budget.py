"""Token ceilings, held while jobs run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from testdata_agent.engine.creative.estimate import text_tokens

#: An answer of fewer tokens holds no record.
_LEAST_USEFUL = 64

#: Says how many tokens have been paid so far, by all processes.
Spent = Callable[[], Awaitable[int]]


class BudgetExhausted(Exception):  # noqa: N818 - the words of the house
    """The next call could pass the ceiling; str() says which."""


async def nothing() -> int:
    """Nothing has been paid."""
    return 0


@dataclass
class Budget:
    """What may still be spent. Calls under way in this process hold what they may come to.

    Calls of other processes are known once they are paid, so a ceiling can be passed by as much as those take that
    are under way there.

    Attributes:
        most: Input and output tokens in all; None: as many as it takes.
        spent: Asked before each call.
        name: Of the ceiling, for those who meet it.
    """

    most: int | None = None
    spent: Spent = nothing
    name: str = "the token budget"
    _held: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def grant(self, prompt: str, wanted: int) -> AsyncIterator[int]:
        """Holds the tokens of one call: gives how many its answer may have, `wanted` at the most.

        Where calls under way hold what is left, it waits for them. What the call took must be in what `spent` says
        before it is left.

        Raises:
            BudgetExhausted: there are not enough left for a useful answer.
        """
        if self.most is None:
            yield wanted
            return
        needed = text_tokens(prompt)
        while (answer := await self._taken(self.most, needed, wanted)) is None:
            await self._changed.wait()
        try:
            yield answer
        finally:
            self._held -= needed + answer
            self._changed.set()

    async def _taken(self, most: int, needed: int, wanted: int) -> int | None:
        """Holds what an answer may have; None: calls under way hold it."""
        async with self._turn:
            self._changed.clear()
            # Before it is asked what was spent: a call that ends meanwhile is counted twice rather than not at all.
            held = self._held
            spent = await self.spent()
            left = most - spent - held - needed
            if left >= min(wanted, _LEAST_USEFUL):
                self._held += needed + min(wanted, left)
                return min(wanted, left)
            if not held:
                raise BudgetExhausted(f"{self.name} of {most} is used up: {spent} are spent")
            return None


@dataclass(frozen=True, slots=True)
class Budgets:
    """Several ceilings that a call must keep to."""

    budgets: tuple[Budget, ...] = ()

    @asynccontextmanager
    async def grant(self, prompt: str, wanted: int) -> AsyncIterator[int]:
        """See Budget: the least that any of them grants."""
        if not self.budgets:
            yield wanted
            return
        first, *others = self.budgets
        # Always in the same order, so that no two calls wait for each other.
        async with first.grant(prompt, wanted) as most, Budgets(tuple(others)).grant(prompt, most) as least:
            yield least
