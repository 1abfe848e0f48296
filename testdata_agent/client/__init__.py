"""The Python client of the gateway, sync and async.

It stands on the wire contract's stubs alone: what it can say is what any gRPC client can.
"""

from testdata_agent.client.answer import Answer, Record
from testdata_agent.client.async_client import AsyncClient, AsyncStream
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
    ServerError,
    UnavailableError,
)
from testdata_agent.client.health import Health
from testdata_agent.client.retry import NO_RETRY, RetryPolicy
from testdata_agent.client.sync_client import Client, Stream

__all__ = [
    "NO_RETRY",
    "Answer",
    "AsyncClient",
    "AsyncStream",
    "CancelledError",
    "Client",
    "ClientError",
    "DeadlineExceededError",
    "FieldSummary",
    "FieldViolation",
    "Health",
    "InvalidRequestError",
    "LimitExceededError",
    "NotFoundError",
    "PathUnavailableError",
    "Record",
    "RetryPolicy",
    "SchemaSummary",
    "ServerError",
    "Stream",
    "UnavailableError",
]
