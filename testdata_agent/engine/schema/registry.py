"""The entities that are known by name."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources

import yaml

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.model import Schema

_SHOWN = 60


@cache
def builtin_schemas() -> Mapping[str, Schema]:
    """The catalogue's entities by name: one data file each."""
    folder = resources.files("testdata_agent.engine.catalog") / "entities"
    schemas = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            data = yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            schema = read_schema(data, file.name)
            schemas[schema.name] = schema
    return schemas


class Registry:
    """Looks entities up by name."""

    def __init__(self, schemas: Mapping[str, Schema] | None = None, *, others: Collection[str] = ()) -> None:
        """Takes schemas by name (None: the catalogue's), and the names of others that a caller could mean."""
        self._schemas = dict(builtin_schemas() if schemas is None else schemas)
        self._others = others

    def get(self, entity: str, domain: str = "", *, field: str = "entity") -> Schema:
        """The schema of an entity; `domain` may be empty, `field` is where the request names the entity.

        Raises:
            InvalidRequest: UNKNOWN_ENTITY or UNKNOWN_DOMAIN, naming the near ones and all known.
        """
        schema = self._schemas.get(entity)
        if schema is None:
            raise InvalidRequest([Violation(field, "UNKNOWN_ENTITY", self._unknown(entity))])
        if domain and schema.domain != domain:
            known = ", ".join(sorted({s.domain for s in self._schemas.values()}))
            words = f"no entity {entity!r} in domain {domain[:_SHOWN]!r}; it is in {schema.domain!r}. Domains: {known}"
            raise InvalidRequest([Violation("domain", "UNKNOWN_DOMAIN", words)])
        return schema

    def list(self, domain: str = "") -> "list[Schema]":
        """All schemas by name, or those of a domain."""
        return [s for _, s in sorted(self._schemas.items()) if not domain or s.domain == domain]

    def _unknown(self, entity: str) -> str:
        known = sorted({*self._schemas, *tuple(self._others)})
        if not entity:
            return f"an entity is needed, or a schema; known: {', '.join(known)}"
        near = get_close_matches(entity[:_SHOWN].lower(), known, n=2)
        hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        return f"unknown entity {entity[:_SHOWN]!r}; {hint}Known: {', '.join(known)}"
