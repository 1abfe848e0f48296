"""What the client raises.

ClientError
├── SetupError              the client cannot be made so: certificates that cannot be used, a key over plain text
├── ClosedError             the client was closed before the call
├── AuthenticationError     the server wants a key, does not take this one, or does not let its client do that
├── InvalidRequestError     the request itself is wrong: every fault at once, as violations
├── NotFoundError           what was named does not exist or has expired
├── RequestConflictError    the request_id of a job stands for another request
├── PathUnavailableError    the path that the caller set, or a part of the server that the call needs, cannot serve
├── LimitExceededError      a budget, a rate, or an answer over the message limit
├── DeadlineExceededError   no answer within the timeout
├── CancelledError          the call was cancelled, here or there
├── UnavailableError        no server answered, after the retries
│   └── TlsError            a server is there, and one of the two ends does not trust the other
└── ServerError             the server failed
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One fault of a request, as the server named it.

    Attributes:
        field: Where in the request: `count`, `constraints[items.price].min`.
        reason: UPPER_SNAKE, from the server's error catalogue; empty where the server gave none.
        description: What is wrong and what would be right.
    """

    field: str
    reason: str
    description: str

    def __str__(self) -> str:
        return f"{self.field}: {self.description}" if self.field else self.description


class ClientError(Exception):
    """Root of what the client raises.

    Attributes:
        reason: UPPER_SNAKE, from the server's error catalogue; empty where the server gave none.
        violations: Every fault of the request that the server named.
        retry_after_seconds: When the server asks to come again; None where it does not.
        job_id: The job that makes the records of a call that was given up, and goes on; empty where there is none.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        violations: tuple[FieldViolation, ...] = (),
        retry_after_seconds: float | None = None,
        job_id: str = "",
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.violations = violations
        self.retry_after_seconds = retry_after_seconds
        self.job_id = job_id


class SetupError(ClientError):
    """The client cannot be set up as it was told; the message names every fault."""


class ClosedError(ClientError):
    """The client was closed before the call."""

    def __init__(self) -> None:
        super().__init__("this client was closed; make another")


class AuthenticationError(ClientError):
    """The server wants an API key, does not take the one that it was sent, or does not let its client do that."""


class InvalidRequestError(ClientError):
    """The request cannot be served as it stands; `violations` names every fault."""


def refuse(faults: Sequence[FieldViolation]) -> None:
    """Raises InvalidRequestError where there are faults, naming all."""
    if faults:
        raise InvalidRequestError("\n".join(map(str, faults)), reason="INVALID_REQUEST", violations=tuple(faults))


class NotFoundError(ClientError):
    """What the request named does not exist, or has expired."""


class RequestConflictError(ClientError):
    """A job was submitted with a request_id that stands for another request."""


class PathUnavailableError(ClientError):
    """The generation path that the caller set, or a part of the server that the call needs, cannot serve here."""


class LimitExceededError(ClientError):
    """A budget, a rate, or an answer over the message limit."""


class DeadlineExceededError(ClientError):
    """No answer came within the timeout."""


class CancelledError(ClientError):
    """The call was cancelled, here or at the server."""


class UnavailableError(ClientError):
    """No server answered, after the retries."""


class TlsError(UnavailableError):
    """A server is there, and there is no trust: its certificate, or whether it speaks TLS, is not as expected."""


class ServerError(ClientError):
    """The server failed; nothing about the request can mend it."""
