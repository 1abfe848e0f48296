import asyncio

import pytest

from worker.model.budget import Budget, BudgetExhausted, Budgets


class Ledger:
    """What has been paid; it takes a moment to say so."""

    def __init__(self, tokens: int = 0) -> None:
        self.tokens = tokens

    async def spent(self) -> int:
        tokens = self.tokens
        await asyncio.sleep(0)
        return tokens


async def test_without_a_ceiling_every_answer_is_as_long_as_wanted() -> None:
    async with Budget().grant("x" * 1000, 5_000) as most:
        assert most == 5_000


async def test_an_answer_is_cut_to_what_is_left() -> None:
    async with Budget(1_000).grant("x" * 350, 5_000) as most:
        assert most == 1_000 - 101


async def test_what_other_processes_spent_counts() -> None:
    budget = Budget(1_000, Ledger(990).spent)
    with pytest.raises(BudgetExhausted, match="the token budget of 1000 is used up: 990 are spent"):
        async with budget.grant("x", 500):
            pass


async def test_calls_side_by_side_never_hold_more_than_there_is() -> None:
    ledger, answered = Ledger(), 0
    budget = Budget(2_000, ledger.spent)

    async def call() -> None:
        nonlocal answered
        async with budget.grant("x" * 35, 400) as most:
            await asyncio.sleep(0.001)
            ledger.tokens += 11 + most
            answered += 1

    outcomes = await asyncio.gather(*(call() for _ in range(30)), return_exceptions=True)
    assert ledger.tokens <= 2_000
    assert answered >= 4
    assert {type(outcome) for outcome in outcomes} == {type(None), BudgetExhausted}


async def test_of_several_ceilings_the_lowest_holds_and_says_its_name() -> None:
    wide, narrow = Budget(10_000, name="the wide one"), Budget(1_000, Ledger(400).spent, "the narrow one")
    async with Budgets((wide, narrow)).grant("x", 5_000) as most:
        assert most == 599
    with pytest.raises(BudgetExhausted, match="the narrow one of 1000"):
        async with Budgets((wide, Budget(1_000, Ledger(999).spent, "the narrow one"))).grant("x", 5_000):
            pass
    async with wide.grant("x", 10_000) as most:
        assert most == 9_999
