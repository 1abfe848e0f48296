"""The token ceilings of a worker's process."""

from collections import defaultdict
from dataclasses import replace
from typing import cast

import pytest

from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.stores.jobs import Job, JobStore, Window
from testdata_agent.stores.jobs.base import Spent
from worker.model.budget import BudgetExhausted
from worker.model.purse import Purse

JOB = Job(
    job_id="job",
    client_id="plain",
    request_id="job",
    fingerprint="",
    request={},
    path="llm",
    records_requested=1,
    engine_version="1.0.0",
)


class Ledger:
    """Says what clients have spent."""

    def __init__(self) -> None:
        self.tokens: dict[tuple[str, Window], int] = defaultdict(int)

    async def spent(self, client_id: str, window: Window) -> Spent:
        return Spent(tokens=self.tokens[client_id, window], expected=0, until=0)


async def granted(purse: Purse, client: str, **own: int | None) -> int:
    """Tokens that an answer to an empty prompt may have; the prompt takes one itself."""
    async with purse.of(replace(JOB, client_id=client, token_ceilings=own)).grant("", 1_000) as most:
        return most


async def test_a_clients_own_ceiling_holds_in_flight_and_that_of_the_newest_job_for_all_of_them() -> None:
    ledger = Ledger()
    purse = Purse(cast("JobStore", ledger), clients=TokenCeilings(700, Window.MONTH))
    running = purse.of(replace(JOB, client_id="own", token_ceilings={"day": 300}))
    assert (await granted(purse, "plain"), await granted(purse, "own", day=300)) == (699, 299)
    ledger.tokens["own", Window.DAY] = 290
    with pytest.raises(BudgetExhausted, match=r"token budget of this day \(tokens_per_day\) of 300 is used up"):
        await granted(purse, "own", day=300)
    ledger.tokens["plain", Window.MONTH] = 690
    with pytest.raises(BudgetExhausted, match=r"of this month \(LLM_TOKENS_PER_CLIENT\) of 700 is used up"):
        await granted(purse, "plain")
    assert await granted(purse, "own", day=500) == 209
    async with running.grant("", 1_000) as most:
        assert most == 209


async def test_a_client_that_has_no_tokens_asks_no_model_and_one_without_a_ceiling_as_it_likes() -> None:
    ledger = Ledger()
    purse = Purse(cast("JobStore", ledger), clients=TokenCeilings(700, Window.MONTH))
    with pytest.raises(BudgetExhausted):
        await granted(purse, "none", month=0)
    ledger.tokens["free", Window.MONTH] = 10_000
    assert await granted(purse, "free", month=None) == 1_000
