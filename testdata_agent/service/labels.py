"""Bounded names of what a request asks for: labels of metrics and words of log lines."""

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.schema.registry import Registry

#: A schema that came with the request.
CUSTOM = "custom"
#: A name that the catalogue does not have.
UNKNOWN = "unknown"

#: Clients that one process counts by name; those after them are counted together.
MAX_CLIENTS = 100
#: All clients beyond them.
OTHERS = "others"


class Clients:
    """Names of clients, in a bounded set."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def of(self, client_id: str) -> str:
        """The client's own name, or `others`."""
        if client_id not in self._known:
            if len(self._known) >= MAX_CLIENTS:
                return OTHERS
            self._known.add(client_id)
        return client_id


class Labels:
    """Maps requests onto the catalogue's own names, `custom` and `unknown`."""

    def __init__(self, registry: Registry) -> None:
        schemas = registry.list()
        self._domains = {schema.name: schema.domain for schema in schemas}
        self._known_domains = frozenset(schema.domain for schema in schemas)

    def of(self, request: GenerationRequest) -> tuple[str, str]:
        """(domain, entity) of `request`."""
        source = request.schema_source
        name = request.entity
        if source is not None:
            if source.kind != "schema.predefined_schema":
                return (request.domain if request.domain in self._known_domains else CUSTOM), CUSTOM
            name = source.text
        own = self._domains.get(name)
        if own is not None:
            return (request.domain if request.domain in self._known_domains else own), name
        return (request.domain if request.domain in self._known_domains else UNKNOWN), UNKNOWN
