"""Columns to JSON text: one `%`-template a record, filled from lists, so no record exists as an object.

Measured against serialising dicts: see tests/benchmarks.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

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
    Texts,
    objects,
)

#: A template and the lists that fill it.
Cells = tuple[str, list[list[Any]]]

_BOOLEANS = objects(["false", "true"])


def rows(record: Objects, tail: str = "", tail_args: Sequence[list[Any]] = ()) -> list[str]:
    """One JSON object text a row; `tail` (a template beginning with a comma) goes before the closing brace."""
    template, args = _object(record)
    if tail:
        lead = tail[1:] if template == "{}" else tail
        template, args = template[:-1] + lead + "}", [*args, *tail_args]
    if not args:
        return [template % ()] * record.size
    return list(map(template.__mod__, zip(*args, strict=True)))


def document(texts: Sequence[str]) -> str:
    """A whole JSON array of rendered rows."""
    return "[" + ",".join(texts) + "]"


def literal(text: str) -> str:
    """A JSON string literal."""
    return orjson.dumps(text).decode()


def _object(record: Objects) -> Cells:
    parts: list[tuple[str, list[list[Any]], bool]] = list(_members(record.fields))
    template, args = "", []
    always_before = False
    stripped = False
    for part, part_args, optional in parts:
        if optional:
            # Each text brings its own comma; while nothing certain precedes it, the comma may be one too many.
            template += part
            stripped = stripped or not always_before
        else:
            template += ("," if always_before or stripped else "") + part
            always_before = True
        args.extend(part_args)
    if not stripped:
        return "{" + template + "}", args
    bodies = map(template.__mod__, zip(*args, strict=True))
    return "%s", [["{" + body.removeprefix(",") + "}" for body in bodies]]


def _members(fields: Mapping[str, Column]) -> Iterator[tuple[str, list[list[Any]], bool]]:
    """(template, lists, optional) of each member; neighbours drawn together come as one."""
    items = list(fields.items())
    at = 0
    while at < len(items):
        run = _shared_run(items, at)
        if run > 1:
            yield "%s", [_fused(items[at : at + run])], False
        else:
            name, column = items[at]
            key = (literal(name) + ":").replace("%", "%%")
            if column.present is None:
                template, args = cells(column)
                yield key + template, args, False
            else:
                yield "%s", [_optional(key, column)], True
        at += run


def _shared_run(items: Sequence[tuple[str, Column]], at: int) -> int:
    first = items[at][1]
    if not isinstance(first, Choices) or first.present is not None:
        return 1
    end = at + 1
    while end < len(items):
        column = items[end][1]
        if not isinstance(column, Choices) or column.present is not None or column.codes is not first.codes:
            break
        end += 1
    return end - at


def _fused(run: Sequence[tuple[str, Column]]) -> list[Any]:
    """Members drawn together are one table look-up a row."""
    columns = [column for _, column in run if isinstance(column, Choices)]
    key = tuple((name, id(column.words)) for (name, _), column in zip(run, columns, strict=True))
    table = columns[0].words.fused.get(key)
    if table is None:
        keyed = [(literal(name) + ":", column.words.json) for (name, _), column in zip(run, columns, strict=True)]
        table = objects([",".join(k + words[i] for k, words in keyed) for i in range(len(columns[0].words))])
        # The words in the key are kept alive by the columns of the plan that this table belongs to.
        columns[0].words.fused[key] = table
    result: list[Any] = table[columns[0].codes].tolist()
    return result


def _optional(key: str, column: Column) -> list[str]:
    present = column.present
    assert present is not None
    template, args = cells(column)
    texts = objects(list(map(("," + key + template).__mod__, zip(*args, strict=True))))
    texts[~present] = ""
    result: list[str] = texts.tolist()
    return result


def cells(column: Column) -> Cells:
    """The template and lists of one column's values, as if all were present."""
    match column:
        case Numbers():
            return _numbers(column)
        case Choices():
            return "%s", [column.words.json[column.codes].tolist()]
        case Formatted():
            return '"' + column.template + '"', [arg() for arg in column.args]
        case Instants():
            days, rest = np.divmod(column.values, calendar.DAY_SECONDS)
            minutes, seconds = calendar.clock_texts(rest)
            return '"%sT%s:%sZ"', [calendar.day_texts(days), minutes, seconds]
        case Dates():
            return '"%s"', [calendar.day_texts(column.values)]
        case Booleans():
            return "%s", [_BOOLEANS[column.values.astype(np.int64)].tolist()]
        case Texts():
            return "%s", [list(map(literal, column.values))]
        case Objects():
            return _object(column)
        case Arrays():
            return "[%s]", [_joined(column)]


def _numbers(column: Numbers) -> Cells:
    if column.scale == 0:
        return "%d", [column.values.tolist()]
    unit = 10**column.scale
    if len(column.values) and column.values.min() < 0:
        return "%s", [signed_decimals(column.values, column.scale)]
    whole, part = np.divmod(column.values, unit)
    return f"%d.%0{column.scale}d", [whole.tolist(), part.tolist()]


def signed_decimals(values: NDArray[np.int64], scale: int) -> list[str]:
    """Decimal texts of scaled integers of any sign."""
    whole, part = np.divmod(np.abs(values), 10**scale)
    signs = np.where(values < 0, "-", "").tolist()
    return list(map(f"%s%d.%0{scale}d".__mod__, zip(signs, whole.tolist(), part.tolist(), strict=True)))


def _joined(column: Arrays) -> list[str]:
    item = column.item
    if isinstance(item, Objects):
        texts = rows(item)
    else:
        template, args = cells(item)
        texts = list(map(template.__mod__, zip(*args, strict=True)))
    return [",".join(texts[start:stop]) for start, stop in pairwise(column.offsets.tolist())]
