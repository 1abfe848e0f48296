"""Which entity a request means: one of the catalogue, or one that was registered."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.registered.known import KnownSchemas
from gateway.registered.registration import NAME
from testdata_agent.engine.errors import Violation
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.schema.registry import Registry

_SHOWN = 60


class Entities:
    """Puts a registered schema's text in the place of its name.

    From there on the request depends on nothing that can change: plans are kept by the text, jobs carry it, and workers
    look nothing up.
    """

    def __init__(self, registry: Registry, known: KnownSchemas | None) -> None:
        """Takes the catalogue, and the registered schemas; None: there are none."""
        self._catalogue = frozenset(schema.name for schema in registry.list())
        self._known = known

    async def settle(self, request: GenerationRequest) -> tuple[GenerationRequest, Sequence[Violation]]:
        """The request that is to be admitted, and what is wrong with it already.

        Raises:
            LedgerUnreachable: nobody knows the name, and the database does not answer.
        """
        source = request.schema_source
        if source is None:
            name = request.entity
        elif source.kind == "schema.predefined_schema":
            name = source.text
        else:
            return request, ()
        if self._known is None or name in self._catalogue or not NAME.fullmatch(name):
            return request, ()
        schema = await self._known.find(name)
        if schema is None:
            return request, ()  # the engine refuses it beside all else that is wrong
        settled = replace(request, entity=name, schema_source=schema.source)
        if request.domain and request.domain != schema.domain:
            words = f"no entity {name!r} in domain {request.domain[:_SHOWN]!r}; it is in {schema.domain!r}"
            return settled, [Violation("domain", "UNKNOWN_DOMAIN", words)]
        return settled, ()
