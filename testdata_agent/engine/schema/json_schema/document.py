"""A schema document: its places by JSON Pointer, and what references point to. Nothing is ever fetched."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from testdata_agent.engine.schema.json_schema.faults import Faults

#: Keywords whose values are data, not schemas.
_DATA = frozenset({"enum", "const", "default", "examples", "example"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


class Place(NamedTuple):
    """A subschema and the JSON Pointer of where it stands."""

    schema: Any
    pointer: str

    def at(self, *tokens: str | int) -> "Place":
        """The place inside this one; its last token must be there."""
        schema, pointer = self.schema, self.pointer
        for token in tokens:
            schema, pointer = schema[token], under(pointer, token)
        return Place(schema, pointer)


def under(pointer: str, token: str | int) -> str:
    """The pointer of a member or item."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


class Document:
    """One document and the names that its parts give themselves."""

    def __init__(self, root: Mapping[str, Any], faults: Faults) -> None:
        """Takes the parsed schema."""
        self.root = Place(root, "")
        self._faults = faults
        self._resources: dict[str, Place] = {}
        self._anchors: dict[tuple[str, str], Place] = {}
        self._bases: dict[str, str] = {}
        self._indexed = False

    def target(self, reference: Any, pointer: str) -> Place | None:
        """What the `$ref` that stands at `pointer` points to; None: a fault was noted."""
        if not isinstance(reference, str):
            self._faults.fault(pointer, "INVALID_SCHEMA", "a $ref is a text such as #/$defs/address")
            return None
        self._index()
        address, _, fragment = reference.partition("#")
        base_pointer = self._base_of(pointer)
        base = self._bases[base_pointer]
        if address:
            resource = self._resources.get(_joined(base, address))
            if resource is None:
                words = f"{reference[:200]!r} is elsewhere and nothing is fetched: copy it into $defs and refer to that"
                self._faults.fault(pointer, "REMOTE_REFERENCE", words)
                return None
        else:
            resource = self._at(self.root, base_pointer)
        assert resource is not None
        fragment = _unescaped(fragment)
        if fragment and not fragment.startswith("/"):
            found = self._anchors.get((self._bases[resource.pointer], fragment))
        else:
            found = self._at(resource, fragment)
        if found is None:
            known = ", ".join(self._definitions()) or "none"
            words = f"nothing stands at {reference[:200]!r}; defined are: {known[:300]}"
            self._faults.fault(pointer, "UNKNOWN_REFERENCE", words)
        return found

    def _definitions(self) -> Iterator[str]:
        for keyword in ("$defs", "definitions"):
            held = self.root.schema.get(keyword)
            if isinstance(held, Mapping):
                yield from (f"#/{keyword}/{name[:60]}" for name in list(held)[:20])

    def _at(self, start: Place, fragment: str) -> Place | None:
        place = start
        for raw in fragment.split("/")[1:]:
            token, held = raw.replace("~1", "/").replace("~0", "~"), place.schema
            if isinstance(held, Mapping) and token in held:
                place = place.at(token)
            elif isinstance(held, list) and token.isdecimal() and int(token) < len(held):
                place = place.at(int(token))
            else:
                return None
        return place

    def _base_of(self, pointer: str) -> str:
        """The pointer of the resource (a schema with an `$id`, else the root) that holds a place."""
        if len(self._bases) == 1:
            return ""
        while pointer not in self._bases:
            pointer = pointer.rpartition("/")[0]
        return pointer

    def _index(self) -> None:
        if self._indexed:
            return
        self._indexed = True
        pending = [(self.root, "")]
        self._bases[""] = ""
        while pending:
            place, base = pending.pop()
            schema = place.schema
            if isinstance(schema, list):
                pending += [(place.at(number), base) for number in range(len(schema))]
            if not isinstance(schema, Mapping):
                continue
            identifier = schema.get("$id", schema.get("id") if not place.pointer else None)
            if isinstance(identifier, str):
                address, _, anchor = identifier.partition("#")
                if address or not place.pointer:
                    base = _joined(base, address)
                    self._resources[base] = place
                    self._bases[place.pointer] = base
                if anchor:
                    self._anchors[base, anchor] = place
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(schema.get(keyword), str):
                    self._anchors[base, schema[keyword]] = place
            pending += [(place.at(key), base) for key in schema if key not in _DATA]


def _joined(base: str, address: str) -> str:
    """An address as seen from a base; RFC 3986, 5.2, as far as it is met here: without dot segments."""
    if _SCHEME.match(address) or not base:
        return address
    if address.startswith("/"):
        scheme, _, rest = base.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{address}"
    return base[: base.rfind("/") + 1] + address.removeprefix("./")


def _unescaped(fragment: str) -> str:
    octets = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), fragment.encode("utf-8", "replace"))
    return octets.decode("utf-8", "replace")
