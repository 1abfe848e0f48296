"""Columns to JSON text: parts of texts are looked up for whole columns and joined, so no record exists as an object.

Measured against serialising dicts: see tests/benchmarks.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from testdata_agent.engine.render import calendar
from testdata_agent.engine.render.base import Rendering, Writer
from testdata_agent.engine.render.pieces import (
    Forms,
    Piece,
    Slot,
    drawn_of,
    forms_of,
    merge,
    parts_of,
    run_of,
    texts_of,
)
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.columns import (
    Booleans,
    Bools,
    Choices,
    Column,
    Dates,
    Formatted,
    Instants,
    Numbers,
    Part,
    Texts,
    Words,
    objects,
    truths,
)
from testdata_agent.engine.synthesis.frame import FORM, ITEM, NULL, PRESENT, ROOT, Frame
from testdata_agent.engine.synthesis.parts import decimals, joined

#: Texts of false and true.
BOOLEANS = objects(["false", "true"])


class JsonRendering(Rendering):
    """Records as JSON: one array, or one object a line."""

    head = ""
    enveloped = True

    def __init__(self, fields: Mapping[str, Field], *, lines: bool) -> None:
        """Takes the record's fields, in order, and whether records are lines (NDJSON)."""
        self._fields, self._lines = fields, lines

    @property
    def key(self) -> Hashable:
        """Lines and arrays hold the same objects."""
        return "json"

    def writer(self) -> Writer:
        """See Rendering."""
        fields = self._fields
        return Writer(lambda frame: _Template(fields, frame))

    def document(self, rows: Sequence[str], *, head: bool = True) -> str:  # noqa: ARG002 - nothing precedes records
        """See Rendering."""
        if self._lines:
            return "\n".join(rows) + "\n" if rows else ""
        return document(rows)


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


class _Template:
    """How frames of one form become text: which columns are looked up, and what stands between them."""

    def __init__(self, fields: Mapping[str, Field], frame: Frame) -> None:
        values = Values(frame)
        self._pieces = merge(["{", *values.members(fields, "", ROOT)])
        self._paths = values.paths
        self._forms: Forms = forms_of(frame, self._paths)
        #: Whether a row may have none of the members, so that the tail's comma is one too many.
        self._all_optional = all(map(values.optional, fields))

    def fits(self, frame: Frame) -> bool:
        """See Template."""
        return forms_of(frame, self._paths) == self._forms

    def rows(self, frame: Frame, tail: Sequence[Part]) -> list[str]:
        """See Template; `tail` holds members, the first with its comma, and goes before the closing brace."""
        texts = joined([*parts_of(self._pieces, frame), *tail, "}"], frame.levels[ROOT].size)
        if tail and self._all_optional:
            texts = ["{" + text[2:] if text.startswith("{,") else text for text in texts]
        return texts


