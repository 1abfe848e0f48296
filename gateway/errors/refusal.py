"""A refusal: what every way of not answering a call is turned into."""

from collections.abc import Sequence
from typing import Self

from gateway.errors.catalog import CATALOG, SEVERAL_FAULTS, Status, status_of
from testdata_agent.engine.errors import TestDataError, Violation


class Refusal(TestDataError):  # noqa: N818 - it is an answer, not an error of ours
    """The call ends with a status of the catalogue.

    Attributes:
        reason: A key of the catalogue.
        text: What the caller reads.
        violations: The bad fields, when it is about the request.
        retry_seconds: After which the same call may go well; None: nobody knows.
    """

    def __init__(
        self, reason: str, text: str = "", violations: Sequence[Violation] = (), *, retry_seconds: float | None = None
    ) -> None:
        self.reason = reason
        self.text = text or CATALOG[reason].text
        self.violations = tuple(violations)
        self.retry_seconds = retry_seconds
        super().__init__(self.text)

    @property
    def status(self) -> Status:
        """The gRPC status that goes with the reason."""
        return status_of(self.reason)

    @classmethod
    def of(cls, violations: Sequence[Violation]) -> Self:
        """The refusal of a request with these faults, every one of them named, each once."""
        unique = tuple({(fault.field, fault.reason): fault for fault in violations}.values())
        reasons = {fault.reason for fault in unique}
        reason = reasons.pop() if len(reasons) == 1 else SEVERAL_FAULTS
        return cls(reason, "; ".join(map(str, unique)), unique)
