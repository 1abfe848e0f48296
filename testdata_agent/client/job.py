"""Jobs and their records, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from testdata_agent.client.answer import Record, parse_records
from testdata_agent.client.errors import FieldViolation, refuse
from testdata_agent.client.several import Several
from testdata_agent.v1 import jobs_pb2, testdata_pb2


class JobState(StrEnum):
    """How a job stands. Of the last three none ever changes."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the server reported it.

    Attributes:
        request_id: The key that it was submitted under.
        path: `traditional`, `llm`, `rag` or `hybrid`.
        results_expire_at: When its records go; None until it has ended.
        tokens: Of models, read and written together.
        cost_micros: Millionths of the currency of the server's prices; None where it has none.
        attempts: Deliveries of its parts to workers beyond the first of each.
        error: Why it failed, or why records are missing; empty where neither.
        error_reason: The same as one word, such as `BATCH_PARKED`.
        metadata: How its records are made, as far as it is known.
    """

    job_id: str
    request_id: str
    state: JobState
    path: str
    records_requested: int
    records_done: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    results_expire_at: datetime | None
    tokens: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_micros: int | None
    attempts: int
    error: str
    error_reason: str
    cancel_requested: bool
    metadata: testdata_pb2.GenerationMetadata = field(repr=False)


@dataclass(frozen=True, slots=True)
class JobPage(Several[Job]):
    """A sequence of jobs, newest first, and the token of the next page; empty on the last one."""

    jobs: tuple[Job, ...]
    next_page_token: str

    @property
    def _items(self) -> tuple[Job, ...]:
        return self.jobs


@dataclass(frozen=True)
class ResultPage(Several[Record]):
    """A sequence of the records of a job that were there.

    Attributes:
        text: In the format that the job's request asked for.
        next_record: The from_record to go on with.
        is_final: Whether no record follows and none will.
        state: Of the job, when the page was read.
        metadata: How the records were made; None until the final page.
    """

    text: str
    first_record: int
    next_record: int
    record_count: int
    is_final: bool
    state: JobState
    metadata: testdata_pb2.GenerationMetadata | None

    @property
    def _items(self) -> Sequence[Record]:
        return self.records

    @cached_property
    def records(self) -> list[Record]:
        """The records as plain data (JSON and NDJSON; other formats raise ValueError)."""
        return parse_records(self.text)


def to_job(message: jobs_pb2.Job) -> Job:
    """The server's answer as a value that no stub is needed to read."""
    return Job(
        job_id=message.job_id,
        request_id=message.request_id,
        state=to_state(message.state),
        path=message.generation_path,
        records_requested=message.records_requested,
        records_done=message.records_done,
        created_at=_instant(message.created_at),
        started_at=_optional_instant(message, "started_at"),
        finished_at=_optional_instant(message, "finished_at"),
        results_expire_at=_optional_instant(message, "results_expire_at"),
        tokens=message.tokens,
        input_tokens=message.input_tokens,
        output_tokens=message.output_tokens,
        cached_tokens=message.cached_tokens,
        cost_micros=message.cost_micros if message.HasField("cost_micros") else None,
        attempts=message.attempts,
        error=message.error,
        error_reason=message.error_reason,
        cancel_requested=message.cancel_requested,
        metadata=message.metadata,
    )


def to_page(message: jobs_pb2.ListJobsResponse) -> JobPage:
    """A page of jobs."""
    return JobPage(tuple(map(to_job, message.jobs)), message.next_page_token)


def to_results(message: jobs_pb2.GetJobResultsResponse) -> ResultPage:
    """A page of records."""
    return ResultPage(
        text=message.data,
        first_record=message.first_record,
        next_record=message.next_record,
        record_count=message.record_count,
        is_final=message.is_final,
        state=to_state(message.state),
        metadata=message.metadata if message.HasField("metadata") else None,
    )


def to_state(number: int) -> JobState:
    """The state of a number on the wire.

    Raises:
        ValueError: a newer server's, which this client does not know.
    """
    return JobState(jobs_pb2.JobState.Name(number).lower())


def to_names(states: Iterable[JobState | str]) -> list[str]:
    """States, or their names, as the wire names them.

    Raises:
        InvalidRequestError: a name is none.
    """
    given = [states] if isinstance(states, str) else list(states)
    unknown = [state for state in given if state not in list(JobState)]
    known = ", ".join(JobState)
    refuse([FieldViolation("states", "UNKNOWN_VALUE", f"there is no {state!r}; known: {known}") for state in unknown])
    return [JobState(state).name for state in given]


def _instant(moment: Timestamp) -> datetime:
    return moment.ToDatetime(tzinfo=UTC)


def _optional_instant(message: Message, name: str) -> datetime | None:
    return _instant(getattr(message, name)) if message.HasField(name) else None
