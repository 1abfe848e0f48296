"""What a server can make: its schemas, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass

from testdata_agent.v1 import testdata_pb2


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """One field of a schema; `name` is its dotted path."""

    name: str
    type: str
    required: bool
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class SchemaSummary:
    """A schema that the server can make records of."""

    name: str
    domain: str
    description: str
    fields: tuple[FieldSummary, ...]


def summaries(schemas: Iterable[testdata_pb2.SchemaInfo]) -> list[SchemaSummary]:
    """The server's answer as values that no stub is needed to read."""
    return [SchemaSummary(s.name, s.domain, s.description, tuple(map(_field, s.fields))) for s in schemas]


def _field(info: testdata_pb2.SchemaFieldInfo) -> FieldSummary:
    return FieldSummary(info.name, info.type, info.required, info.description, info.example)
