"""The Python client of the gateway, sync and async.

It stands on the wire contract's stubs alone: what it can say is what any gRPC client can.
"""

from testdata_agent.client.answer import Answer, Record
from testdata_agent.client.async_client import AsyncClient, AsyncStream
from testdata_agent.client.async_jobs import AsyncJobs, AsyncJobStream
from testdata_agent.client.catalogue import FieldSummary, SchemaSummary
from testdata_agent.client.errors import (
    CancelledError,
    ClientError,
    DeadlineExceededError,
    FieldViolation,
    InvalidRequestError,
    LimitExceededError,
    NotFoundError,
    PathUnavailableError,
    RequestConflictError,
    ServerError,
    UnavailableError,
)
from testdata_agent.client.health import Health
from testdata_agent.client.job import Job, JobPage, JobState, ResultPage
from testdata_agent.client.retry import NO_RETRY, RetryPolicy
from testdata_agent.client.sync_client import Client, Stream
from testdata_agent.client.sync_jobs import Jobs, JobStream

__all__ = [
    "NO_RETRY",
    "Answer",
    "AsyncClient",
    "AsyncJobStream",
    "AsyncJobs",
    "AsyncStream",
    "CancelledError",
    "Client",
    "ClientError",
    "DeadlineExceededError",
    "FieldSummary",
    "FieldViolation",
    "Health",
    "InvalidRequestError",
    "Job",
    "JobPage",
    "JobState",
    "JobStream",
    "Jobs",
    "LimitExceededError",
    "NotFoundError",
    "PathUnavailableError",
    "Record",
    "RequestConflictError",
    "ResultPage",
    "RetryPolicy",
    "SchemaSummary",
    "ServerError",
    "Stream",
    "UnavailableError",
]
