"""Registered schemas, for asyncio."""

from collections.abc import Mapping
from typing import Any, Protocol

import grpc.aio

from testdata_agent.client.registered import RegisteredSchema, SchemaPage, registration, to_page, to_schema
from testdata_agent.v1 import schemas_pb2 as pb
from testdata_agent.v1.schemas_pb2_grpc import SchemaServiceStub


class _Call(Protocol):
    """Makes a unary call, again where it found no server."""

    async def __call__(self, method: Any, request: object, timeout_seconds: float | None) -> Any: ...


class AsyncSchemaRegistry:
    """The schemas that are registered at one gateway; reached as `client.registry`."""

    def __init__(self, channel: grpc.aio.Channel, call: _Call) -> None:
        self._stub, self._call = SchemaServiceStub(channel), call

    async def register(
        self,
        schema: str | Mapping[str, Any],
        *,
        name: str = "",
        domain: str = "",
        timeout_seconds: float | None = None,
    ) -> RegisteredSchema:
        """Makes a schema the current version of its name: from then on `name` is an entity like any other.

        Args:
            schema: JSON text, or what such a text holds; in the house form or as JSON Schema.
            name: Empty: the schema's own.
            domain: Empty: the schema's own, or "custom".
            timeout_seconds: None: the client's.
        """
        request = registration(schema, name, domain)
        return to_schema(await self._call(self._stub.RegisterSchema, request, timeout_seconds))

    async def get(self, name: str, version: int = 0, *, timeout_seconds: float | None = None) -> RegisteredSchema:
        """A version of a schema, with its text; 0: the current one."""
        request = pb.GetSchemaRequest(name=name, version=version)
        return to_schema(await self._call(self._stub.GetSchema, request, timeout_seconds))

    async def list(
        self, domain: str = "", *, page_size: int = 0, page_token: str = "", timeout_seconds: float | None = None
    ) -> SchemaPage:
        """A page of the current versions by name, without their texts. `page_size` 0 leaves it to the server."""
        request = pb.ListSchemasRequest(domain=domain, page_size=page_size, page_token=page_token)
        return to_page(await self._call(self._stub.ListSchemas, request, timeout_seconds))

    async def delete(self, name: str, *, timeout_seconds: float | None = None) -> RegisteredSchema:
        """Puts a name out of use. Jobs that were submitted go on."""
        return to_schema(await self._call(self._stub.DeleteSchema, pb.DeleteSchemaRequest(name=name), timeout_seconds))
