"""The job ledger's port. The ledger is the truth; queues carry and streams relay.

JobFault (Exception)
├── UnknownJob           no such job, or one of another client
├── RequestConflict      the idempotency key is taken by a request with another body
├── BatchLost            the batch is no longer held under this claim: its lease ran out and another took it
├── NotText              a text holds what no text of the database may
└── LedgerUnreachable    the database does not answer; nothing is wrong with what was asked
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from testdata_agent.stores.jobs.job import Batch, Job, JobState, Usage
from testdata_agent.stores.jobs.window import Window

#: A batch that has been claimed this often without being finished is parked.
MAX_ATTEMPTS = 3


class JobFault(Exception):  # noqa: N818 - the words of the house
    """Root of what the ledger refuses."""


class UnknownJob(JobFault):
    """No such job."""


class RequestConflict(JobFault):
    """The same request_id came with another body."""


class BatchLost(JobFault):
    """The claim under which work was done has passed to another."""


class NotText(JobFault):
    """A text has a character that the database has no place for: PostgreSQL takes U+0000 for none."""


class LedgerUnreachable(JobFault):
    """The database does not answer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a batch until the lease ends; renewed by `renew`."""

    job: Job
    batch: Batch


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a process hears when it renews.

    Attributes:
        held: Job, number and attempt of the claims that it still has; the others have passed on.
        ending: Jobs that are to be cancelled, or have ended.
    """

    held: frozenset[tuple[str, int, int]]
    ending: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Jobs, newest first, and the token of the next page; empty at the end."""

    jobs: tuple[Job, ...]
    next_token: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a client has paid in a window of time.

    Attributes:
        tokens: Read and written, by jobs that have ended and those that have not.
        expected: What the client's jobs that have not ended are reckoned to take beyond what they took.
        until: When the next window begins, in epoch seconds.
    """

    tokens: int
    expected: int
    until: int


@dataclass(frozen=True, slots=True)
class QueueCensus:
    """How one queue stands.

    Attributes:
        queued, running, parked: Batches in these states.
        oldest_seconds: Since the submission of the oldest job that has a batch waiting; 0 where none waits.
    """

    queued: int = 0
    running: int = 0
    parked: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Census:
    """How the ledger stands.

    Attributes:
        queues: By name; one that has no batch in these states may be missing.
        unfinished: Jobs that have not ended.
        ended: Jobs that ended lately, by state and reason; the reason is empty where there is none.
    """

    queues: Mapping[str, QueueCensus]
    unfinished: int
    ended: Mapping[tuple[JobState, str], int]


class JobStore(Protocol):
    """Keeps jobs and their batches. Every change is one transaction, and safe to repeat.

    Every method raises LedgerUnreachable when the database does not answer.
    """

    async def submit(self, job: Job, batches: Sequence[Batch], *, publish_within: float) -> tuple[Job, bool]:
        """Writes a job down; or finds the one of the same client, request_id and fingerprint.

        A batch that is not claimed within `publish_within` seconds is overdue.

        Returns:
            The job, and whether it is new.

        Raises:
            RequestConflict: the request_id stands for another body.
        """
        ...

    async def find(self, client_id: str, request_id: str) -> Job | None:
        """The job that was submitted under this key, if there is one."""
        ...

    async def get(self, job_id: str, *, client_id: str | None = None) -> Job:
        """One job; raises UnknownJob."""
        ...

    async def page(self, client_id: str, *, states: Collection[JobState], size: int, token: str) -> Page:
        """A client's jobs; no states: all. Raises ValueError for a token that is none."""
        ...

    async def batches(self, job_id: str) -> tuple[Batch, ...]:
        """All batches of a job, in order."""
        ...

    async def claim(self, job_id: str, number: int, *, owner: str, lease: float, engine_version: str) -> Claim | None:
        """Takes a batch that is queued or whose lease has run out, in one statement.

        None: somebody holds it, it is finished, its job has ended or is to be cancelled, or the job is of another
        engine version. A batch at its last attempt is parked, which may end its job.
        """
        ...

    async def renew(self, claims: Collection[Claim], *, lease: float) -> Renewal:
        """Prolongs the leases of a process's claims."""
        ...

    async def finish(self, claim: Claim, *, records: int, usage: Usage, notes: dict[str, Any]) -> Job:
        """Marks a batch done; the last one ends the job. Said again under the same claim, it changes nothing.

        Args:
            claim: As `claim` gave it.
            records: Rows of the batch that were delivered.
            usage: What they cost.
            notes: Counts and words for the job's metadata: numbers are added up, lists joined, other values kept.

        Raises:
            BatchLost: somebody else holds it now.
        """
        ...

    async def release(self, claim: Claim, *, counted: bool = False) -> None:
        """Gives a batch back unfinished, overdue at once; a lost one is left alone.

        Args:
            claim: As `claim` gave it.
            counted: Whether it was an attempt that failed; else it is as if it had not been claimed.
        """
        ...

    async def spend(self, job_id: str, *, usage: Usage, notes: dict[str, Any]) -> None:
        """Adds what was paid for a batch that is not finished here; see `finish`."""
        ...

    async def spent(self, client_id: str, window: Window) -> Spent:
        """What a client has paid in the window that lasts now, and what it is about to."""
        ...

    async def reopen(self, job_id: str, number: int) -> bool:
        """Queues a finished batch again whose records are gone missing; whether it did."""
        ...

    async def overdue(self, *, limit: int, publish_within: float) -> tuple[Batch, ...]:
        """Batches past their lease or their deadline in the queue, at most `limit`, to be published again.

        Each is given a new deadline in the same statement, so that several callers share them out.
        """
        ...

    async def cancel(self, job_id: str, *, client_id: str | None = None) -> Job:
        """Asks for the end of a job: what is queued is cancelled at once, what runs when its worker hears of it."""
        ...

    async def fail(self, job_id: str, *, reason: str, error: str) -> Job:
        """Ends a job that cannot go on; a finished one stays as it is."""
        ...

    async def retry(self, job_id: str, number: int) -> bool:
        """Queues a parked batch again, its attempts forgotten; whether there was one, of a job that can go on.

        Its job, which failed for it, runs again: the one way out of a finished state, and an operator's alone.
        """
        ...

    async def parked(self, *, limit: int) -> tuple[Batch, ...]:
        """Parked batches, for an operator to look at."""
        ...

    async def depth(self) -> dict[str, int]:
        """How many batches wait, by queue."""
        ...

    async def census(self, *, ended_within: float) -> Census:
        """How queues and jobs stand, for whoever runs the service; jobs that ended within so many seconds count."""
        ...

    async def expire(self, *, rows_older_than: float) -> tuple[str, ...]:
        """Forgets jobs that ended more than so many seconds ago.

        Returns:
            The jobs whose results were past their time within the last hour.
        """
        ...
