"""The known schemas as GetSchemas lists them."""

import asyncio
from contextlib import suppress
from typing import Any

from gateway.registered.known import KnownSchema, KnownSchemas
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.schema.model import Field, Schema
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.stores.jobs import LedgerUnreachable
from testdata_agent.v1 import testdata_pb2 as pb


class SchemaList:
    """Answers of GetSchemas: what the catalogue has, and what was registered."""

    def __init__(self, registry: Registry, known: KnownSchemas | None = None) -> None:
        self._catalogue = [_info(schema) for schema in registry.list()]
        self._known = known
        self._registered: dict[tuple[str, int], pb.SchemaInfo] = {}

    async def of(self, domain: str) -> pb.GetSchemasResponse:
        """The schemas of `domain`, or all where it is empty; none where there is no such domain.

        While the database does not answer, those registered ones are listed that are known.
        """
        infos: list[pb.SchemaInfo] = [*self._catalogue, *(await self._of_users())]
        wanted = (info for info in infos if not domain or info.domain == domain)
        ordered: list[pb.SchemaInfo] = sorted(wanted, key=_name_of)
        return pb.GetSchemasResponse(schemas=ordered)

    async def _of_users(self) -> list[pb.SchemaInfo]:
        if self._known is None:
            return []
        with suppress(LedgerUnreachable):
            await self._known.refresh()
        schemas = self._known.all()
        there = self._registered
        new = [schema for schema in schemas if _key(schema) not in there]
        made = await asyncio.to_thread(lambda: [_read(schema) for schema in new]) if new else []
        there = there | dict(zip(map(_key, new), made, strict=True))
        self._registered = {_key(schema): there[_key(schema)] for schema in schemas}
        return [self._registered[_key(schema)] for schema in schemas]


def _name_of(info: pb.SchemaInfo) -> str:
    return info.name


def _key(schema: KnownSchema) -> tuple[str, int]:
    return schema.name, schema.revision


def _read(known: KnownSchema) -> pb.SchemaInfo:
    try:
        info = _info(given_schema(known.source, known.name))
    except InvalidRequest as invalid:  # another release took it
        words = f"this release cannot read it: {invalid}"[:1000]
        return pb.SchemaInfo(name=known.name, domain=known.domain, description=words)
    info.domain = known.domain
    return info


def _info(schema: Schema) -> pb.SchemaInfo:
    return pb.SchemaInfo(
        name=schema.name,
        domain=schema.domain,
        description=schema.description,
        fields=(_field_info(path, field) for path, field in schema.leaves()),
    )


def _field_info(path: str, field: Field) -> pb.SchemaFieldInfo:
    return pb.SchemaFieldInfo(
        name=path,
        type=field.type.value,
        required=field.required,
        description=field.description,
        example=_text(field.example),
    )


def _text(example: Any) -> str:
    return "" if example is None else str(example)
