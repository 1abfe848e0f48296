"""A small schema, random records and rules of it, and the records as columns: what the property tests are about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from testdata_agent.engine.rules import values
from testdata_agent.engine.rules.columns import Vector
from testdata_agent.engine.rules.rulebook import compile_rules
from testdata_agent.engine.rules.shape import Kind, arrays_around
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.shape import shape_of

AS_OF = 1_767_225_600  # 2026-01-01T00:00:00Z

_OPTIONAL = {"required": False}
SCHEMA = read_schema(
    {
        "name": "world",
        "fields": {
            "a": {"type": "float"},
            "b": {"type": "float", **_OPTIONAL},
            "n": {"type": "integer", "nullable": True},
            "s": {"type": "enum", "values": ["x", "y"]},
            "f": {"type": "boolean"},
            "g": {"type": "boolean", **_OPTIONAL},
            "t": {"type": "datetime"},
            "u": {"type": "datetime", **_OPTIONAL},
            "d": {"type": "date", "nullable": True},
            "o": {"type": "object", "fields": {"z": {"type": "integer", **_OPTIONAL}}},
            "items": {
                "type": "array",
                "item_schema": {
                    "type": "object",
                    "fields": {
                        "q": {"type": "integer"},
                        "p": {"type": "float"},
                        "w": {"type": "float", **_OPTIONAL},
                        "parts": {
                            "type": "array",
                            **_OPTIONAL,
                            "item_schema": {"type": "object", "fields": {"c": {"type": "float"}}},
                        },
                    },
                },
            },
            "tags": {
                "type": "array",
                **_OPTIONAL,
                "item_schema": {"type": "object", "fields": {"k": {"type": "integer", "nullable": True}}},
            },
        },
    },
    "schema",
)
SHAPE = shape_of(SCHEMA)

# -- rules --------------------------------------------------------------------------------------------------------

_LITERALS = st.sampled_from(["0", "1", "2.5", "-1.25", "0.0825", "3"])
_SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def _numbers(fields: Sequence[str], leaves: Sequence[str] = ()) -> st.SearchStrategy[str]:
    atoms = st.one_of(st.sampled_from(list(fields)), _LITERALS, *([st.sampled_from(list(leaves))] if leaves else []))
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
            st.builds("round({}, {})".format, inner, st.integers(0, 3)),
            st.builds("abs({})".format, inner),
        ),
        max_leaves=3,
    )


_OF_ITEMS = ["items.q", "items.p", "items.w"]
_AGGREGATES = st.one_of(
    st.builds("{}({})".format, st.sampled_from(["sum", "min", "max", "avg"]), _numbers(_OF_ITEMS)),
    st.builds("{}({})".format, st.sampled_from(["sum", "min", "max", "avg"]), st.just("items.parts.c")),
    st.builds("count(items.p {} {})".format, _SIGNS, _LITERALS),
    st.sampled_from(
        ["count(items)", "count(items.w)", "count(items.parts)", "count(tags)", "sum(tags.k)", "max(tags.k)"]
    ),
)
_MOMENTS = st.builds(
    "{}{}".format,
    st.sampled_from(["t", "u", "d", "now", "current_date", '"2025-12-31"']),
    st.sampled_from(["", " + 1 day", " - 2 days", " + 1 month", " - 1 year"]),
)


def _truths(fields: Sequence[str], aggregates: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(list(fields))
    number = st.one_of(_numbers(fields), aggregates)
    atoms = st.one_of(
        st.builds("{} {} {}".format, names, _SIGNS, number),
        st.builds("{} {} {}".format, number, _SIGNS, names),
        st.builds("{} between {} and {}".format, names, _LITERALS, _numbers(fields)),
        st.builds("{} in [{}, {}]".format, names, _LITERALS, _LITERALS),
        st.builds("{} exists".format, st.sampled_from([*fields, "u", "o", "tags"])),
        st.builds("{} {} {}".format, st.sampled_from(["t", "u", "d"]), _SIGNS, _MOMENTS),
        st.sampled_from(["s = x", 's in ["x"]', "s not in [y]", "f", "f = g", "u - t <= 3 days", "s != y"]),
    )
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not ({})".format, inner),
        ),
        max_leaves=3,
    )


_ROOT = _truths(["a", "b", "n", "o.z"], _AGGREGATES)
_ITEM = _truths(["a", *_OF_ITEMS], st.sampled_from(["sum(items.parts.c)", "count(items.parts)", "sum(items.q)", "n"]))
_PART = st.builds(
    "items.parts.c {} {}".format, _SIGNS, st.sampled_from(["items.p", "a", "1", "items.q * items.w", "count(items)"])
)


def _rules(truths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        truths,
        st.builds("{} implies {}".format, truths, truths),
        st.builds("{} if {}".format, truths, truths),
    )


def _readable(sentence: str) -> bool:
    """Whether it makes no field out of itself, and is more than a field's name, which is prose."""
    book, faults = compile_rules([sentence], SHAPE)
    return not faults and not book.prose


