"""What runners work with."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from testdata_agent.stores.jobs import Usage
from tests.unit.worker.site import Site
from worker.bills import Bill
from worker.runners import ENTRY_BYTES, ENTRY_ROWS, Context, entries


@given(first=st.integers(0, 2**62), sizes=st.lists(st.sampled_from([1, 500, 100_000, 400_000]), max_size=600))
def test_entries_are_bounded_and_hold_every_row_once(first: int, sizes: list[int]) -> None:
    rows = ["x" * size for size in sizes]
    cut = entries(first, rows)
    assert [row for entry in cut for row in entry.rows] == rows
    assert [entry.first for entry in cut] == [first, *(entry.end for entry in cut)][: len(cut)]
    assert all(1 <= len(entry.rows) <= ENTRY_ROWS for entry in cut)
    assert all(len(entry.rows) == 1 or sum(map(len, entry.rows)) <= ENTRY_BYTES for entry in cut)


async def test_rows_that_another_worker_wrote_first_stay(site: Site) -> None:
    job, (batch,) = await site.submit()
    claim = await site.jobs.claim(job.job_id, 0, owner="one", lease=60, engine_version=job.engine_version)
    assert claim is not None
    mine, theirs = await Context.open(claim, site.results), await Context.open(claim, site.results)
    await theirs.emit(["a", "b", "c"])
    assert await mine.emit(["A", "B"]) == 3
    assert await mine.emit(["d"]) == 4
    assert site.results.rows(job.job_id) == ["a", "b", "c", "d"]
    assert await mine.look_again() == 4
    assert batch.stop == 10


async def test_what_was_paid_is_written_down_however_often_the_work_is_told_to_end(site: Site) -> None:
    job, _ = await site.submit()
    claim = await site.jobs.claim(job.job_id, 0, owner="one", lease=60, engine_version=job.engine_version)
    assert claim is not None
    may_go_on, written = asyncio.Event(), list[Bill]()

    async def bill(owed: Bill) -> None:
        await may_go_on.wait()
        written.append(owed)

    context = await Context.open(claim, site.results, bill=bill)
    context.spend("m", "write", Usage(output_tokens=5))
    settling = asyncio.create_task(context.settle())
    for _ in range(3):
        await asyncio.sleep(0.01)
        settling.cancel()
    await asyncio.sleep(0.01)
    assert not settling.done()
    may_go_on.set()
    await asyncio.wait({settling})
    assert settling.cancelled()
    assert [owed.usage.output_tokens for owed in written] == [5]
