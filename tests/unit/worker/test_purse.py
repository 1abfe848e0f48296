"""The token ceilings of a worker's process."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from testdata_agent.service.access.ceilings import TokenCeilings
from testdata_agent.service.access.key_file import KeyFile
from testdata_agent.service.access.key_ring import hash_of
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


def write(path: Path, own: str) -> None:
    path.write_text(f'clients:\n  - client: own\n    sha256: ["{hash_of("k")}"]\n    {own}\n')


async def granted(purse: Purse, client: str) -> int:
    """Tokens that an answer to an empty prompt may have; the prompt takes one itself."""
    async with purse.of(replace(JOB, client_id=client)).grant("", 1_000) as most:
        return most


async def test_a_clients_own_ceiling_holds_in_flight_and_changes_while_jobs_run(tmp_path: Path) -> None:
    path, ledger = tmp_path / "keys.yaml", Ledger()
    write(path, "tokens_per_day: 300")
    purse = Purse(cast("JobStore", ledger), clients=TokenCeilings(700, Window.MONTH, KeyFile(path)))
    running = purse.of(replace(JOB, client_id="own"))
    assert (await granted(purse, "plain"), await granted(purse, "own")) == (699, 299)
    ledger.tokens["own", Window.DAY] = 290
    with pytest.raises(
        BudgetExhausted, match=r"client's token budget of this day \(tokens_per_day\) of 300 is used up"
    ):
        await granted(purse, "own")
    ledger.tokens["plain", Window.MONTH] = 690
    with pytest.raises(BudgetExhausted, match=r"of this month \(LLM_TOKENS_PER_CLIENT\) of 700 is used up"):
        await granted(purse, "plain")
    write(path, "tokens_per_day: 500")
    assert await granted(purse, "own") == 209
    async with running.grant("", 1_000) as most:
        assert most == 209


async def test_a_client_that_has_no_tokens_asks_no_model(tmp_path: Path) -> None:
    path = tmp_path / "keys.yaml"
    write(path, "tokens_per_month: 0")
    purse = Purse(cast("JobStore", Ledger()), clients=TokenCeilings(None, Window.MONTH, KeyFile(path)))
    with pytest.raises(BudgetExhausted):
        await granted(purse, "own")
    assert await granted(purse, "plain") == 1_000, "nobody else has a ceiling"
