"""The port of model providers: a prompt and a JSON schema in, text as it is written out.

ProviderFault (Exception)   one kind of failure each; `kind in RETRYABLE` says whether trying again can help
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from json import JSONDecodeError
from typing import Any, Protocol, TypeVar

from testdata_agent.stores.jobs.job import Usage

_E = TypeVar("_E")


class FaultKind(StrEnum):
    """What went wrong with a call.

    INTERRUPTED is a stream that broke off after it had begun, ended without saying that it ends, or is none.
    """

    AUTHENTICATION = "authentication"
    BILLING = "billing"
    PERMISSION = "permission"
    INVALID_REQUEST = "invalid_request"
    UNKNOWN_MODEL = "unknown_model"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER = "server"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    INTERRUPTED = "interrupted"


#: Kinds that pass by themselves.
RETRYABLE = frozenset(
    {
        FaultKind.RATE_LIMITED,
        FaultKind.OVERLOADED,
        FaultKind.SERVER,
        FaultKind.TIMEOUT,
        FaultKind.CONNECTION,
        FaultKind.INTERRUPTED,
    }
)
#: Kinds by which a provider asks for fewer calls at once.
CROWDED = frozenset({FaultKind.RATE_LIMITED, FaultKind.OVERLOADED})

#: The kind that an HTTP status stands for; others of 400 and more are requests that cannot be, or servers that fail.
KIND_OF_STATUS: Mapping[int, FaultKind] = {
    401: FaultKind.AUTHENTICATION,
    402: FaultKind.BILLING,
    403: FaultKind.PERMISSION,
    404: FaultKind.UNKNOWN_MODEL,
    408: FaultKind.TIMEOUT,
    413: FaultKind.TOO_LARGE,
    429: FaultKind.RATE_LIMITED,
    503: FaultKind.OVERLOADED,
    504: FaultKind.TIMEOUT,
    529: FaultKind.OVERLOADED,
}


def kind_of_status(status: int) -> FaultKind:
    """What a refusal with this HTTP status means."""
    by_class = FaultKind.SERVER if status >= 500 else FaultKind.INVALID_REQUEST
    return KIND_OF_STATUS.get(status, by_class)


class ProviderFault(Exception):  # noqa: N818 - the words of the house
    """A call that failed.

    Attributes:
        kind: Why.
        provider: Which of them.
        retry_after: Seconds that the provider asks for before the next call; None: it does not say.
        usage: What was spent before it failed.
    """

    def __init__(
        self,
        kind: FaultKind,
        provider: str,
        message: str,
        *,
        retry_after: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(f"{provider}: {kind}: {message[:300]}")
        self.kind, self.provider, self.retry_after = kind, provider, retry_after
        self.usage = usage if usage is not None else Usage()

    @property
    def retryable(self) -> bool:
        """Whether trying again can help."""
        return self.kind in RETRYABLE


class Misshapen(ValueError):  # noqa: N818 - says what came
    """A part of an answer that is not of the protocol's shape."""


#: What reading an answer raises where it is not what it should be.
MISSHAPEN = (Misshapen, JSONDecodeError, UnicodeDecodeError)


def shaped(read: Callable[[_E], str], part: _E) -> str:
    """What `read` gives for a part of an answer; the libraries take over whatever a server sends, unlooked at.

    Raises:
        Misshapen: the part lacks what it should have, or has something else there.
    """
    try:
        return read(part)
    except (AttributeError, TypeError) as error:
        raise Misshapen(f"a part of the answer is not of the protocol's shape ({error})") from error


class Stop(StrEnum):
    """Why a model ended its answer."""

    COMPLETE = "complete"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One call.

    Attributes:
        static: The part of the prompt that many calls share; providers that can keep it are asked to.
        variable: The part of this call.
        schema: JSON schema of the answer.
        max_tokens: Most tokens of the answer.
        temperature: None: the model's own.
    """

    static: str
    variable: str
    schema: Mapping[str, Any]
    max_tokens: int
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of an answer."""

    stop: Stop
    usage: Usage = field(default_factory=Usage)


class Provider(Protocol):
    """One model behind one protocol. Its calls belong to the event loop of the first of them.

    Attributes:
        name: Of the provider, as settings and metrics say it.
        model: The model that it asks.
    """

    name: str
    model: str

    def stream(self, request: ModelRequest) -> AsyncGenerator[str | Finish, None]:
        """The answer's text in pieces as they come, and one Finish at the end.

        Leaving the iteration (`aclose`) ends the call at once.

        Raises:
            ProviderFault: before the first piece or after any of them.
        """
        ...

    async def close(self) -> None:
        """Ends its connections."""
        ...


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """The seconds that a refusal's headers ask for."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return None
