"""What makes two records the same pattern: equal for those that differ in nothing but what does not make them so."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

import orjson

from testdata_agent.engine.variation.layout import Layout, Role

#: Ten steps to a power of ten: numbers within one are near.
_STEPS: Final = tuple(map(Decimal, ("1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8")))
_SIZE: Final = 16


def untold(layout: Layout) -> frozenset[str]:
    """Fields that do not tell what a record is: identifiers, contacts, times, what is derived."""
    return frozenset(path for path, leaf in layout.leaves.items() if leaf.role is not Role.TAKEN)


def signature(
    record: Mapping[str, Any],
    locked: Collection[str] = (),
    *,
    leaving_out: Collection[str] = (),
    exact: bool = False,
) -> str:
    """32 hexadecimal digits, the same for near-duplicates, in every process.

    Args:
        record: JSON values.
        locked: Fields whose values count as they are.
        leaving_out: Fields that do not count, unless they are locked.
        exact: Whether numbers that are merely near make a difference.
    """
    told = _told(dict(record), "", frozenset(locked), frozenset(leaving_out) - frozenset(locked), exact=exact)
    text = orjson.dumps([sorted(locked), told], option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=_SIZE).hexdigest()


def in_turn(mark: str, turn: int) -> str:
    """A signature of the records of one signature that are all to be kept, by their turn."""
    return blake2b(f"{mark} {turn}".encode(), digest_size=_SIZE).hexdigest()


def _told(value: Any, path: str, locked: frozenset[str], out: frozenset[str], *, exact: bool) -> Any:
    if isinstance(value, dict):
        inner: dict[str, Any] = {}
        for name, each in value.items():
            below = f"{path}.{name}" if path else name
            if (
                each is not None
                and below not in out
                and (told := _told(each, below, locked, out, exact=exact)) is not None
            ):
                inner[name] = told
        return inner
    if isinstance(value, list):
        return _sorted(_told(each, path, locked, out, exact=exact) for each in value)
    if isinstance(value, bool) or path in locked:
        return value
    if isinstance(value, int | float):
        return repr(value) if exact else _step(value)
    return "".join(filter(str.isalnum, str(value).casefold()))


def _sorted(items: Iterable[Any]) -> list[Any]:
    """Items in an order of their own: which of them stands first makes no other pattern."""
    return sorted(items, key=lambda item: orjson.dumps(item, option=orjson.OPT_SORT_KEYS))


def _step(value: float) -> str:
    exact = Decimal(str(value))
    if not exact.is_finite() or not exact:
        return "0"
    power = exact.adjusted()
    size = abs(exact).scaleb(-power)
    return f"{'-' if exact < 0 else ''}{power}:{sum(step <= size for step in _STEPS)}"