class Values:
    """Pieces of JSON for frames of the form of one of them.

    Attributes:
        paths: The columns that the pieces made so far look up.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.paths: list[str] = []

    def members(self, fields: Mapping[str, Field], prefix: str, level: str) -> list[Piece]:
        """The members of objects with the commas between them."""
        pieces: list[Piece] = []
        paths = {prefix + name: spec for name, spec in fields.items()}
        pending = list(paths)
        certain = loose = False
        while pending:
            run = run_of(self._frame, (path if _is_leaf(paths[path]) else "" for path in pending))
            optional = not run and self.optional(pending[0])
            if (certain or loose) and not optional:
                pieces.append(",")
            if len(run) > 1:
                self.paths += run
                pieces.append(_fused({path: _key(path) for path in run}))
            else:
                path = pending[0]
                run = [path]
                member = [_key(path), *self.value(paths[path], path, level)]
                # An optional text brings its own comma; while nothing certain precedes it, it may be one too many.
                pieces += [_where_present([",", *member], path, level)] if optional else member
            del pending[: len(run)]
            loose = loose or (optional and not certain)
            certain = certain or not optional
        return [_without_first_comma(pieces, level)] if loose else pieces

    def optional(self, path: str) -> bool:
        """Whether some positions lack a field."""
        column = self._frame.columns.get(path)
        return path + PRESENT in self._frame.columns or (column is not None and column.present is not None)

    def value(self, spec: Field, path: str, level: str, hidden: str = "", prefix: str = "") -> list[Piece]:
        """The values of a field, as if all were present.

        Of the items of an array, `path` is that of their values, `hidden` that of their hidden columns and `prefix`
        what the paths of their own fields begin with.
        """
        hidden, prefix = hidden or path, prefix or path
        if spec.type is FieldType.OBJECT and spec.fields:
            pieces = ["{", *self.members(spec.fields, prefix + ".", level), "}"]
        elif spec.type is FieldType.ARRAY and spec.item is not None:
            item = path + ITEM if spec.item.type is FieldType.ARRAY else path
            pieces = ["[", _items(self.value(spec.item, item, path, path + ITEM, prefix), path), "]"]
        elif spec.type is FieldType.VARIANT and spec.variants:
            forms = [self.value(form, f"{prefix}.{number}", level) for number, form in enumerate(spec.variants)]
            pieces = [_formed(forms, prefix, level)]
        else:
            column = self._frame.columns[path]
            self.paths.append(path)
            pieces = _leaf(column, path)
            if column.nulls is None:
                return pieces
            return [_or_null(pieces, lambda frame: frame.columns[path].nulls, level)]
        if hidden + NULL not in self._frame.columns:
            return pieces
        return [_or_null(pieces, lambda frame: truths(frame.columns[hidden + NULL]), level)]


def _leaf(column: Column, path: str) -> list[Piece]:
    if isinstance(column, Choices) and len(column.words) == 1:
        return [str(column.words.json[0])]
    if isinstance(column, Formatted) and column.safe:
        return ['"', lambda frame: frame.columns[path].make(), '"']  # type: ignore[union-attr]
    write = _VALUES[type(column)]
    slot: Slot = lambda frame: write(frame.columns[path])  # noqa: E731 - a piece
    return ['"', slot, '"'] if isinstance(column, Instants | Dates) else [slot]


def _fused(keys: Mapping[str, str]) -> Slot:
    """Members drawn together are one table look-up a row."""

    def slot(frame: Frame) -> Sequence[Part]:
        columns = [frame.columns[path] for path in keys]
        run = [drawn_of(column) for column in columns]
        first = run[0]
        if first is None or any(drawn is None or drawn.codes is not first.codes for drawn in run):
            return _apart(list(zip(keys.values(), columns, strict=True)))
        table = _fused_table(list(keys.values()), [drawn.words for drawn in run if drawn is not None])
        return [table[first.codes].tolist()]

    return slot


def _fused_table(keys: Sequence[str], words: Sequence[Words]) -> NDArray[np.object_]:
    named = tuple(zip(keys, map(id, words), strict=True))
    table = words[0].fused.get(named)
    if table is None:
        rows = zip(
            *[[key + text for text in column.json] for key, column in zip(keys, words, strict=True)], strict=True
        )
        # The words in the key are kept alive by the columns of the plan that this table belongs to.
        table = words[0].fused[named] = objects(list(map(",".join, rows)))
    return table


def _apart(members: Sequence[tuple[str, Column]]) -> list[Part]:
    """Members whose values were changed after they were drawn together."""
    parts: list[Part] = []
    for key, column in members:
        parts += ["," + key if parts else key, *_VALUES[type(column)](column)]
    return parts


def _items(pieces: Sequence[Piece], path: str) -> Slot:
    merged = merge(pieces)

    def slot(frame: Frame) -> Sequence[Part]:
        offsets = frame.levels[path].offsets
        assert offsets is not None
        texts = texts_of(merged, frame, path)
        return [[",".join(texts[start:stop]) for start, stop in pairwise(offsets.tolist())]]

    return slot


def _formed(forms: Sequence[Sequence[Piece]], path: str, level: str) -> Slot:
    merged = [merge(pieces) for pieces in forms]

    def slot(frame: Frame) -> Sequence[Part]:
        taken = frame.columns[path + FORM]
        assert isinstance(taken, Numbers)
        texts = [texts_of(pieces, frame, level) for pieces in merged]
        return [[texts[form][row] for row, form in enumerate(taken.values.tolist())]]

    return slot


def _where_present(pieces: Sequence[Piece], path: str, level: str) -> Slot:
    merged = merge(pieces)

    def slot(frame: Frame) -> Sequence[Part]:
        hidden = frame.columns.get(path + PRESENT)
        present = frame.columns[path].present if hidden is None else truths(hidden)
        assert present is not None
        texts = texts_of(merged, frame, level)
        return [[text if there else "" for text, there in zip(texts, present.tolist(), strict=True)]]

    return slot


def _or_null(pieces: Sequence[Piece], nulls_of: Callable[[Frame], Bools | None], level: str) -> Slot:
    merged = merge(pieces)

    def slot(frame: Frame) -> Sequence[Part]:
        nulls = nulls_of(frame)
        assert nulls is not None
        texts = texts_of(merged, frame, level)
        return [["null" if null else text for text, null in zip(texts, nulls.tolist(), strict=True)]]

    return slot


def _without_first_comma(pieces: Sequence[Piece], level: str) -> Slot:
    merged = merge(pieces)
    return lambda frame: [[text.removeprefix(",") for text in texts_of(merged, frame, level)]]


def _is_leaf(spec: Field) -> bool:
    return spec.item is None and not spec.fields and not spec.variants


def _key(path: str) -> str:
    return literal(path.rpartition(".")[2]) + ":"


def _numbers(column: Numbers) -> list[Part]:
    return _choices(column.drawn) if column.drawn is not None else decimals(column.values, column.scale)


def _choices(column: Choices) -> list[Part]:
    return [column.words.json[column.codes].tolist()]


_VALUES: Mapping[type, Callable[[Any], Sequence[Part]]] = {
    Numbers: _numbers,
    Choices: _choices,
    Formatted: lambda column: literals(joined(column.make(), column.size)),
    Instants: lambda column: calendar.instants(column.values),
    Dates: lambda column: [calendar.day_texts(column.values)],
    Booleans: lambda column: [BOOLEANS[column.values.view(np.int8)].tolist()],
    Texts: lambda column: literals(column.values),
}
