"""The port of the record streams of jobs.

A job's records lie in one stream a batch, in the order of their rows and without gaps from the batch's first row on:
the k-th record that a batch delivers is row start + k. Entries say the rows that they hold; writing the same entry
twice changes nothing, and where two workers wrote at once, entries may overlap: a reader takes each row once.

ResultFault (Exception)
├── ResultsGone          expired or never written
└── ResultsFull          a job, or all jobs together, would hold more bytes than they may
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from testdata_agent.stores.jobs.job import Batch, JobState


class ResultFault(Exception):  # noqa: N818 - the words of the house
    """Root of what the streams refuse."""


class ResultsGone(ResultFault):
    """The records are past their time."""


class ResultsFull(ResultFault):
    """There is no room for more records."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Some records of a batch, as JSON objects.

    Attributes:
        first: Row of the first of them.
        rows: One JSON object a row.
    """

    first: int
    rows: tuple[str, ...]

    @property
    def end(self) -> int:
        """The row after the last of them."""
        return self.first + len(self.rows)


class ResultStore(Protocol):
    """Keeps the records of jobs for a while, and tells those who follow them."""

    async def append(self, batch: Batch, entry: Entry) -> bool:
        """Adds records after those that are there; False: the stream is already past them.

        Raises:
            ResultsFull: naming the limit.
        """
        ...

    async def end_of(self, batch: Batch) -> int:
        """The row after the last that is there; `batch.start` where there is none."""
        ...

    async def read(self, batch: Batch, *, row: int, limit: int) -> tuple[Entry, ...]:
        """Entries from `row` on, trimmed to it, of at most `limit` records; empty: nothing there yet."""
        ...

    def follow(self, batch: Batch, *, row: int) -> AsyncIterator[Entry | None]:
        """Entries from `row` on as they come, trimmed to it; None whenever the job's state may have changed.

        Ends by itself when the batch is whole. Leaving it ends the following. Many followers of one process share a
        connection.
        """
        ...

    async def announce(self, job_id: str, state: JobState) -> None:
        """Wakes those who wait for a job."""
        ...

    async def wait(self, job_id: str, *, seconds: float) -> None:
        """Returns at the next announcement of a job, or after so many seconds."""
        ...

    async def expire(self, job_id: str, *, seconds: float) -> None:
        """Has a job's records forgotten after so many seconds; 0: now."""
        ...

    async def used(self) -> int:
        """Bytes that all records take."""
        ...
