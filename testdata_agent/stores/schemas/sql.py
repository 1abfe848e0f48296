"""Registered schemas as rows: SQLite or PostgreSQL."""

import base64
import binascii
import hashlib
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from testdata_agent.stores.database import now
from testdata_agent.stores.schemas.base import (
    MAX_SCHEMAS,
    OthersSchema,
    RegisteredSchema,
    SchemaPage,
    SchemaStore,
    TooManySchemas,
    UnknownSchema,
)
from testdata_agent.stores.schemas.tables import REVISION, SCHEMAS, VERSIONS
from testdata_agent.stores.transactions import to_read, to_write


class SqlSchemas(SchemaStore):
    """Schemas in a database that `migrations` has prepared."""

    def __init__(self, engine: AsyncEngine, *, most: int = MAX_SCHEMAS) -> None:
        """Takes the database, and how many names may be in use."""
        self._engine = engine
        self._most = most
        self._now = now(engine.dialect.name)

    async def register(
        self, name: str, *, domain: str, text: str, client_id: str, own_alone: bool = False
    ) -> RegisteredSchema:
        """See SchemaStore."""
        fingerprint = hashlib.sha256(f"{domain}\0{text}".encode()).hexdigest()
        async with to_write(self._engine) as connection:
            revision = await _next_revision(connection)
            held = (await connection.execute(select(SCHEMAS).where(SCHEMAS.c.name == name))).one_or_none()
            if held is not None and own_alone:
                await _require_owner(connection, name, client_id)
            if held is None or held.deleted:
                await self._require_room(connection)
            if held is None:
                row = {"name": name, "version": 1, "deleted": False, "revision": revision}
                await connection.execute(insert(SCHEMAS).values(row))
            version = await self._version_of(connection, name, fingerprint)
            if version is None:
                version = await _next_version(connection, name)
                row = {"name": name, "version": version, "domain": domain, "fingerprint": fingerprint, "text": text}
                await connection.execute(insert(VERSIONS).values(**row, client_id=client_id, created_at=self._now))
            if held is not None and (held.deleted or held.version != version):
                await connection.execute(
                    update(SCHEMAS)
                    .where(SCHEMAS.c.name == name)
                    .values(version=version, deleted=False, revision=revision)
                )
            return await _read(connection, name, version)

    async def get(self, name: str, version: int = 0) -> RegisteredSchema:
        """See SchemaStore."""
        async with to_read(self._engine) as connection:
            return await _read(connection, name, version)

    async def page(self, *, domain: str, size: int, token: str) -> SchemaPage:
        """See SchemaStore."""
        query = _current(with_text=False).where(SCHEMAS.c.deleted.is_(False))
        if domain:
            query = query.where(VERSIONS.c.domain == domain)
        if token:
            query = query.where(SCHEMAS.c.name > _place_of(token))
        query = query.order_by(SCHEMAS.c.name).limit(size + 1)
        async with to_read(self._engine) as connection:
            found = [RegisteredSchema(**row._mapping) for row in await connection.execute(query)]
        more = len(found) > size
        return SchemaPage(tuple(found[:size]), _token_after(found[size - 1].name) if more else "")

    async def delete(self, name: str, *, owner: str | None = None) -> RegisteredSchema:
        """See SchemaStore."""
        async with to_write(self._engine) as connection:
            revision = await _next_revision(connection)
            await _read(connection, name, 0)
            if owner is not None:
                await _require_owner(connection, name, owner)
            await connection.execute(
                update(SCHEMAS).where(SCHEMAS.c.name == name).values(deleted=True, revision=revision)
            )
            row = (await connection.execute(_current(with_text=True).where(SCHEMAS.c.name == name))).one()
            return RegisteredSchema(**row._mapping)

    async def changes(self, after: int) -> tuple[RegisteredSchema, ...]:
        """See SchemaStore."""
        query = _current(with_text=True).where(SCHEMAS.c.revision > after).order_by(SCHEMAS.c.revision)
        async with to_read(self._engine) as connection:
            return tuple([RegisteredSchema(**row._mapping) for row in await connection.execute(query)])

    async def _require_room(self, connection: AsyncConnection) -> None:
        used = select(func.count()).select_from(SCHEMAS).where(SCHEMAS.c.deleted.is_(False))
        if (await connection.execute(used)).scalar_one() >= self._most:
            raise TooManySchemas(f"{self._most} schemas are registered, which is the most; delete one first")

    async def _version_of(self, connection: AsyncConnection, name: str, fingerprint: str) -> int | None:
        query = select(VERSIONS.c.version).where(VERSIONS.c.name == name, VERSIONS.c.fingerprint == fingerprint)
        return (await connection.execute(query)).scalar_one_or_none()


def _current(*, with_text: bool) -> Select[Any]:
    """The current version of each name."""
    at = (VERSIONS.c.name == SCHEMAS.c.name) & (VERSIONS.c.version == SCHEMAS.c.version)
    return _versions(with_text=with_text).join_from(SCHEMAS, VERSIONS, at)


def _versions(*, with_text: bool) -> Select[Any]:
    text = VERSIONS.c.text if with_text else literal("").label("text")
    own = [VERSIONS.c[name] for name in ("name", "version", "domain", "client_id", "created_at")]
    return select(*own, text, SCHEMAS.c.deleted, SCHEMAS.c.revision)


async def _read(connection: AsyncConnection, name: str, version: int) -> RegisteredSchema:
    """A version of a name in use; 0: the current one."""
    query = _versions(with_text=True).join_from(SCHEMAS, VERSIONS, VERSIONS.c.name == SCHEMAS.c.name)
    wanted = VERSIONS.c.version == (version or SCHEMAS.c.version)
    query = query.where(SCHEMAS.c.name == name, SCHEMAS.c.deleted.is_(False), wanted)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        of = f"version {version} of a schema" if version else "schema"
        raise UnknownSchema(f"no {of} is registered under the name {name[:60]!r}")
    return RegisteredSchema(**row._mapping)


async def _require_owner(connection: AsyncConnection, name: str, client_id: str) -> None:
    query = select(VERSIONS.c.client_id).where(VERSIONS.c.name == name, VERSIONS.c.version == 1)
    owner = (await connection.execute(query)).scalar_one()
    if owner != client_id:
        raise OthersSchema(f"the name {name[:60]!r} belongs to another client, which registered it first")


async def _next_revision(connection: AsyncConnection) -> int:
    taken = await connection.execute(update(REVISION).values(value=REVISION.c.value + 1).returning(REVISION.c.value))
    return int(taken.scalar_one())


async def _next_version(connection: AsyncConnection, name: str) -> int:
    newest = select(func.coalesce(func.max(VERSIONS.c.version), 0)).where(VERSIONS.c.name == name)
    return int((await connection.execute(newest)).scalar_one()) + 1


def _token_after(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode()


def _place_of(token: str) -> str:
    try:
        name = base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        raise ValueError("page_token is none that this service gave") from error
    if not name.isprintable():
        raise ValueError("page_token is none that this service gave")
    return name
