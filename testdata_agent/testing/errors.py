"""What a call for test data raises, whoever makes the records.

DataError
├── RequestRefused    the call asks for what cannot be: every fault at once
└── SourceFailed      the records could not be made: no server answers, or it failed
"""

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """One fault of a call.

    Attributes:
        field: Where: `entity`, `overrides[total]`.
        reason: UPPER_SNAKE, from the error catalogue; may be empty.
        description: What is wrong and what would be right.
    """

    field: str
    reason: str
    description: str

    def __str__(self) -> str:
        return f"{self.field}: {self.description}" if self.field else self.description


class DataError(Exception):
    """Root of what the fixtures raise."""


class RequestRefused(DataError):  # noqa: N818 - what became of the request, and no error of the fixtures
    """A call that cannot be served as it stands.

    Attributes:
        faults: All that was found.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class SourceFailed(DataError):  # noqa: N818 - the pair of RequestRefused
    """The records could not be made, and no other call would mend it."""


class FellBackWarning(UserWarning):
    """The server made the records by another path than the call asked for."""
