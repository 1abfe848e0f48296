"""Registered schemas, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from testdata_agent.client.conversion import json_text, put
from testdata_agent.client.errors import FieldViolation, refuse
from testdata_agent.client.several import Several
from testdata_agent.v1 import schemas_pb2 as pb


@dataclass(frozen=True, slots=True)
class RegisteredSchema:
    """One version of a schema that was registered.

    Attributes:
        name: What requests name as `entity`.
        version: From 1 on; another text, or another domain, is another version.
        text: As it was handed in; empty in lists.
        client_id: Who registered this version first.
        created_at: When that was.
        deleted: Whether the name is out of use.
    """

    name: str
    version: int
    domain: str
    text: str
    client_id: str
    created_at: datetime
    deleted: bool


@dataclass(frozen=True, slots=True)
class SchemaPage(Several[RegisteredSchema]):
    """A sequence, a part of the list of registered schemas; `next_page_token` is empty on the last."""

    schemas: tuple[RegisteredSchema, ...]
    next_page_token: str

    @property
    def _items(self) -> tuple[RegisteredSchema, ...]:
        return self.schemas


def registration(schema: str | Mapping[str, Any], name: str, domain: str) -> pb.RegisterSchemaRequest:
    """The request that registers a schema, JSON text or what such a text holds.

    Raises:
        InvalidRequestError: a value does not fit the wire; every such fault is named.
    """
    request = pb.RegisterSchemaRequest()
    faults: list[FieldViolation] = []
    for field, value in (("schema", json_text(schema, faults, "schema")), ("name", name), ("domain", domain)):
        put(request, field, value, faults)
    refuse(faults)
    return request


def to_schema(message: pb.RegisteredSchema) -> RegisteredSchema:
    """The schema of the server's answer."""
    return RegisteredSchema(
        name=message.name,
        version=message.version,
        domain=message.domain,
        text=message.schema,
        client_id=message.client_id,
        created_at=message.created_at.ToDatetime(tzinfo=UTC),
        deleted=message.deleted,
    )


def to_page(message: pb.ListSchemasResponse) -> SchemaPage:
    """A page of schemas."""
    return SchemaPage(tuple(map(to_schema, message.schemas)), message.next_page_token)
