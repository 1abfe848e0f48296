"""The Python client of the gateway, sync and async.

It stands on the wire contract's stubs alone: what it can say is what any gRPC client can.
"""

from testdata_agent.client.answer import Answer, Record
from testdata_agent.client.async_client import AsyncClient, AsyncStream
from testdata_agent.client.async_jobs import AsyncJobs, AsyncJobStream
from testdata_agent.client.async_patterns import AsyncPatterns
from testdata_agent.client.async_registry import AsyncSchemaRegistry
from testdata_agent.client.catalogue import FieldSummary, SchemaSummary
from testdata_agent.client.errors import (
    AuthenticationError,
    CancelledError,
    ClientError,
    ClosedError,
    DeadlineExceededError,
    FieldViolation,
    InvalidRequestError,
    LimitExceededError,
    NotFoundError,
    PathUnavailableError,
    RequestConflictError,
    ServerError,
    SetupError,
    TlsError,
    UnavailableError,
)
from testdata_agent.client.health import Health
from testdata_agent.client.job import Job, JobPage, JobState, ResultPage
from testdata_agent.client.pattern import (
    Defect,
    Learned,
    Match,
    Matches,
    Pattern,
    PatternCount,
    PatternDraft,
    PatternStats,
    Recorded,
    Refused,
)
from testdata_agent.client.registered import RegisteredSchema, SchemaPage
from testdata_agent.client.retry import NO_RETRY, RetryPolicy
from testdata_agent.client.sync_client import Client, Stream
from testdata_agent.client.sync_jobs import Jobs, JobStream
from testdata_agent.client.sync_patterns import Patterns
from testdata_agent.client.sync_registry import SchemaRegistry
from testdata_agent.client.tls import Tls

__all__ = [
    "NO_RETRY",
    "Answer",
    "AsyncClient",
    "AsyncJobStream",
    "AsyncJobs",
    "AsyncPatterns",
    "AsyncSchemaRegistry",
    "AsyncStream",
    "AuthenticationError",
    "CancelledError",
    "Client",
    "ClientError",
    "ClosedError",
    "DeadlineExceededError",
    "Defect",
    "FieldSummary",
    "FieldViolation",
    "Health",
    "InvalidRequestError",
    "Job",
    "JobPage",
    "JobState",
    "JobStream",
    "Jobs",
    "Learned",
    "LimitExceededError",
    "Match",
    "Matches",
    "NotFoundError",
    "PathUnavailableError",
    "Pattern",
    "PatternCount",
    "PatternDraft",
    "PatternStats",
    "Patterns",
    "Record",
    "Recorded",
    "Refused",
    "RegisteredSchema",
    "RequestConflictError",
    "ResultPage",
    "RetryPolicy",
    "SchemaPage",
    "SchemaRegistry",
    "SchemaSummary",
    "ServerError",
    "SetupError",
    "Stream",
    "Tls",
    "TlsError",
    "UnavailableError",
]