#: Sentences that check, or derive.
RULES = st.one_of(_rules(_ROOT), _rules(_ITEM), _PART).filter(_readable)
#: Sentences that derive.
DERIVATIONS = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(["a", "n"]), st.one_of(_numbers(["b", "o.z"]), _AGGREGATES)),
    st.builds("items.p = {}".format, _numbers(["a", "items.q", "items.w"])),
    st.sampled_from(
        ["items.p = sum(items.parts.c)", "items.parts.c = items.p / 3", "u = t + 1 month", "d = t", "t = d"]
    ),
    st.sampled_from(["f = g", "g = s = x", "s = x", "u = d - 1 day"]),
).filter(_readable)

# -- records ------------------------------------------------------------------------------------------------------

_MONEY = st.integers(-300, 300).map(lambda cents: cents / 100)
_SMALL = st.integers(-3, 3)
_DAYS = st.integers(20_450, 20_456)
_TIMES = st.builds(
    lambda days, hour: f"{np.datetime64(days, 'D')}T{hour:02}:00:00Z", _DAYS, st.sampled_from([0, 9, 23])
)
_DATES = _DAYS.map(lambda days: str(np.datetime64(days, "D")))


def _lists(**fields: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_objects(**fields), max_size=3)


def _objects(*, optional: Mapping[str, Any] | None = None, **needed: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=dict(optional or {}))


_ITEMS = _lists(q=_SMALL, p=_MONEY, optional={"w": _MONEY, "parts": _lists(c=_MONEY)})
#: A record of the schema; optional fields are sometimes absent, nullable ones sometimes null.
RECORDS = _objects(
    a=_MONEY,
    n=st.none() | _SMALL,
    s=st.sampled_from(["x", "y"]),
    f=st.booleans(),
    t=_TIMES,
    d=st.none() | _DATES,
    o=_objects(optional={"z": _SMALL}),
    items=_ITEMS,
    optional={"b": _MONEY, "g": st.booleans(), "u": _TIMES, "tags": _lists(k=st.none() | _SMALL)},
)


@dataclass
class Columns:
    """Records as the columns that rules are checked over."""

    records: Sequence[Mapping[str, Any]]
    as_of: int = AS_OF

    @property
    def rows(self) -> int:
        return len(self.records)

    def column(self, path: str) -> Vector:
        leaf = SHAPE[path]
        found = list(self._values(path))
        present = np.array([value is not None for value in found], dtype=bool)
        if leaf.kind in {Kind.OBJECT, Kind.ARRAY}:
            return Vector(leaf.kind, present, 0, present)
        plain = [_plain(leaf.kind, leaf.scale, value) for value in found]
        types = {Kind.TEXT: object, Kind.BOOLEAN: bool}
        return Vector(leaf.kind, np.array(plain, dtype=types.get(leaf.kind, np.int64)), leaf.scale, present)

    def offsets(self, array_path: str) -> NDArray[np.int64]:
        sizes = [len(value or ()) for value in self._values(array_path)]
        return np.concatenate([[0], np.cumsum(np.array(sizes, dtype=np.int64))]).astype(np.int64)

    def _values(self, path: str) -> Iterator[Any]:
        held: list[Any] = list(self.records)
        start = 0
        for array in arrays_around(SHAPE, path):
            held = [item for one in held for item in _get(one, array[start:]) or ()]
            start = len(array) + 1
        return (_get(one, path[start:]) for one in held)


def put(records: Sequence[dict[str, Any]], path: str, column: Vector) -> None:
    """Writes a column back into the records; a field without a value is taken out."""
    held: list[Any] = list(records)
    start = 0
    for array in arrays_around(SHAPE, path):
        held = [item for one in held for item in _get(one, array[start:]) or ()]
        start = len(array) + 1
    for at, one in enumerate(held):
        if column.present is not None and not column.present[at]:
            one.pop(path[start:], None)
        else:
            one[path[start:]] = _json(column.kind, column.scale, column.values[at])


def _get(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _plain(kind: Kind, scale: int, value: Any) -> Any:
    if value is None:
        return "" if kind is Kind.TEXT else 0
    if kind is Kind.NUMBER:
        return round(value * 10**scale)
    if kind is Kind.INSTANT:
        return (values.instant(value) or 0) // values.MICROS
    return values.day(value) if kind is Kind.DATE else value


def _json(kind: Kind, scale: int, value: Any) -> Any:
    if kind is Kind.NUMBER:
        return Decimal(int(value)).scaleb(-scale) if scale else int(value)
    if kind is Kind.INSTANT:
        return f"{np.datetime64(int(value), 's')}Z"
    if kind is Kind.DATE:
        return str(np.datetime64(int(value), "D"))
    return bool(value) if kind is Kind.BOOLEAN else str(value)
