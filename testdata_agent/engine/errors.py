"""What the engine raises.

TestDataError
└── EngineError
    ├── InvalidRequest        the caller's request: every fault at once, as violations
    └── UnsatisfiableError    found while generating: a rule or bound that no attempt could meet
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault of a request.

    Attributes:
        field: Where in the request, as a caller would write it: `count`, `constraints[items.price].min`.
        reason: UPPER_SNAKE, from the error catalogue.
        description: What is wrong and what would be right, in a sentence.
    """

    field: str
    reason: str
    description: str

    def __str__(self) -> str:
        return f"{self.field}: {self.description}" if self.field else self.description


class TestDataError(Exception):
    """Root of everything that this product raises on purpose."""

    __test__ = False  # its name looks like a test class to pytest


class EngineError(TestDataError):
    """Root of what the engine raises."""


class InvalidRequest(EngineError):  # noqa: N818 - it names a state of the request, as HTTP and gRPC do
    """A request that cannot be served as it stands; it names every fault that was found."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(map(str, self.violations)))


class UnsatisfiableError(EngineError):
    """A rule or bound that held for no attempt at a row: found while generating, after admission."""

    def __init__(self, violation: Violation) -> None:
        self.violation = violation
        super().__init__(str(violation))
