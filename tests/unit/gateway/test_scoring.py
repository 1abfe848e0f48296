import threading
import time
from collections.abc import Sequence

import pytest

from gateway.metrics import Metrics
from gateway.scoring import MAX_INLINE_SECONDS, Sample, Scoring
from testdata_agent.engine.coherence.score import CoherenceReport
from testdata_agent.engine.request import GenerationMethod
from testdata_agent.service import logs


class Costly:
    """Takes its time over each record, and remembers in which thread."""

    def __init__(self, seconds_a_record: float, passed: float = 1) -> None:
        self.schema = object()
        self.inline: list[bool] = []
        self._seconds, self._passed = seconds_a_record, passed

    scorable = True

    def json_rows(self, positions: Sequence[int]) -> list[str]:
        return ["{}"] * len(positions)

    def score(self, rows: Sequence[str]) -> CoherenceReport:
        self.inline.append(threading.current_thread() is threading.main_thread())
        end = time.thread_time() + self._seconds * len(rows)
        while time.thread_time() < end:
            pass
        return CoherenceReport(self._passed, int(len(rows) * self._passed), len(rows), len(rows), (), {})


@pytest.fixture
def scoring() -> Scoring:
    return Scoring(Metrics(), logs.logger())


async def scored(scoring: Scoring, run: Costly, records: int) -> int:
    report = await scoring.report(run, Sample.of(["{}"] * records), path=GenerationMethod.TRADITIONAL, request_id="x")
    return report.records_scored


async def test_few_records_are_scored_at_once(scoring: Scoring) -> None:
    run = Costly(0)
    assert await scored(scoring, run, 10) == 10
    assert run.inline == [True]


async def test_many_records_of_a_schema_are_scored_at_once_when_they_are_known_to_be_cheap(scoring: Scoring) -> None:
    run = Costly(0)
    for _ in range(2):
        assert await scored(scoring, run, 200) == 200
    assert run.inline == [False, True]


async def test_costly_records_are_scored_beside_the_loop(scoring: Scoring) -> None:
    run = Costly(MAX_INLINE_SECONDS)
    await scored(scoring, run, 1)
    await scored(scoring, run, 5)
    assert run.inline == [True, False]


async def test_a_score_below_one_is_counted() -> None:
    metrics = Metrics()
    await scored(Scoring(metrics, logs.logger()), Costly(0, passed=0.5), 2)
    text = metrics.exposition().decode()
    assert "testdata_coherence_below_one_total 1.0" in text
    assert 'testdata_coherence_checks_total{result="failed"} 1.0' in text
