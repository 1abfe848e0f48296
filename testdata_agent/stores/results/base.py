"""The port of the record streams of jobs.

A job's records lie in one stream a batch, in the order of their rows and without gaps from the batch's first row on:
the k-th record that a batch delivers is row start + k. Entries say the rows that they hold; writing the same entry
twice changes nothing, and where two workers wrote at once, entries may overlap: a reader takes each row once.

ResultFault (Exception)
├── ResultsGone          past their time
├── ResultsGap           rows before these are missing: begin again at the end of what is there
├── ResultsFull          a job, or all jobs together, would hold more bytes than they may
└── ResultsUnreachable   the server did not answer for longer than the store waits
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from testdata_agent.stores.jobs.job import Batch, JobState


class ResultFault(Exception):  # noqa: N818 - the words of the house
    """Root of what the streams refuse."""


class ResultsGone(ResultFault):
    """The records are past their time."""


class ResultsGap(ResultFault):
    """Rows would be missing between what is there and what was to be added.

    A server that was killed may have lost its last second; whoever writes goes back to `end_of`.
    """


class ResultsFull(ResultFault):
    """There is no room for more records."""


class ResultsUnreachable(ResultFault):
    """The server cannot be reached; nothing is wrong with what was asked."""


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


@dataclass(frozen=True, slots=True)
class Limits:
    """What the streams may hold.

    Attributes:
        job_bytes, total_bytes: Of the records of one job, and of all.
        orphan_seconds: Records that nobody gives a time to live for go after so long.
    """

    job_bytes: int = 512 * 1024 * 1024
    total_bytes: int = 2 * 1024 * 1024 * 1024
    orphan_seconds: float = 3 * 24 * 3600.0


class ResultStore(Protocol):
    """Keeps the records of jobs for a while, and tells those who follow them.

    Every method waits through a short outage of the server, and raises ResultsUnreachable after a longer one; those
    that follow or wait go on by themselves.
    """

    async def append(self, batch: Batch, entry: Entry) -> bool:
        """Adds records after those that are there; False: the stream is already past them.

        Raises:
            ResultsFull: naming the limit.
            ResultsGap: the stream ends before `entry.first`.
            ResultsGone: the job's records are past their time.
            ValueError: a row that is not one line.
        """
        ...

    async def end_of(self, batch: Batch) -> int:
        """The row after the last that is there; `batch.start` where there is none. Raises ResultsGone."""
        ...

    async def read(self, batch: Batch, *, row: int, limit: int) -> tuple[Entry, ...]:
        """Entries from `row` on, trimmed to it, of at most `limit` records; empty: nothing there yet.

        Raises ResultsGone.
        """
        ...

    def follow(self, batch: Batch, *, row: int) -> AsyncIterator[Entry | None]:
        """Entries from `row` on as they come, trimmed to it; None whenever the job's state may have changed.

        None comes after all that was there to read: when the job has been announced since before the start, after an
        outage, and after half a minute without a word, since an announcement may be lost.
        Ends by itself when the batch is whole. Leaving it ends the following. Many followers of one process share a
        connection; a few entries are read ahead of whoever takes them, no more. Raises ResultsGone.
        """
        ...

    async def announce(self, job_id: str, state: JobState) -> None:
        """Wakes those who wait for a job."""
        ...

    async def wait(self, job_id: str, *, seconds: float) -> None:
        """Returns at the next announcement of a job, or after so many seconds; at once when its end was announced."""
        ...

    async def expire(self, job_id: str, *, seconds: float) -> None:
        """Has a job's records forgotten after so many seconds; 0: now."""
        ...

    async def used(self) -> int:
        """Bytes of all records, those past their time left out."""
        ...
