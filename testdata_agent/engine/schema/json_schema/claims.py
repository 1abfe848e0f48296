"""What schemas claim of a value, so that two can be put together: a value is right when it meets the claims of both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import lcm
from typing import Any, Final

import re2

from testdata_agent.engine.schema.json_schema.document import Place
from testdata_agent.engine.schema.shape import decimal_digits

#: Several subschemas that one value must meet.
Conjunction = tuple[Place, ...]

#: The kinds of JSON values; JSON Schema's `number` is the whole ones and those with a fraction.
NUMBERS: Final = frozenset({"integer", "fraction"})
KINDS: Final = frozenset({"null", "boolean", "string", "array", "object"}) | NUMBERS
#: Types as schemas name them.
TYPES: Final[Mapping[str, frozenset[str]]] = {
    "null": frozenset({"null"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer"}),
    "number": NUMBERS,
    "string": frozenset({"string"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
}


@dataclass(frozen=True, slots=True)
class Members:
    """What one schema says of an object's members.

    Attributes:
        named: By name.
        patterned: (compiled RE2, schema) of those whose names match.
        others: Of all others; None: anything.
    """

    named: Mapping[str, Place]
    patterned: tuple[tuple[Any, Place], ...] = ()
    others: Place | None = None

    def of(self, name: str) -> Iterator[Place]:
        """All schemas that the member of this name must meet."""
        found = False
        if name in self.named:
            found = True
            yield self.named[name]
        for pattern, place in self.patterned:
            if pattern.search(name):
                found = True
                yield place
        if not found and self.others is not None:
            yield self.others

    @property
    def closed(self) -> bool:
        """Whether no other member may be there."""
        return self.others is not None and self.others.schema is False and not self.patterned


@dataclass(frozen=True, slots=True)
class Items:
    """What one schema says of an array's items: the first ones by their place, and all others (None: anything)."""

    first: tuple[Place, ...] = ()
    others: Place | None = None

    def of(self, index: int) -> Iterator[Place]:
        """The schema that the item at this place must meet, if there is one."""
        if index < len(self.first):
            yield self.first[index]
        elif self.others is not None:
            yield self.others


@dataclass(frozen=True, slots=True)
class Choice:
    """An `anyOf`, or a `oneOf` (exclusive)."""

    branches: tuple[Place, ...]
    exclusive: bool
    pointer: str


@dataclass(slots=True)
class Claims:
    """What a value must be. Claims that have been read are never changed.

    Attributes:
        kinds: Kinds of JSON values that are allowed.
        stated: Whether a schema says so, by type, enum or const.
        values: The closed list of values; None: any.
        low, high: Bounds of numbers; `above` and `below` say whether the bound itself is excluded.
        step: Numbers are multiples of it.
        names: Schemas that the members' names must meet.
        dependents: (trigger, needed): where the first member is, the second must be.
        absent: Members that must not be there.
        sealed: Where `unevaluatedProperties: false` stands, if branches decide what it closes.
        refused: Keywords by pointer that cannot be made; they count only where the claims are used.
        at: Where a keyword stands, for messages.
    """

    kinds: frozenset[str] = KINDS
    stated: bool = False
    values: tuple[Any, ...] | None = None
    low: Decimal | None = None
    above: bool = False
    high: Decimal | None = None
    below: bool = False
    step: Decimal | None = None
    least_length: int = 0
    most_length: int | None = None
    patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    items: tuple[Items, ...] = ()
    least_items: int = 0
    most_items: int | None = None
    unique_items: bool = False
    members: tuple[Members, ...] = ()
    required: dict[str, str] = field(default_factory=dict)
    least_members: int = 0
    most_members: int | None = None
    names: Conjunction = ()
    dependents: tuple[tuple[str, str, str], ...] = ()
    absent: frozenset[str] = frozenset()
    sealed: str | None = None
    choices: tuple[Choice, ...] = ()
    excluded: Conjunction = ()
    at: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def member(self, name: str) -> Conjunction:
        """All schemas that the member of this name must meet."""
        return _distinct(place for part in self.members for place in part.of(name))

    def item(self, index: int) -> Conjunction:
        """All schemas that the item at this place must meet."""
        return _distinct(place for part in self.items for place in part.of(index))

    def member_names(self) -> list[str]:
        """Names of the members that are described or required, in order."""
        named = dict.fromkeys(name for part in self.members for name in part.named)
        return list(named | dict.fromkeys(self.required))

    def where(self, keyword: str, otherwise: str) -> str:
        """The pointer of a keyword."""
        return self.at.get(keyword, otherwise)


