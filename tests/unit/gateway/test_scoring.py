import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway.metrics import Metrics
from gateway.scoring import MAX_INLINE_SECONDS, Sample, Scoring, said_in
from testdata_agent.engine.coherence.score import CoherenceReport
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, Scenario
from testdata_agent.generator import default_generator
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


OF_ANOTHER_SHOP = {"customer_id": "u-42", "shipping_address.zip": "x"}


@pytest.mark.parametrize(
    ("request_", "ours"),
    [
        (GenerationRequest(entity="order", overrides=OF_ANOTHER_SHOP), 0),
        (GenerationRequest(entity="order", scenarios=(Scenario(name="a", count=2, overrides=OF_ANOTHER_SHOP),)), 0),
        (GenerationRequest(entity="user", overrides={"addresses.zip": "x"}), 0),
        (None, 1),
    ],
)
async def test_what_a_request_says_itself_is_no_bug_of_ours(request_: GenerationRequest | None, ours: int) -> None:
    asked = request_ or GenerationRequest(entity="order", overrides={"customer_id": "u-42"})
    run = default_generator().prepare_now(replace(asked, count=3, seed=1, as_of=0))
    metrics = Metrics()
    said = () if request_ is None else said_in(request_)
    report = await Scoring(metrics, logs.logger()).report(
        run, Sample.of(run.rows(0, 3)), path=GenerationMethod.TRADITIONAL, request_id="x", said=said
    )
    assert report.passed < report.applied  # and the caller is told
    assert f"testdata_coherence_below_one_total {ours:.1f}" in metrics.exposition().decode()
