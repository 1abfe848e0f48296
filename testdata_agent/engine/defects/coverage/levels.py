"""What stands at a place in ways that matter: on a bound, a listed value, null, absent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from testdata_agent.engine.coherence.moments import bound_text
from testdata_agent.engine.defects.case import REMOVED
from testdata_agent.engine.defects.editing import resized
from testdata_agent.engine.defects.numbers import written
from testdata_agent.engine.defects.saying import step_of
from testdata_agent.engine.defects.spots import ABSENT, Pointer, Spot
from testdata_agent.engine.schema.certain import meant_bounds
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, FieldType

#: Listed values of one field, and places of one schema, that are looked at.
MOST_LISTED: Final = 20
MOST_PARAMETERS: Final = 40
_MOST_CHARACTERS = 2_000
_MOST_ITEMS = 50
#: A value that stands there, whatever it is: it cannot be made, only found.
_THERE: Final = object()


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One way in which something stands at a place.

    Attributes:
        words: `status = "shipped"`, `items.quantity at min 1`.
        value: Makes it of what stands there; _THERE: it cannot be made.
        alone: Whether it is wanted once, and not in every pair.
    """

    words: str
    value: Callable[[Any], Any] | object
    holds: Callable[[Any], bool]
    alone: bool = False

    @property
    def is_found(self) -> bool:
        """Whether it cannot be put at a place, and holds only where it was found."""
        return self.value is _THERE

    def of(self, old: Any) -> Any:
        """The value in the place of another; ABSENT where it cannot be made of that."""
        assert callable(self.value)
        return self.value(old)


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A place and its levels; in arrays the first item counts."""

    spot: Spot
    levels: tuple[Level, ...]

    def at(self, record: Any) -> tuple[Pointer, Any] | None:
        """Where it is in a record, and what stands there (ABSENT: nothing); None: nothing holds it."""
        pointer: list[str | int] = []
        value = record
        for number, step in enumerate(self.spot.steps):
            if step is None:
                if not isinstance(value, list) or not value:
                    return None
                pointer.append(0)
                value = value[0]
                continue
            if not isinstance(value, Mapping):
                return None
            pointer.append(step)
            value = value.get(step, ABSENT)
            if value is ABSENT and number < len(self.spot.steps) - 1:
                return None
        return tuple(pointer), value

    def level_in(self, record: Any) -> list[int]:
        """Numbers of the levels that hold in a record."""
        place = self.at(record)
        if place is None:
            return []
        return [number for number, level in enumerate(self.levels) if level.holds(place[1])]


def parameters_of(spots: Sequence[Spot]) -> list[Parameter]:
    """The places that have levels; see MOST_PARAMETERS."""
    found = (Parameter(spot, tuple(_levels(spot))) for spot in spots)
    return [parameter for parameter in found if parameter.levels]


def _levels(spot: Spot) -> Iterator[Level]:
    values = list(_values(spot))
    yield from values
    spec = spot.field
    free = False
    if spec.nullable and not any(level.holds(None) for level in values):
        free = True
        yield Level(f"{spot.path} null", lambda old: None, lambda value: value is None)
    if not spot.needed:
        free = True
        yield Level(f"{spot.path} absent", _removed, lambda value: value is ABSENT)
    if free and not values:
        yield Level(f"{spot.path} there", _THERE, lambda value: value is not ABSENT and value is not None)


def _removed(old: Any) -> Any:
    return ABSENT if old is ABSENT else REMOVED


def _values(spot: Spot) -> Iterator[Level]:
    spec = spot.field
    if spec.unique or spot.derived:
        return
    if spec.type is FieldType.BOOLEAN:
        for truth in spec.values or (True, False):
            yield _constant(f"{spot.path} = {str(truth).lower()}", bool(truth))
    elif spec.values is not None:
        for value in spec.values[:MOST_LISTED]:
            shown = f'"{value}"' if isinstance(value, str) else f"{value}"
            yield _constant(f"{spot.path} = {shown}", _as_stored(spot, value))
    elif spec.type in NUMERIC_TYPES:
        yield from _numbers(spot)
    elif spec.type in TIME_TYPES:
        for name, end in (("min", spec.min), ("max", spec.max)):
            if end is not None:
                text = bound_text(str(end), days=spec.type is FieldType.DATE)
                yield _constant(f"{spot.path} at {name} {end}", text)
    elif spec.type is FieldType.ARRAY:
        for name, size in (("min_items", spec.min_items), ("max_items", spec.max_items)):
            if size is not None and size <= _MOST_ITEMS and not (name == "max_items" and size == spec.min_items):
                yield Level(f"{spot.path} at {name} {size}", _resized(size), _of_size(list, size))
    elif spot.saying.is_text and spot.saying.is_free:
        for name, size in (("min_length", spec.min_length), ("max_length", spec.max_length)):
            if size is not None and size <= _MOST_CHARACTERS and not (name == "max_length" and size == spec.min_length):
                yield Level(f"{spot.path} at {name} {size}", _cut(size), _of_size(str, size))


def _as_stored(spot: Spot, value: Any) -> Any:
    return written(spot.field, Decimal(str(value))) if spot.field.type in NUMERIC_TYPES else value


def _numbers(spot: Spot) -> Iterator[Level]:
    spec, step = spot.field, step_of(spot.field)
    ends = dict(zip(("min", "max"), meant_bounds(spec) or (spec.min, spec.max), strict=True))
    edges = {name: Decimal(str(end)) for name, end in ends.items() if end is not None}
    for name, edge in edges.items():
        if not (name == "max" and edge == edges.get("min")):
            yield _constant(f"{spot.path} at {name} {ends[name]}", written(spec, edge))
    for name, edge in edges.items():
        inside = edge + step if name == "min" else edge - step
        if inside not in edges.values():
            yield _constant(f"{spot.path} inside {name} {ends[name]}", written(spec, inside), alone=True)


def _constant(words: str, value: Any, *, alone: bool = False) -> Level:
    return Level(words, lambda old: value, lambda held: _equal(held, value), alone)


def _equal(one: Any, other: Any) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and one is not ABSENT and bool(one == other)


def _of_size(kind: type, size: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind) and len(value) == size  # type: ignore[arg-type]


def _resized(size: int) -> Callable[[Any], Any]:
    def value(old: Any) -> Any:
        return resized(old, size) if isinstance(old, list) and (old or not size) else ABSENT

    return value


def _cut(size: int) -> Callable[[Any], Any]:
    def value(old: Any) -> Any:
        text = old if isinstance(old, str) and old else "a"
        return (text * (size // len(text) + 1))[:size]

    return value
