"""What runners work with."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.worker.site import Site
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
