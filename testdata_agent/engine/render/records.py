"""Finished records, as JSON texts, back to columns: so every format writes them as it writes the engine's own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import orjson

from testdata_agent.engine.render.cells import WRITTEN
from testdata_agent.engine.render.flat import Kind, kind_of
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import Booleans, Choices, Column, Decimals, Texts, Words
from testdata_agent.engine.synthesis.frame import ITEM, NULL, PRESENT, ROOT, Frame, Level, child_positions

#: In place of a value that is not there.
_ABSENT: Final = object()


class _Number(str):
    """A number as it was written, to the last digit."""

    __slots__ = ()


def frame_of(fields: Mapping[str, Field], texts: Sequence[str], first: int) -> Frame:
    """The columns of records that stand in rows `first` and after it; members that are no fields are left out.

    Raises:
        ValueError: a text is no JSON object.
    """
    records = [json.loads(text, parse_int=_Number, parse_float=_Number) for text in texts]
    frame = Frame(as_of=0, seed=0)
    frame.levels[ROOT] = Level(np.arange(first, first + len(records), dtype=np.int64), None)
    _Filling(frame).members(fields, "", ROOT, records)
    return frame


class _Filling:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def members(self, fields: Mapping[str, Field], prefix: str, level: str, bearers: Sequence[Any]) -> None:
        """The fields of objects, one bearer a position; what is no object bears nothing."""
        for name, spec in fields.items():
            found = [bearer.get(name, _ABSENT) if isinstance(bearer, dict) else _ABSENT for bearer in bearers]
            self._values(spec, prefix + name, level, found)

    def _values(self, spec: Field, path: str, level: str, values: Sequence[Any]) -> None:
        columns, kind = self._frame.columns, kind_of(spec)
        if kind is Kind.LEAF:
            columns[path] = _leaf(values)
            return
        columns[path + PRESENT] = Booleans(np.array([value is not _ABSENT for value in values], dtype=bool))
        columns[path + NULL] = Booleans(np.array([value is None for value in values], dtype=bool))
        if kind is Kind.OBJECT:
            assert spec.fields is not None
            self.members(spec.fields, path + ".", level, values)
            return
        # Arrays, too: where they would take too many columns, they are one cell.
        columns[path + WRITTEN] = Texts(list(map(_written, values)))
        if kind is Kind.ARRAY:
            assert spec.item is not None
            self._items(spec.item, path, level, values)

    def _items(self, item: Field, path: str, level: str, values: Sequence[Any]) -> None:
        columns, parent = self._frame.columns, self._frame.levels[level]
        lists = [value if isinstance(value, list) else [] for value in values]
        children, owners, offsets = child_positions(np.array(list(map(len, lists)), dtype=np.int64))
        self._frame.levels[path] = Level(parent.rows[owners], children, owners, offsets, parent=parent)
        flat = [each for items in lists for each in items]
        kind = kind_of(item)
        if kind is Kind.LEAF:
            columns[path] = _leaf(flat)
            return
        columns[path + ITEM + NULL] = Booleans(np.array([each is None for each in flat], dtype=bool))
        if kind is Kind.OBJECT:
            assert item.fields is not None
            self.members(item.fields, path + ".", path, flat)
        else:
            columns[path + ITEM + WRITTEN] = Texts(list(map(_written, flat)))


def _leaf(values: Sequence[Any]) -> Column:
    present = np.array([value is not _ABSENT for value in values], dtype=bool)
    nulls = np.array([value is None for value in values], dtype=bool)
    there = [None if value is _ABSENT else value for value in values]
    kinds = {type(value) for value in there if value is not None}
    if kinds <= {str}:
        return Texts(["" if value is None else value for value in there], present, nulls)
    if kinds == {bool}:
        return Booleans(np.array(list(map(bool, there))), present, nulls)
    codes = np.arange(len(there), dtype=np.int64)
    words = Decimals(there) if kinds == {_Number} else Words([_plain(value) for value in there])
    return Choices(codes, words, present, nulls)


def _plain(value: Any) -> Any:
    """A value of a list of any JSON values, its numbers as numbers."""
    return orjson.loads(_written(value))


def _written(value: Any) -> str:
    """A value as the engine writes JSON; what is absent as null."""
    if value is _ABSENT:
        return "null"
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{orjson.dumps(key).decode()}:{_written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return orjson.dumps(value).decode()
