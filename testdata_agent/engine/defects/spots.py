"""The places of a schema at which something can be wrong, and what stands there in one record."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from testdata_agent.engine.defects.saying import Saying
from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.variation.draws import Draws

#: In place of a value that is not there.
ABSENT: Final = object()
#: Keys and indexes from the record down.
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, eq=False)
class Spot:
    """One place of a schema.

    Attributes:
        path: Dotted, as rules write it (`items.quantity`); the elements of an array are `tags[]`.
        steps: Keys from the record down; None: any item of the array.
        needed: Whether an object without it is wrong.
        derived: Whether a rule makes its value out of others.
    """

    path: str
    steps: tuple[str | None, ...]
    field: Field
    needed: bool
    derived: bool = False

    @cached_property
    def saying(self) -> Saying:
        """What the field by itself says of values."""
        return Saying(self.field)


@dataclass(frozen=True, slots=True)
class Target:
    """A spot in one record: where, and what stands there (ABSENT: nothing)."""

    pointer: Pointer
    value: Any


def _nothing() -> None:
    return None


@dataclass(slots=True)
class Site:
    """One valid record to be changed.

    Attributes:
        record: Plain values.
        row: Its `_index`.
        as_of: What `now` is, in epoch seconds.
        draws: Random numbers of this row and attempt.
        before: Gives the finished record of the row before; None: it cannot be had.
    """

    record: Mapping[str, Any]
    row: int
    as_of: int
    draws: Draws
    before: Callable[[], Mapping[str, Any] | None] = _nothing

    def target(self, spot: Spot) -> Target | None:
        """The spot, in an item by chance where there are several; None where nothing holds it."""
        value: Any = self.record
        pointer: list[str | int] = []
        for at, step in enumerate(spot.steps):
            if step is None:
                if not isinstance(value, list) or not value:
                    return None
                index = self.draws.below(len(value))
                pointer.append(index)
                value = value[index]
                continue
            if not isinstance(value, dict):
                return None
            pointer.append(step)
            value = value.get(step, ABSENT)
            if value is ABSENT and at < len(spot.steps) - 1:
                return None
        return Target(tuple(pointer), value)


def spots_of(schema: Schema, derived: Collection[str]) -> tuple[Spot, ...]:
    """All places, holders before what they hold."""
    return tuple(_members(schema.fields, "", (), frozenset(derived)))


def _members(
    fields: Mapping[str, Field], prefix: str, steps: tuple[str | None, ...], derived: frozenset[str]
) -> Iterator[Spot]:
    for name, spec in fields.items():
        path = prefix + name
        needed = spec.required and "when" not in (spec.generate or {})
        yield Spot(path, (*steps, name), spec, needed, path in derived)
        inner, here, mark = spec, (*steps, name), path
        while inner.type is FieldType.ARRAY and inner.item is not None:
            inner, here, mark = inner.item, (*here, None), mark + "[]"
            if inner.type is not FieldType.OBJECT:
                yield Spot(mark, here, inner, needed=True)
        if inner.type is FieldType.OBJECT and inner.fields:
            yield from _members(inner.fields, path + ".", here, derived)


def json_pointer(pointer: Pointer) -> str:
    """RFC 6901."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in pointer)


def dotted(pointer: Pointer) -> str:
    """As checks name a field: `items[2].price`."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
