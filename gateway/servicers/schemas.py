"""testdata.v1.SchemaService: convert, call, convert back."""

from typing import Final

from gateway import instants
from gateway.errors.refusal import Refusal
from gateway.interceptors.base import Call
from gateway.registered.assembly import Registered
from gateway.registered.registration import Registration
from testdata_agent.engine.errors import Violation
from testdata_agent.stores.schemas import RegisteredSchema
from testdata_agent.v1 import schemas_pb2 as pb

#: What a list holds where nobody says, and at the most.
DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 1000


class SchemaServicer:
    """Serves the four methods. Refusals are raised; the chain around it turns them into statuses."""

    def __init__(self, registered: Registered, registration: Registration) -> None:
        self._store, self._known, self._check = registered.store, registered.known, registered.check
        self._registration = registration

    async def RegisterSchema(self, message: pb.RegisterSchemaRequest, call: Call) -> pb.RegisteredSchema:  # noqa: N802 - its name in the contract
        """The schema as it is kept."""
        await self._check()
        caller = call.caller
        kept = await self._registration.register(
            message.schema,
            name=message.name,
            domain=message.domain,
            client_id=caller.client_id,
            own_alone=caller.changes_own_alone,
        )
        return _described(kept)

    async def GetSchema(self, message: pb.GetSchemaRequest, call: Call) -> pb.RegisteredSchema:  # noqa: N802, ARG002
        """One version, with its text."""
        faults = _faults_of_name(message.name)
        if message.version < 0:
            faults.append(Violation("version", "OUT_OF_RANGE", f"{message.version} is less than 0"))
        if faults:
            raise Refusal.of(faults)
        await self._check()
        return _described(await self._store.get(message.name, message.version))

    async def ListSchemas(self, message: pb.ListSchemasRequest, call: Call) -> pb.ListSchemasResponse:  # noqa: N802, ARG002
        """A page of the current versions, without their texts."""
        if message.page_size < 0:
            fault = Violation("page_size", "INVALID_PAGE_SIZE", f"{message.page_size} is less than 0")
            raise Refusal.of([fault])
        await self._check()
        size = min(message.page_size or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
        try:
            page = await self._store.page(domain=message.domain, size=size, token=message.page_token)
        except ValueError as error:
            fault = Violation("page_token", "INVALID_PAGE_TOKEN", "it is none that this service gave; begin with none")
            raise Refusal.of([fault]) from error
        return pb.ListSchemasResponse(schemas=map(_described, page.schemas), next_page_token=page.next_token)

    async def DeleteSchema(self, message: pb.DeleteSchemaRequest, call: Call) -> pb.RegisteredSchema:  # noqa: N802
        """The schema that is out of use from now on."""
        faults = _faults_of_name(message.name)
        if faults:
            raise Refusal.of(faults)
        await self._check()
        owner = call.caller.client_id if call.caller.changes_own_alone else None
        gone = await self._store.delete(message.name, owner=owner)
        self._known.take_in(gone)
        return _described(gone)


def _faults_of_name(name: str) -> list[Violation]:
    return [] if name else [Violation("name", "REQUIRED", "the name of a registered schema is needed")]


def _described(schema: RegisteredSchema) -> pb.RegisteredSchema:
    return pb.RegisteredSchema(
        name=schema.name,
        version=schema.version,
        domain=schema.domain,
        schema=schema.text,
        client_id=schema.client_id,
        created_at=instants.of_epoch(schema.created_at),
        deleted=schema.deleted,
    )
