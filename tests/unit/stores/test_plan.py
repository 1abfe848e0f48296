"""How jobs are cut into batches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testdata_agent.engine.creative.cutting import BATCHES, MOST_ROWS
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, Scenario
from testdata_agent.stores.jobs.plan import MAX_BULK_BATCHES, batches_of


def request(count: int, *shares: int, first_row: int = 0) -> GenerationRequest:
    scenarios = tuple(Scenario(name=f"s{number}", count=share) for number, share in enumerate(shares))
    return GenerationRequest(entity="cart", count=count, scenarios=scenarios, first_row=first_row)


@given(
    count=st.integers(1, 2**31 - 1),
    first_row=st.integers(0, 2**62),
)
def test_the_engines_batches_hold_every_row_once(count: int, first_row: int) -> None:
    cut = batches_of("job", request(count, first_row=first_row), GenerationMethod.TRADITIONAL)
    assert [batch.number for batch in cut] == list(range(len(cut)))
    assert [cut[0].start, *(batch.stop for batch in cut)] == [*(batch.start for batch in cut), first_row + count]
    assert cut[0].start == first_row
    assert len(cut) <= MAX_BULK_BATCHES
    assert {batch.queue for batch in cut} == {"bulk"}


def test_a_small_job_is_shared_out_too() -> None:
    cut = batches_of("job", request(5_000), GenerationMethod.RAG)
    assert [(batch.start, batch.stop) for batch in cut] == [(0, 2000), (2000, 4000), (4000, 5000)]


@given(shares=st.lists(st.integers(1, 30), max_size=5), rest=st.integers(0, 60))
def test_a_models_batches_are_small_and_of_one_scenario_each(shares: list[int], rest: int) -> None:
    count = sum(shares) + rest
    if not count:
        return
    cut = batches_of("job", request(count, *shares), GenerationMethod.LLM)
    assert [cut[0].start, *(batch.stop for batch in cut)] == [*(batch.start for batch in cut), count]
    assert all(1 <= batch.size <= MOST_ROWS for batch in cut)
    assert cut[0].size == 1
    borders = {sum(shares[:number]) for number in range(len(shares) + 1)} - {count}
    assert borders <= {batch.start for batch in cut}
    assert {batch.queue for batch in cut} == {"model"}


@pytest.mark.parametrize("count", [3, 20, 100])
def test_a_models_batches_can_all_run_side_by_side(count: int) -> None:
    assert len(batches_of("job", request(count), GenerationMethod.LLM)) <= BATCHES


def test_many_records_are_grown_within_one_batch_a_scenario() -> None:
    cut = batches_of("job", request(10_000, 3_000), GenerationMethod.LLM)
    assert [(batch.start, batch.stop) for batch in cut] == [(0, 3_000), (3_000, 10_000)]


@pytest.mark.parametrize("path", [GenerationMethod.LLM, GenerationMethod.HYBRID])
def test_one_record_is_one_batch(path: GenerationMethod) -> None:
    assert [(batch.start, batch.stop) for batch in batches_of("job", request(1), path)] == [(0, 1)]
