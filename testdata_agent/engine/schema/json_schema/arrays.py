"""Claims on arrays to what a field says of them."""

from typing import TYPE_CHECKING, Any

from testdata_agent.engine.schema.checks import MAX_ITEMS
from testdata_agent.engine.schema.json_schema.claims import Claims, Conjunction, identity
from testdata_agent.engine.schema.json_schema.faults import EndlessError
from testdata_agent.engine.schema.json_schema.keywords import ANNOTATIONS
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.model import Field, FieldType

if TYPE_CHECKING:
    from testdata_agent.engine.schema.json_schema.builder import Builder

#: Items of an array whose schema sets a far end: mostly up to so many more than it must have, at most the second.
_USUAL, _MOST = 3, 5


def array(builder: "Builder", claims: Claims, spot: Spot) -> dict[str, Any] | None:
    """A field of arrays; None: a fault was noted."""
    least, most = claims.least_items, claims.most_items
    if least > MAX_ITEMS:
        words = f"an array has at most {MAX_ITEMS} items, not {least}"
        builder.faults.fault(claims.where("minItems", spot.pointer), "SCHEMA_TOO_LARGE", words)
        return None
    known = max((len(part.first) for part in claims.items), default=0)
    items = claims.item(known)
    closed = any(place.schema is False for place in items)
    if known:
        alike = {_plainly(claims.item(index)) for index in range(known)}
        if len(alike) > 1 or (not closed and alike != {_plainly(items)}):
            keyword = claims.where("prefixItems", claims.where("items", spot.pointer))
            words = "items that differ by their place are not supported: give all of them one schema by items"
            builder.faults.fault(keyword, "UNSUPPORTED_KEYWORD", words)
            return None
        items = claims.item(0)
    if closed:
        most = known if most is None else min(most, known)
    item = _NOTHING if closed and not known else _item(builder, items, claims, spot)
    if item is None:
        return None
    if item is _UNREACHABLE:
        item, most = _NOTHING, 0
    if least > (least if most is None else most):
        words = f"minItems is {least}, and {most} items are described"
        builder.faults.fault(claims.where("minItems", spot.pointer), "CONTRADICTION", words)
        return None
    found: dict[str, Any] = {"type": FieldType.ARRAY, "item": item, "unique_items": claims.unique_items}
    if least:
        found["min_items"] = least
    if most is not None and most <= MAX_ITEMS:
        found["max_items"] = most
        if most == 0:
            found["min_items"] = 0
        first = max(least, 1)
        if most > first + _MOST:
            found["generate"] = {"quantiles": [[0, first], [80, first + _USUAL], [100, first + _MOST]]}
    return found


def _item(builder: "Builder", items: Conjunction, claims: Claims, spot: Spot) -> Field | None:
    """The field of an array's items; None: a fault was noted."""
    pointer = items[0].pointer if items else spot.pointer
    inner = Spot("item", pointer, spot.depth + 1)
    try:
        return builder.field(items, inner)
    except EndlessError:
        # An optional array is better left out: other people's records may nest deeper than is made here.
        if claims.least_items or not spot.required:
            raise
        return _UNREACHABLE


#: What an array holds that is always empty.
_NOTHING = Field(name="item", type=FieldType.STRING)
#: Stands for items that would nest without an end.
_UNREACHABLE = Field(name="", type=FieldType.STRING)


def _plainly(conjunction: Conjunction) -> Any:
    """What schemas say, apart from their annotations, as a key."""
    return tuple(
        identity({key: value for key, value in place.schema.items() if key not in ANNOTATIONS})
        if isinstance(place.schema, dict)
        else place.schema
        for place in conjunction
    )
