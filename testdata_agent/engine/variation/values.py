"""JSON values of exemplars as what columns hold."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import epoch
from testdata_agent.engine.synthesis.literals import accepts, is_whole

#: Numbers from here on are left to the engine: scaled, they might not fit into 64 bits.
_MOST: Final = Decimal(10) ** 12
_KEPT_TESTS: Final = 1024

#: A value as a column holds it: Decimal, bool, epoch seconds or text; None: the field cannot hold it.
Held = Decimal | bool | int | str | None


def held(spec: Field, value: Any) -> Held:
    """A JSON value (not null) by its field's type and limits; None where the field cannot hold it."""
    return _READERS[spec.type](spec, value) if spec.type in _READERS else None


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """The value at a path that leads through objects alone; None where there is none."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _number(spec: Field, value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact) >= _MOST:
        return None
    if spec.type is FieldType.INTEGER and exact != exact.to_integral_value():
        return None
    low, high = _ends(_Same(spec))
    if (low is not None and exact < low) or (high is not None and exact > high):
        return None
    if spec.values is not None and exact not in {Decimal(str(listed)) for listed in spec.values}:
        return None
    return exact


def _truth(spec: Field, value: Any) -> bool | None:
    listed = spec.values is None or value in spec.values
    return value if isinstance(value, bool) and listed else None


def _time(spec: Field, value: Any) -> int | None:
    try:
        return epoch(value) if isinstance(value, str) and ("T" in value) == (spec.type is FieldType.DATETIME) else None
    except ValueError:
        return None


def within(spec: Field, seconds: int) -> bool:
    """Whether a point in time lies where its field wants it."""
    ends = (None if end is None else epoch(str(end)) for end in (spec.min, spec.max))
    low, high = ends
    return (low is None or seconds >= low) and (high is None or seconds <= high)


def _text(spec: Field, value: Any) -> str | None:
    return (
        value
        if isinstance(value, str) and is_whole(value) and "\0" not in value and _test(_Same(spec))(value)
        else None
    )


class _Same:
    """A field as a key: equal to itself alone."""

    __slots__ = ("spec",)

    def __init__(self, spec: Field) -> None:
        self.spec = spec

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.spec is self.spec

    def __hash__(self) -> int:
        return id(self.spec)


@lru_cache(maxsize=_KEPT_TESTS)
def _ends(key: _Same) -> tuple[Decimal | None, Decimal | None]:
    low, high = (None if end is None else Decimal(str(end)) for end in (key.spec.min, key.spec.max))
    return low, high


@lru_cache(maxsize=_KEPT_TESTS)
def _test(key: _Same) -> Callable[[str], bool]:
    return accepts(key.spec)


_READERS: Final[Mapping[FieldType, Callable[[Field, Any], Held]]] = {
    **dict.fromkeys(NUMERIC_TYPES, _number),
    **dict.fromkeys(TIME_TYPES, _time),
    **dict.fromkeys(TEXT_TYPES, _text),
    FieldType.BOOLEAN: _truth,
}
