"""The records of a job in the order of `_index`, as pages and as they are made.

While a job runs, delivery waits where records are missing; once it has ended, they are skipped.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from structlog.typing import FilteringBoundLogger

from gateway.errors.refusal import Refusal
from gateway.jobs.stores import JobStores
from gateway.jobs.waiting import finished_or_late
from testdata_agent.stores.jobs import Batch, BatchState, Job
from testdata_agent.stores.queue.base import QueueFault
from testdata_agent.stores.results.base import Entry, ResultsGone

#: Records read at a time where they are all there.
READ_RECORDS: Final = 1024
#: A follower that has got nothing for so long looks whether the records of a finished batch went missing.
SUSPICIOUS_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Page:
    """Records that were there.

    Attributes:
        entries: In order; with gaps only where the job has ended.
        next_record: The row to go on with.
        final: Whether none follows and none will.
    """

    entries: tuple[Entry, ...]
    next_record: int
    final: bool


class Following:
    """Reads jobs' records."""

    def __init__(self, stores: JobStores, log: FilteringBoundLogger) -> None:
        self._stores = stores
        self._log = log

    async def page(self, job: Job, row: int, *, max_records: int, max_characters: int) -> Page:
        """What is there from `row` on of a job whose state was read before.

        It ends at so many records, before an entry that would take it over so many characters, or at a gap.

        Raises:
            Refusal: RESULTS_GONE.
        """
        self._require_kept(job)
        gathered: list[Entry] = []
        records = characters = 0
        at = row
        for batch in _from(await self._stores.ledger.batches(job.job_id), row):
            at = max(at, batch.start)
            while at < batch.stop:
                if records >= max_records:
                    return Page(tuple(gathered), at, final=False)
                found = await self._read(batch, at, min(READ_RECORDS, max_records - records))
                if not found:
                    break
                for entry in found:
                    fitting = _fitting(entry, max_characters - characters, at_least=0 if gathered else 1)
                    if fitting.rows:
                        gathered.append(fitting)
                    at = fitting.end
                    records += len(fitting.rows)
                    characters += sum(map(len, fitting.rows))
                    if len(fitting.rows) < len(entry.rows):
                        return Page(tuple(gathered), at, final=False)
            if at < batch.stop and not job.state.finished:
                return Page(tuple(gathered), at, final=False)
        if not gathered and job.records_done and row <= job.request["first_row"]:
            raise _lost(job, 0)
        return Page(tuple(gathered), at, final=job.state.finished)

    async def follow(self, job: Job, row: int) -> AsyncGenerator[Entry, None]:
        """Entries from `row` on until the job has ended and all that was made is given.

        Raises:
            Refusal: RESULTS_GONE, also at the end, where records that were made are not there.
        """
        self._require_kept(job)
        whole, given = row <= job.request["first_row"], 0
        for batch in _from(await self._stores.ledger.batches(job.job_id), row):
            at = max(row, batch.start)
            if not job.state.finished:
                async with aclosing(self._live(job, batch, at)) as live:
                    async for entry in live:
                        yield entry
                        at, given = entry.end, given + len(entry.rows)
                if at < batch.stop:
                    # Left with something missing: only because the job has ended.
                    job = await self._stores.ledger.get(job.job_id)
            while at < batch.stop and (found := await self._read(batch, at, READ_RECORDS)):
                for entry in found:
                    yield entry
                    at, given = entry.end, given + len(entry.rows)
        # All records may be there a moment before the ledger says how the job ended.
        job = await finished_or_late(self._stores, job.job_id, seconds=None)
        if whole and given < job.records_done:
            raise _lost(job, given)

    async def _live(self, job: Job, batch: Batch, row: int) -> AsyncGenerator[Entry, None]:
        """Entries of a batch until it is whole or its job has ended."""
        at, heard = row, time.monotonic()
        async with aclosing(_generator(self._stores.results.follow(batch, row=row))) as entries:
            try:
                async for entry in entries:
                    if entry is not None:
                        yield entry
                        at, heard = entry.end, time.monotonic()
                        continue
                    if (await self._stores.ledger.get(job.job_id)).state.finished:
                        return
                    if time.monotonic() - heard > SUSPICIOUS_SECONDS:
                        await self._mend(batch, at)
                        heard = time.monotonic()
            except ResultsGone as error:
                raise _gone(job) from error

    async def _mend(self, batch: Batch, row: int) -> None:
        """Has a batch made again that is said to be done and whose records are not there."""
        now = (await self._stores.ledger.batches(batch.job_id))[batch.number]
        if now.state is not BatchState.DONE or row >= batch.start + now.records:
            return
        if await self._stores.ledger.reopen(batch.job_id, batch.number):
            self._log.error("records_missing", job_id=batch.job_id, batch=batch.number, there=row - batch.start)
            try:
                await self._stores.queue.publish([now])
            except QueueFault as fault:
                self._log.warning("publish_failed", job_id=batch.job_id, batches=1, error=str(fault)[:200])

    async def _read(self, batch: Batch, row: int, limit: int) -> tuple[Entry, ...]:
        try:
            return await self._stores.results.read(batch, row=row, limit=limit)
        except ResultsGone as error:
            raise Refusal("RESULTS_GONE", f"the records of job {batch.job_id} are no longer kept") from error

    def _require_kept(self, job: Job) -> None:
        if job.results_expire_at is not None and job.results_expire_at <= time.time():
            raise _gone(job)


def _gone(job: Job) -> Refusal:
    when = ""
    if job.results_expire_at is not None:
        when = time.strftime(" since %Y-%m-%dT%H:%M:%SZ", time.gmtime(job.results_expire_at))
    words = "submit the request again, with its seed for the same records" if job.path == "traditional" else ""
    return Refusal("RESULTS_GONE", f"the records of job {job.job_id} are no longer kept{when}; {words}".rstrip("; "))


def _lost(job: Job, given: int) -> Refusal:
    missing = f"{job.records_done - given} of the {job.records_done} records of job {job.job_id}"
    return Refusal("RESULTS_GONE", f"{missing} are no longer kept: Redis has lost or dropped them")


def _from(batches: Sequence[Batch], row: int) -> list[Batch]:
    """The batches that hold `row` or later ones."""
    return [batch for batch in batches if batch.stop > row]


def _fitting(entry: Entry, characters: int, *, at_least: int) -> Entry:
    """As many rows of an entry as fit."""
    kept = 0
    for row in entry.rows:
        characters -= len(row)
        if characters < 0 and kept >= at_least:
            break
        kept += 1
    return entry if kept == len(entry.rows) else Entry(entry.first, entry.rows[:kept])


async def _generator(entries: AsyncIterator[Entry | None]) -> AsyncGenerator[Entry | None, None]:
    async for entry in entries:
        yield entry
