"""Columns to JSON text: parts of texts are looked up for whole columns and joined, so no record exists as an object.

Measured against serialising dicts: see tests/benchmarks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import orjson

from testdata_agent.engine.render import calendar
from testdata_agent.engine.synthesis.columns import (
    Arrays,
    Booleans,
    Choices,
    Column,
    Dates,
    Formatted,
    Instants,
    Numbers,
    Objects,
    Part,
    Texts,
    objects,
)
from testdata_agent.engine.synthesis.parts import decimals, joined

_BOOLEANS = objects(["false", "true"])


def rows(record: Objects, tail: Sequence[Part] = ()) -> list[str]:
    """One JSON object text a row; `tail` (members, the first with its comma) goes before the closing brace."""
    members = _members(record)
    if tail:
        if not members and isinstance(tail[0], str):
            tail = [tail[0][1:], *tail[1:]]
        members += tail
    return joined(["{", *members, "}"], record.size)


def document(texts: Sequence[str]) -> str:
    """A whole JSON array of rendered rows."""
    return "[" + ",".join(texts) + "]"


def literal(text: str) -> str:
    """A JSON string literal."""
    return orjson.dumps(text).decode()


def literals(texts: list[str]) -> list[Part]:
    """JSON string literals, one a text."""
    together = "".join(texts)
    if '"' not in together and "\\" not in together and together.isprintable():
        return ['"', texts, '"']
    return [list(map(literal, texts))]


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    return literal(name) + ":"


def _members(record: Objects) -> list[Part]:
    """The members of objects with the commas between them."""
    parts: list[Part] = []
    items = list(record.fields.items())
    at, certain, loose = 0, False, False
    while at < len(items):
        name, column = items[at]
        run = _shared_run(items, at)
        if run is None and column.present is not None:
            # Each text brings its own comma; while nothing certain precedes it, the comma may be one too many.
            loose = loose or not certain
            parts.append(_optional(_key(name), column, record.size))
            at += 1
            continue
        if certain or loose:
            parts.append(",")
        certain = True
        if run is not None and len(run) > 1:
            parts.append(_fused([name for name, _ in items[at : at + len(run)]], run))
            at += len(run)
            continue
        parts.append(_key(name))
        parts += values(column, record.size)
        at += 1
    if not loose:
        return parts
    return [[body.removeprefix(",") for body in joined(parts, record.size)]]


def _shared_run(items: Sequence[tuple[str, Column]], at: int) -> list[Choices] | None:
    """The columns from here on that were drawn together; None where the first is not drawn from a table."""
    first = _drawn(items[at][1])
    if first is None:
        return None
    run, codes = [first], first.codes
    for _, column in items[at + 1 :]:
        drawn = _drawn(column)
        if drawn is None or drawn.codes is not codes:
            break
        run.append(drawn)
    return run


def _drawn(column: Column) -> Choices | None:
    """The table and lines of a column that is there in every row."""
    if column.present is not None or column.nulls is not None:
        return None
    if type(column) is Choices:
        return column
    return column.drawn if type(column) is Numbers else None


def _fused(names: Sequence[str], run: Sequence[Choices]) -> list[str]:
    """Members drawn together are one table look-up a row."""
    key = tuple((name, id(column.words)) for name, column in zip(names, run, strict=True))
    table = run[0].words.fused.get(key)
    if table is None:
        keyed = [(_key(name), column.words.json) for name, column in zip(names, run, strict=True)]
        table = objects([",".join(k + words[i] for k, words in keyed) for i in range(len(run[0].words))])
        # The words in the key are kept alive by the columns of the plan that this table belongs to.
        run[0].words.fused[key] = table
    result: list[str] = table[run[0].codes].tolist()
    return result


def _optional(key: str, column: Column, size: int) -> list[str]:
    present = column.present
    assert present is not None
    texts = joined(["," + key, *values(column, size)], size)
    return [text if there else "" for text, there in zip(texts, present.tolist(), strict=True)]


def values(column: Column, size: int) -> list[Part]:
    """The values of a column, as if all were present."""
    parts = _VALUES[type(column)](column)
    if column.nulls is None:
        return parts
    texts = joined(parts, size)
    return [["null" if null else text for text, null in zip(texts, column.nulls.tolist(), strict=True)]]


def _numbers(column: Numbers) -> list[Part]:
    return _choices(column.drawn) if column.drawn is not None else decimals(column.values, column.scale)


def _choices(column: Choices) -> list[Part]:
    if len(column.words) == 1:
        return [str(column.words.json[0])]
    return [column.words.json[column.codes].tolist()]


def _formatted(column: Formatted) -> list[Part]:
    parts = column.make()
    return ['"', *parts, '"'] if column.safe else literals(joined(parts, column.size))


def _arrays(column: Arrays) -> list[Part]:
    item, size = column.item, int(column.offsets[-1])
    texts = rows(item) if type(item) is Objects and item.nulls is None else joined(values(item, size), size)
    return ["[", [",".join(texts[start:stop]) for start, stop in pairwise(column.offsets.tolist())], "]"]


_VALUES: Mapping[type, Callable[[Any], list[Part]]] = {
    Numbers: _numbers,
    Choices: _choices,
    Formatted: _formatted,
    Instants: lambda column: ['"', *calendar.instants(column.values), '"'],
    Dates: lambda column: ['"', calendar.day_texts(column.values), '"'],
    Booleans: lambda column: [_BOOLEANS[column.values.view(np.int8)].tolist()],
    Texts: lambda column: literals(column.values),
    Objects: lambda column: ["{", *_members(column), "}"],
    Arrays: _arrays,
}
