"""The one table of reasons: what a refusal is called, its gRPC status, and what it says.

A reason is part of the contract: clients branch on it. Reasons are added, never renamed. The engine names the reasons
of bad requests in its violations; all of them are listed here too, and a contract test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

#: ErrorInfo.domain of every refusal.
DOMAIN: Final = "testdata.v1"


class Status(Enum):
    """The gRPC statuses that refusals use, with their numbers on the wire."""

    CANCELLED = 1
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    INTERNAL = 13
    UNAVAILABLE = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the catalogue.

    Attributes:
        status: What the call ends with.
        text: What the reason means, in general; a refusal adds the particulars.
    """

    status: Status
    text: str


#: Used as ErrorInfo.reason when a request has faults of several reasons.
SEVERAL_FAULTS: Final = "INVALID_REQUEST"

_BAD = Status.INVALID_ARGUMENT

CATALOG: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        # The request as a whole.
        SEVERAL_FAULTS: Entry(_BAD, "the request has several faults; each is named"),
        "UNDECODABLE_REQUEST": Entry(_BAD, "the bytes are not a message of this method, or its text is not UTF-8"),
        "SEVERAL_SCHEMAS": Entry(_BAD, "more than one schema was given; give one"),
        "UNKNOWN_ENUM_VALUE": Entry(_BAD, "the number stands for nothing that this server knows"),
        "FORMAT_NOT_AVAILABLE": Entry(_BAD, "this output format is not available yet; JSON and NDJSON are"),
        # Counts.
        "EXCEEDS_SYNC_LIMIT": Entry(_BAD, "more records than one answer may hold; use GenerateDataStream"),
        "INVALID_COUNT": Entry(_BAD, "a count must be at least 1"),
        "OUT_OF_RANGE": Entry(_BAD, "the value lies outside of what the field takes"),
        "NOT_A_NUMBER": Entry(_BAD, "the value is not a finite number"),
        "DUPLICATE_FIELD": Entry(_BAD, "two fields of one schema have the same name"),
        "MISSING_NAME": Entry(_BAD, "a name is missing"),
        # Paths.
        "PATH_UNAVAILABLE": Entry(Status.FAILED_PRECONDITION, "the requested path cannot serve"),
        # Answers.
        "RESPONSE_TOO_LARGE": Entry(Status.RESOURCE_EXHAUSTED, "the answer is over the message limit; stream it"),
        "RECORD_TOO_LARGE": Entry(Status.RESOURCE_EXHAUSTED, "one record alone is over the message limit"),
        # Ends that are nobody's refusal.
        "CANCELLED": Entry(Status.CANCELLED, "the caller went away"),
        "DEADLINE_EXCEEDED": Entry(Status.DEADLINE_EXCEEDED, "the caller's deadline passed"),
        "SHUTTING_DOWN": Entry(Status.UNAVAILABLE, "the server is going down; try again"),
        "INTERNAL": Entry(Status.INTERNAL, "an error of the server's own; its log has the request_id"),
    }
)


def status_of(reason: str) -> Status:
    """The status of `reason`; one that is not listed is a fault of the request."""
    entry = CATALOG.get(reason)
    return entry.status if entry is not None else Status.INVALID_ARGUMENT