def both(one: Claims, other: Claims) -> Claims:
    """What a value must be that meets two claims."""
    low, above = _tighter(one.low, one.above, other.low, other.above, upper=False)
    high, below = _tighter(one.high, one.below, other.high, other.below, upper=True)
    values = one.values
    if values is None or other.values is None:
        values = values if other.values is None else other.values
    else:
        allowed = {identity(value) for value in other.values}
        values = tuple(value for value in values if identity(value) in allowed)
    return Claims(
        kinds=one.kinds & other.kinds,
        stated=one.stated or other.stated,
        values=values,
        low=low,
        above=above,
        high=high,
        below=below,
        step=common_step(one.step, other.step),
        least_length=max(one.least_length, other.least_length),
        most_length=_least(one.most_length, other.most_length),
        patterns=_distinct((*one.patterns, *other.patterns)),
        formats=_distinct((*one.formats, *other.formats)),
        items=_distinct((*one.items, *other.items)),
        least_items=max(one.least_items, other.least_items),
        most_items=_least(one.most_items, other.most_items),
        unique_items=one.unique_items or other.unique_items,
        members=_distinct((*one.members, *other.members)),
        required=one.required | other.required,
        least_members=max(one.least_members, other.least_members),
        most_members=_least(one.most_members, other.most_members),
        names=_distinct((*one.names, *other.names)),
        dependents=_distinct((*one.dependents, *other.dependents)),
        absent=one.absent | other.absent,
        sealed=one.sealed or other.sealed,
        choices=_distinct((*one.choices, *other.choices)),
        excluded=_distinct((*one.excluded, *other.excluded)),
        at=one.at | other.at,
        notes=other.notes | one.notes,
    )


def identity(value: Any) -> Any:
    """A key by which JSON values are the same: 1 is 1.0, and not true."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (type(value).__name__, value)
    if isinstance(value, int | float):
        return ("number", Decimal(str(value)).normalize())
    if isinstance(value, list):
        return ("array", tuple(map(identity, value)))
    return ("object", frozenset((key, identity(held)) for key, held in value.items()))


def kind_of(value: Any) -> str:
    """The kind of a JSON value; 1.0 is a whole number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if value == int(value) else "fraction"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def common_step(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The least step whose multiples are multiples of both."""
    if one is None or other is None:
        return one if other is None else other
    digits = max(decimal_digits(one), decimal_digits(other))
    unit = Decimal(10) ** digits
    return Decimal(lcm(int(one * unit), int(other * unit))) / unit


def compiled(pattern: str) -> Any:
    """An RE2 expression that is known to be one."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _tighter(
    one: Decimal | None, one_open: bool, other: Decimal | None, other_open: bool, *, upper: bool
) -> tuple[Decimal | None, bool]:
    if one is None or other is None:
        return (other, other_open) if one is None else (one, one_open)
    if one == other:
        return one, one_open or other_open
    return (one, one_open) if (one < other) is upper else (other, other_open)


def _least(one: int | None, other: int | None) -> int | None:
    return min((end for end in (one, other) if end is not None), default=None)


#: What is the same only where it is the same object.
_PARTS = (Members, Items)


def _distinct(values: Any) -> tuple[Any, ...]:
    seen, result = set[Any](), list[Any]()
    for value in values:
        key = value.pointer if isinstance(value, Place | Choice) else id(value) if isinstance(value, _PARTS) else value
        if key not in seen:
            seen.add(key)
            result.append(value)
    return tuple(result)
