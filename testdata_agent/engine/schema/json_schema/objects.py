"""Claims on objects to what a field says of them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from testdata_agent.engine.schema.house import NAME, NAMES
from testdata_agent.engine.schema.json_schema.claims import Claims
from testdata_agent.engine.schema.json_schema.document import under
from testdata_agent.engine.schema.json_schema.faults import EndlessError
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.json_schema.values import fits
from testdata_agent.engine.schema.model import Field, FieldType

if TYPE_CHECKING:
    from testdata_agent.engine.schema.json_schema.builder import Builder

#: Schemas that nothing fits.
_NEVER: tuple[Any, ...] = (False, {"not": {}}, {"not": True})
#: Names that rules can speak of.
_RULE_NAME = re.compile(r"[^\W\d]\w*")
#: Most fields that one rule lists.
_MAX_LISTED = 20


def members(builder: "Builder", claims: Claims, spot: Spot) -> dict[str, Any] | None:
    """A field of objects; None: a fault was noted."""
    faults = len(builder.faults)
    fields, left_out = dict[str, Field](), False
    builder.check_room(sum(len(part.named) for part in claims.members), spot.pointer)
    for name in _named(builder, claims, spot):
        required, pointer = name in claims.required, _pointer_of(claims, name, spot)
        path = f"{spot.path}.{name}".removeprefix(".") if spot.path is not None else None
        inner = Spot(name, pointer, spot.depth + 1, required, path)
        try:
            field = builder.field(claims.member(name), inner)
        except EndlessError:
            if required:
                raise
            left_out = True
            continue
        if field is not None:
            fields[name] = field
    if len(builder.faults) > faults:
        return None
    open_to_others = claims.sealed is None and not any(part.closed for part in claims.members)
    if claims.most_members is not None and len(fields) > claims.most_members:
        fields, left_out = _fewest(fields, claims.most_members), True
    _demand_members(builder, claims, fields, spot)
    _demand_dependents(builder, claims, fields, spot)
    return {"type": FieldType.OBJECT, "fields": fields, "open": open_to_others or left_out}


def _named(builder: "Builder", claims: Claims, spot: Spot) -> Iterator[str]:
    """Names of the members that are made; what is wrong with the others is noted."""
    names = builder.reading.of(claims.names) if claims.names else None
    declared = {name for part in claims.members for name in part.named}
    for name in claims.member_names():
        required, where = name in claims.required, claims.required.get(name, spot.pointer)
        places = claims.member(name)
        impossible = name in claims.absent or any(place.schema in _NEVER for place in places)
        impossible = impossible or (names is not None and not fits(name, names, builder.reading.of))
        impossible = impossible or (claims.sealed is not None and name not in declared)
        if impossible and required:
            words = f"{name[:60]!r} is required and must not be there"
            builder.faults.fault(where, "CONTRADICTION", words)
        elif not impossible and not NAME.fullmatch(name):
            builder.faults.fault(_pointer_of(claims, name, spot), "INVALID_FIELD_NAME", NAMES)
        elif not impossible:
            yield name


def _pointer_of(claims: Claims, name: str, spot: Spot) -> str:
    places = claims.member(name)
    if places:
        return places[0].pointer
    return claims.required.get(name, under(spot.pointer, name))


def _fewest(fields: dict[str, Field], most: int) -> dict[str, Field]:
    """As many fields as there may be, those that are required before all others."""
    room = most - sum(field.required for field in fields.values())
    kept = dict[str, Field]()
    for name, field in fields.items():
        if not field.required and room <= 0:
            continue
        room -= not field.required
        kept[name] = field
    return kept


def _demand_members(builder: "Builder", claims: Claims, fields: dict[str, Field], spot: Spot) -> None:
    """Sees to it that there are as many members as there must be."""
    least = claims.least_members
    certain = sum(field.required for field in fields.values())
    if certain >= least:
        return
    where = claims.where("minProperties", spot.pointer)
    if len(fields) < least:
        words = f"minProperties is {least}, and {len(fields)} members are described, which are all that is made"
        builder.faults.fault(where, "UNSUPPORTED_KEYWORD", words)
        return
    paths = [rule_path(spot, field) for field in fields.values()]
    if least > 1 or len(paths) > _MAX_LISTED or None in paths:
        words = f"minProperties {least} is not supported where fewer members are required: require as many"
        builder.faults.fault(where, "UNSUPPORTED_KEYWORD", words)
        return
    some = " or ".join(f"{path} exists" for path in paths)
    builder.rules.append(f"{spot.path} exists implies ({some})" if spot.path else some)


def _demand_dependents(builder: "Builder", claims: Claims, fields: dict[str, Field], spot: Spot) -> None:
    """Sees to it that a member is there where another one is."""
    for trigger, needed, pointer in claims.dependents:
        first, second = fields.get(trigger), fields.get(needed)
        if first is None or (second is not None and second.required):
            continue
        if second is None:
            words = f"{needed[:60]!r} is needed beside {trigger[:60]!r} and is not described in properties"
            builder.faults.fault(pointer, "CONTRADICTION", words)
            continue
        paths = rule_path(spot, first), rule_path(spot, second)
        if None in paths:
            words = "it is not supported inside oneOf, anyOf and arrays, and for names that are no words"
            builder.faults.fault(pointer, "UNSUPPORTED_KEYWORD", f"{words}: make {needed[:60]!r} required")
            continue
        builder.rules.append(f"{paths[0]} exists implies {paths[1]} exists")


def rule_path(spot: Spot, field: Field) -> str | None:
    """How rules speak of a member; None: they cannot."""
    if spot.path is None or field.nullable:
        return None
    path = f"{spot.path}.{field.name}".removeprefix(".")
    return path if all(map(_RULE_NAME.fullmatch, path.split("."))) else None
