"""What fields can mean: data, made by tools/meanings.py out of the files in `meanings/`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson

from testdata_agent.engine.schema.model import FieldType

#: The word by which a schema says that a field has no meaning: its type alone makes it.
NONE: Final = "none"
_NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.FLOAT})
_TEXTS: Final = frozenset(
    {FieldType.STRING, FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS, FieldType.UUID, FieldType.ENUM}
)
_TIMES: Final = frozenset({FieldType.DATE, FieldType.DATETIME})
#: Types that messages leave out where they name text.
_BESIDE_TEXT: Final = frozenset({FieldType.ENUM, FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS})
_TYPES: Final[Mapping[str, frozenset[FieldType]]] = {
    "text": frozenset({FieldType.STRING, FieldType.ENUM}),
    "number": _NUMBERS,
    "integer": _NUMBERS,
    "float": frozenset({FieldType.FLOAT}),
    "boolean": frozenset({FieldType.BOOLEAN}),
    "date": frozenset({FieldType.DATE}),
    "datetime": frozenset({FieldType.DATETIME}),
    "uuid": frozenset({FieldType.UUID}),
    "address": frozenset({FieldType.ADDRESS}),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a field can mean.

    Attributes:
        about: What it is, for people.
        types: Types of fields that it is for.
        generate: Hints by what is made: `text`, `number`, `integer`, `time`, `boolean`; `text_else` and `number`
            beside `number_beside` where the parts of an article stand alone.
        relations: What it has of its neighbours, the first that applies.
        extras: unit, range, scale, money, step, form, beside, unless, apart, prefixed, weak.
    """

    name: str
    about: str
    types: frozenset[FieldType]
    generate: Mapping[str, Mapping[str, Any]]
    relations: Sequence[Mapping[str, Any]]
    extras: Mapping[str, Any]

    def hint(self, kind: FieldType) -> Mapping[str, Any] | None:
        """How a field of this type is made; None: the meaning is for other types."""
        found = self.generate
        if kind in _NUMBERS:
            whole = found.get("integer") if kind is FieldType.INTEGER else None
            return whole or found.get("number_beside") or found.get("number")
        if kind in _TIMES:
            return found.get("time")
        if kind is FieldType.BOOLEAN:
            return found.get("boolean")
        return found.get("text") if kind in _TEXTS else None

    @property
    def span(self) -> tuple[Any, Any] | None:
        """Least and greatest number it has by itself; None where none are said."""
        given = self.extras.get("range")
        if given is not None:
            return given[0], given[1]
        knots = (self.generate.get("number") or {}).get("quantiles")
        return (knots[0][1], knots[-1][1]) if knots else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All meanings, the names that have them, and the nouns that say whose a name is.

    Attributes:
        generic: Names of objects that say nothing of what they are.
        kinds: What tells that an object is of a noun: lists of meanings and field names, one of each of `all`.
    """

    meanings: Mapping[str, Any]
    names: Mapping[str, Sequence[tuple[str, str | None]]]
    nouns: Mapping[str, Sequence[str]]
    generic: frozenset[str]
    kinds: Sequence[Mapping[str, Any]]

    def meaning(self, name: str) -> Meaning | None:
        """The meaning of this name, or that which a field of the name would have; `person.email` is `email`."""
        name = name if name in self.meanings else name.rpartition(".")[2]
        if name not in self.meanings:
            name = next((found for found, noun in self.names.get(name, ()) if noun is None), name)
        return _meaning(name)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, loaded when it is first asked for."""
    file = resources.files("testdata_agent.engine.catalog") / "meanings.json"
    data = orjson.loads(file.read_bytes())
    names = data["names"]
    for alias in [alias for alias in names if "_" in alias]:
        names.setdefault(alias.replace("_", ""), names[alias])
    return Vocabulary(data["meanings"], names, data["nouns"], frozenset(data["generic"]), data["kinds"])


@cache
def _meaning(name: str) -> Meaning | None:
    spec = vocabulary().meanings.get(name)
    if spec is None:
        return None
    types = frozenset[FieldType]().union(*(_TYPES[kind] for kind in spec["types"]))
    if "time" in spec["generate"]:
        types |= _TIMES
    return Meaning(name, spec["about"], types, spec["generate"], spec["relations"], spec)


def semantic_fault(semantic: str, kind: FieldType) -> str | None:
    """Why a field of this type cannot mean that; None: it can."""
    if semantic == NONE:
        return None
    meaning = vocabulary().meaning(semantic)
    if meaning is None:
        near = get_close_matches(semantic[:60].lower(), sorted({*vocabulary().meanings, *vocabulary().names}), n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
        return f"there is no meaning {semantic[:60]!r}{hint} `testdata explain --meanings` lists them"
    allowed = types_of(meaning)
    own = {FieldType.EMAIL: "email", FieldType.PHONE: "phone"}.get(kind)
    if own is not None and own not in meaning.name:
        return f"{semantic} is no {own}, and the field is of that type: make it a string"
    if kind not in allowed:
        return f"{semantic} is for {', '.join(sorted(allowed - _BESIDE_TEXT))}, this is {kind}"
    return None


def types_of(meaning: Meaning) -> frozenset[FieldType]:
    """Types of fields that may have the meaning: what is text may be an e-mail address or the like as well."""
    if FieldType.STRING in meaning.types:
        return meaning.types | {FieldType.EMAIL, FieldType.PHONE, FieldType.ADDRESS}
    return meaning.types
