import asyncio
from decimal import Decimal

import pytest

from testdata_agent.stores.jobs.job import Usage
from worker.model.budget import Budget, BudgetExhausted, Prices


async def test_without_a_ceiling_every_answer_is_as_long_as_wanted() -> None:
    async with Budget().grant("x" * 1000, 5_000) as most:
        assert most == 5_000


async def test_an_answer_is_cut_to_what_is_left() -> None:
    async with Budget(1_000).grant("x" * 350, 5_000) as most:
        assert most == 1_000 - 101


async def test_a_spent_budget_is_told() -> None:
    budget = Budget(1_000)
    budget.take(Usage(input_tokens=600, output_tokens=390))
    with pytest.raises(BudgetExhausted, match="budget of 1000 is used up: 990 are spent"):
        async with budget.grant("x", 500):
            pass


async def test_calls_side_by_side_never_hold_more_than_there_is() -> None:
    budget, answered = Budget(2_000), 0

    async def call() -> None:
        nonlocal answered
        async with budget.grant("x" * 35, 400) as most:
            await asyncio.sleep(0.001)
            budget.take(Usage(input_tokens=11, output_tokens=most))
            answered += 1

    outcomes = await asyncio.gather(*(call() for _ in range(30)), return_exceptions=True)
    assert budget.spent <= 2_000
    assert answered >= 4
    assert {type(outcome) for outcome in outcomes} == {type(None), BudgetExhausted}


def test_cached_tokens_have_a_price_of_their_own() -> None:
    usage = Usage(input_tokens=1_000, output_tokens=200, cached_tokens=900)
    assert Prices(Decimal(3), Decimal(15), Decimal("0.3")).priced(usage).cost_micros == 100 * 3 + 270 + 200 * 15
    assert Prices(Decimal(3), Decimal(15)).priced(usage).cost_micros == 3_000 + 3_000
    assert Prices().priced(usage).cost_micros is None
