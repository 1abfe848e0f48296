"""What the commands need of whoever makes the records."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from testdata_agent.engine.request import GenerationRequest


class Part(NamedTuple):
    """A whole document of some of the rows, in the request's format, and how many records it holds."""

    text: str
    records: int


@dataclass(frozen=True, slots=True)
class Facts:
    """How the records were made, known at the latest when the last one is.

    Attributes:
        seed: The one that was used, given or drawn.
        as_of: The instant that the data is seen from, in epoch seconds.
        notes: What the caller should know: warnings, a path that could not serve. One line each.
        coverage: The manifest of a set of defects; None: the records are of none.
    """

    seed: int
    as_of: int
    notes: tuple[str, ...] = ()
    coverage: Mapping[str, Any] | None = None


class Production(Protocol):
    """Records in the making."""

    def parts(self) -> Iterator[Part]:
        """Yields the rows in order; memory does not grow with their number."""

    def facts(self) -> Facts:
        """How they were made. Call it after the last part."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One line of a schema: `name` is the dotted path."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class SchemaView:
    """A schema as the `schemas` command shows it."""

    name: str
    domain: str
    description: str
    fields: Sequence[FieldView]


class Source(Protocol):
    """Makes records and knows what it can make.

    Its methods raise `Mistake` for a request that cannot be served as it stands, and `Failure` for all else.
    """

    def produce(self, request: GenerationRequest) -> AbstractContextManager[Production]:
        """Admits the request; every fault of it is raised here, before a file is touched."""

    def outlook(self, request: GenerationRequest) -> Sequence[tuple[str, str]]:
        """What the request would come to, names and values; it is checked, and nothing is made."""

    def schemas(self) -> Sequence[SchemaView]:
        """All that can be made, by name."""
