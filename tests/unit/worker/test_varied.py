"""The pattern path's batches."""

from collections.abc import Sequence
from typing import Any

import orjson
import pytest

from testdata_agent.engine.request import GenerationMethod, PatternChoice, Scenario
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.growth import Growth
from testdata_agent.stores.jobs import JobState
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.stores.results.base import Entry
from tests.unit.worker.site import Site, request
from worker.execution import Ending
from worker.varied import VariedRunner


class Shelf:
    """Stored patterns; they can be taken away."""

    def __init__(self, patterns: dict[str, Pattern]) -> None:
        self.patterns = patterns

    async def get(self, pattern_ids: Sequence[str]) -> list[Pattern]:
        return [self.patterns[pattern_id] for pattern_id in pattern_ids if pattern_id in self.patterns]


@pytest.fixture
def shelf(site: Site) -> Shelf:
    run = site.generator.prepare_now(request(4, entity="cart", seed=99, envelope=False))
    return Shelf({f"pat-{number}": pattern(number, orjson.loads(row)) for number, row in enumerate(run.rows(0, 4))})


@pytest.fixture(autouse=True)
def varied(site: Site, shelf: Shelf) -> VariedRunner:
    runner = VariedRunner(site.generator, shelf.get, threshold=0.85)
    site.runners["rag"] = runner
    return runner


def pattern(number: int, record: dict[str, Any]) -> Pattern:
    return Pattern(
        kind=PatternKind.PATTERN,
        domain="ecommerce",
        entity="cart",
        name=f"cart {number}",
        intent="a cart",
        record=record,
        pattern_id=f"pat-{number}",
        signature=f"{number}",
        uses=0,
        embedder_id="none",
        vector=b"",
        created_at=0.0,
        revision=number + 1,
    )


def asked(count: int, **changes: Any) -> Any:
    choices = (PatternChoice(pattern_ids=("pat-0", "pat-1", "pat-2")),)
    return request(count, **{"entity": "cart", "method": GenerationMethod.RAG, "patterns": choices, **changes})


async def test_the_batches_of_a_job_are_the_rows_of_the_stream(site: Site, shelf: Shelf) -> None:
    wanted = asked(4_500, first_row=10)
    job, batches = await site.submit(wanted, path="rag")
    assert len(batches) > 1
    for batch in reversed(batches):
        assert await site.execution.work(job.job_id, batch.number) is Ending.DONE
    exemplars = {"": [Exemplar(key, shelf.patterns[key].record, ()) for key in wanted.pattern_ids]}
    stream = Growth(site.generator.prepare_now(wanted), exemplars, 0.85)
    assert site.results.rows(job.job_id) == stream.rows(0, 4_500)
    ended = await site.jobs.get(job.job_id)
    assert (ended.state, ended.records_done) == (JobState.SUCCEEDED, 4_500)
    said = ended.metadata
    assert said["records_by_path"] == {"rag": 4_500}
    assert said["records_attempted"] == said["records_accepted"] + said.get("records_rejected", 0)
    assert said["checks_passed"] == said["checks_applied"] > 0


async def test_a_batch_that_comes_again_goes_on_where_the_first_attempt_got_to(site: Site) -> None:
    whole, (batch,) = await site.submit(asked(50), path="rag")
    await site.execution.work(whole.job_id, 0)
    rows = site.results.rows(whole.job_id)
    job, (batch,) = await site.submit(asked(50), path="rag")
    await site.results.append(batch, Entry(0, tuple(rows[:20])))
    assert await site.execution.work(job.job_id, 0) is Ending.DONE
    assert site.results.rows(job.job_id) == rows
    assert (await site.jobs.get(job.job_id)).metadata["records_by_path"] == {"rag": 50}


async def test_scenarios_are_counted(site: Site) -> None:
    job, _ = await site.submit(asked(30, scenarios=(Scenario(name="a", count=12),)), path="rag")
    await site.execution.work(job.job_id, 0)
    assert (await site.jobs.get(job.job_id)).metadata["scenario_counts"] == {"a": 12, "default": 18}


async def test_a_job_whose_patterns_are_gone_fails_and_says_so(site: Site, shelf: Shelf) -> None:
    shelf.patterns.clear()
    job, _ = await site.submit(asked(5), path="rag")
    assert await site.execution.work(job.job_id, 0) is Ending.FAILED
    ended = await site.jobs.get(job.job_id)
    assert (ended.state, ended.error_reason) == (JobState.FAILED, "PATTERNS_GONE")
