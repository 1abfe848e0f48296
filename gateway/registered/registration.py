"""From a schema's text to a registered one, or to everything that is wrong with it."""

import asyncio
import re
from collections.abc import Collection
from typing import Final

from gateway.errors.refusal import Refusal
from gateway.preparation import Preparation
from gateway.registered.assembly import Registered
from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError, Violation
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.stores.schemas import RegisteredSchema

#: What a schema, or a domain, can be called.
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
_NAMES: Final = "a letter, then letters, digits, _ and -, 100 characters at most"
#: Of a text, in UTF-8: an answer that gives it back must fit into a message.
MAX_TEXT_BYTES: Final = 1_000_000
#: The domain of schemas that name none.
DEFAULT_DOMAIN: Final = "custom"
#: What a schema that gives itself no name is called where it is read.
_NAMELESS: Final = "custom"


class Registration:
    """Checks schemas as the engine would, and has them kept."""

    def __init__(self, registered: Registered, preparation: Preparation, catalogue: Collection[str]) -> None:
        """Takes what keeps them, what admits requests, and the names that are in use for ever."""
        self._registered = registered
        self._preparation = preparation
        self._catalogue = frozenset(catalogue)

    async def register(
        self, text: str, *, name: str, domain: str, client_id: str, own_alone: bool = False
    ) -> RegisteredSchema:
        """Keeps a schema; this process knows it at once. An empty name or domain is the schema's own.

        Raises:
            Refusal: naming every fault of the name, the domain and the schema.
            OthersSchema, TooManySchemas: see SchemaStore.
        """
        schema, faults = await self._read(text)
        own_name, own_domain = ("", "") if schema is None else (schema.name, schema.domain)
        if not name and own_name != _NAMELESS:
            name = own_name
        domain = domain or own_domain or DEFAULT_DOMAIN
        if name or schema is not None:
            faults = [*self._faults_of_name(name), *faults]
        if not NAME.fullmatch(domain):
            faults.append(Violation("domain", "INVALID_NAME", f"{domain[:60]!r} is no domain: it is {_NAMES}"))
        if schema is not None:
            faults += await self._faults_of_use(text, name)
        if faults:
            raise Refusal.of(faults)
        kept = await self._registered.store.register(
            name, domain=domain, text=text, client_id=client_id, own_alone=own_alone
        )
        self._registered.known.take_in(kept)
        return kept

    async def _read(self, text: str) -> tuple[Schema | None, list[Violation]]:
        if not text.strip():
            return None, [Violation("schema", "REQUIRED", "a schema is needed: JSON, in the house form or JSON Schema")]
        size = len(text.encode())
        if size > MAX_TEXT_BYTES:
            words = f"a registered schema has at most {MAX_TEXT_BYTES} bytes, this one has {size}"
            return None, [Violation("schema", "SCHEMA_TOO_LARGE", words)]
        try:
            return await asyncio.to_thread(given_schema, SchemaSource(kind="schema", text=text), ""), []
        except InvalidRequest as invalid:
            return None, list(invalid.violations)

    def _faults_of_name(self, name: str) -> list[Violation]:
        if not name:
            words = f"the schema gives itself no name, so one is needed: {_NAMES}"
            return [Violation("name", "REQUIRED", words)]
        if not NAME.fullmatch(name):
            near = re.sub(r"[^A-Za-z0-9_-]+", "_", name[:100]).strip("_-")
            hint = f"; {near!r} would do" if NAME.fullmatch(near) and near.lower() not in self._catalogue else ""
            return [Violation("name", "INVALID_NAME", f"{name[:60]!r} is no name of a schema: it is {_NAMES}{hint}")]
        if name.lower() in self._catalogue:
            words = f"{name.lower()!r} is an entity of the catalogue, and stays that; choose another name"
            return [Violation("name", "BUILT_IN_NAME", words)]
        return []

    async def _faults_of_use(self, text: str, name: str) -> list[Violation]:
        """What would keep a record from being made."""
        request = GenerationRequest(
            entity=name,
            schema_source=SchemaSource(kind="schema", text=text),
            count=1,
            seed=0,
            as_of=DEFAULT_AS_OF,
        )
        try:
            await self._preparation.prepare(request, len(text))
        except InvalidRequest as invalid:
            return list(invalid.violations)
        except UnsatisfiableError as error:
            return [error.violation]
        return []
