"""What the watch over the stores makes of what it sees."""

import asyncio
from typing import Any, cast

import pytest

from gateway.jobs import watch
from gateway.jobs.watch import Watch
from gateway.metrics import Metrics
from testdata_agent.stores.jobs import Census, JobState, JobStore, LedgerUnreachable, QueueCensus
from testdata_agent.stores.results.base import ResultStore, ResultsUnreachable

MIB = 1024 * 1024
BUSY = Census(
    queues={"model": QueueCensus(queued=4, running=2, parked=1, oldest_seconds=61.5)},
    unfinished=3,
    ended={(JobState.FAILED, "MODEL_UNAVAILABLE"): 2, (JobState.SUCCEEDED, ""): 7},
)
IDLE = Census(queues={}, unfinished=0, ended={})


class Ledger:
    """Gives what it is told to, one thing a look; the last of them for ever."""

    def __init__(self, *seen: Census | Exception | None) -> None:
        self.seen = [*seen]
        self.last = asyncio.Event()

    async def census(self, *, ended_within: float) -> Census:
        assert ended_within == 300
        if len(self.seen) == 1:
            self.last.set()
        now = self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]
        if now is None:
            await asyncio.Event().wait()
        if isinstance(now, Census):
            return now
        raise cast(Exception, now)


class Results:
    def __init__(self, used: int | Exception) -> None:
        self._used = used

    async def used(self) -> int:
        if isinstance(self._used, Exception):
            raise self._used
        return self._used


async def looked(monkeypatch: pytest.MonkeyPatch, ledger: Ledger, results: Results) -> Any:
    """The gauges once the last thing was seen, as a function of name and labels."""
    monkeypatch.setattr(watch, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(watch, "_PATIENCE_SECONDS", 0.05)
    metrics = Metrics()
    watching = Watch(cast(JobStore, ledger), cast(ResultStore, results), 100 * MIB, metrics.state)
    task = asyncio.create_task(watching.run())
    await ledger.last.wait()
    await asyncio.sleep(0.2)  # longer than the patience with one that hangs
    task.cancel()
    return lambda name, **labels: metrics.registry.get_sample_value(f"testdata_{name}", labels)


async def test_queues_and_jobs_are_told_as_the_ledger_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    gauge = await looked(monkeypatch, Ledger(BUSY), Results(40 * MIB))
    assert [gauge(f"{name}", queue="model") for name in ("queue_depth", "batches_running", "batches_parked")] == [
        4,
        2,
        1,
    ]
    assert gauge("queue_oldest_seconds", queue="model") == 61.5
    assert gauge("queue_depth", queue="bulk") == 0
    assert gauge("jobs_unfinished") == 3
    assert gauge("jobs_ended_recently", state="failed", reason="MODEL_UNAVAILABLE") == 2
    assert gauge("jobs_ended_recently", state="succeeded", reason="none") == 7
    assert (gauge("results_bytes"), gauge("results_limit_bytes")) == (40 * MIB, 100 * MIB)
    assert (gauge("part_up", part="ledger"), gauge("part_up", part="redis")) == (1, 1)


async def test_what_has_passed_is_zero_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gauge = await looked(monkeypatch, Ledger(BUSY, IDLE), Results(0))
    assert gauge("queue_depth", queue="model") == gauge("queue_oldest_seconds", queue="model") == 0
    assert gauge("jobs_ended_recently", state="failed", reason="MODEL_UNAVAILABLE") == 0


@pytest.mark.parametrize("fault", [LedgerUnreachable("away"), None], ids=["refuses", "hangs"])
async def test_a_ledger_that_is_away_is_told_and_hides_nothing_of_redis(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    gauge = await looked(monkeypatch, Ledger(BUSY, fault), Results(5))
    assert (gauge("part_up", part="ledger"), gauge("part_up", part="redis")) == (0, 1)
    assert gauge("ledger_unreachable_total") >= 1
    assert gauge("queue_depth", queue="model") == 4


async def test_a_redis_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gauge = await looked(monkeypatch, Ledger(BUSY), Results(ResultsUnreachable("away")))
    assert (gauge("part_up", part="ledger"), gauge("part_up", part="redis")) == (1, 0)
