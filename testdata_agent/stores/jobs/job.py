"""A job and its batches, as frozen values: a change makes a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class JobState(StrEnum):
    """Where a job stands. A finished state never changes."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


#: The states that each state can turn into.
TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}


class BatchState(StrEnum):
    """Where a batch stands.

    QUEUED waits for a worker; RUNNING is held under a lease; DONE, CANCELLED and PARKED are final: a parked one has
    killed its worker too often, and waits for somebody to look at it.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    PARKED = "parked"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in {BatchState.QUEUED, BatchState.RUNNING}


class IllegalTransition(ValueError):  # noqa: N818 - says what was asked for
    """A change of state that no job makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a model was paid for. Tokens; cost in millionths of the currency of the prices, None without prices."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_micros: int | None = None

    @property
    def tokens(self) -> int:
        """Read and written together."""
        return self.input_tokens + self.output_tokens

    def plus(self, other: "Usage") -> "Usage":
        """Both together."""
        costs = [cost for cost in (self.cost_micros, other.cost_micros) if cost is not None]
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_micros=sum(costs) if costs else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, as the ledger has it. Times are epoch seconds by the database's clock.

    Attributes:
        client_id: Whose it is; `anonymous` where nobody said.
        request_id: The caller's idempotency key; unique within a client.
        fingerprint: Of the request's body: the same key with another body is refused.
        request: The request as plain data (`engine.request_data`), seed and as_of filled in.
        path: The path that makes its records: `traditional`, `llm`, `rag`, `hybrid`.
        records_done: Made so far.
        results_expire_at: When its records go; None while it has not finished.
        attempts: Deliveries of its batches beyond the first of each.
        error_reason, error: Why it failed, or why records are missing; empty where neither.
        metadata: Of the answer, as plain data.
        traceparent: The trace that its submission belongs to, as W3C writes it; empty: none.
        tokens_expected: What it was reckoned to take of models when it was submitted.
        token_ceilings: Its client's own ceilings of tokens, by window (`day`, `month`), as they were then; None: the
            window has none. What is not there is as the settings say for everybody.
    """

    job_id: str
    client_id: str
    request_id: str
    fingerprint: str
    request: Mapping[str, Any]
    path: str
    records_requested: int
    engine_version: str
    state: JobState = JobState.QUEUED
    records_done: int = 0
    created_at: float = 0.0
    started_at: float | None = None
    finished_at: float | None = None
    results_expire_at: float | None = None
    usage: Usage = field(default_factory=Usage)
    attempts: int = 0
    cancel_requested: bool = False
    error_reason: str = ""
    error: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    traceparent: str = ""
    tokens_expected: int = 0
    token_ceilings: Mapping[str, int | None] = field(default_factory=dict)

    def evolve(self, state: JobState, **changes: Any) -> "Job":
        """The job in its next state.

        Raises:
            IllegalTransition: naming both states.
        """
        if state not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"job {self.job_id} is {self.state} and cannot become {state}")
        return replace(self, state=state, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows [start, stop) of a job, made by one worker at a time.

    Attributes:
        number: From 0, in the order of the rows.
        queue: Which kind of worker makes it: `bulk` or `model`.
        attempt: How often it has been claimed.
        owner: The process that holds it.
        records: Delivered so far.
    """

    job_id: str
    number: int
    queue: str
    start: int
    stop: int
    state: BatchState = BatchState.QUEUED
    attempt: int = 0
    owner: str = ""
    records: int = 0

    @property
    def size(self) -> int:
        """Rows that it is to make."""
        return self.stop - self.start
