"""Makers of fields that hold the ids of other entities, and of those that follow the row that is referred to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import I64, Booleans, Choices, Column, Formatted, Numbers, Texts
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import ROOT, Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import ids
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.literals import limited
from testdata_agent.engine.synthesis.parts import joined
from testdata_agent.engine.synthesis.pattern import is_pattern, parse_pattern
from testdata_agent.engine.synthesis.plan import Plan

#: Keys of a hint that name a column.
_NAMING = ("of", "by")


def reference(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """The target's value in the row that is referred to."""
    entity, _, target = str(spec.reference).partition(".")
    plan = draft.resources.plan_of(entity).cone([target])
    rows = referred_row(draft, path, level)

    def column_at(frame: Frame, at: I64) -> Column:
        return plan.column(target, at, seed=frame.seed, as_of=frame.as_of)

    return ids.reference(rows, column_at), (rows,), ()


def fits(draft: Draft, spec: Field) -> bool:
    """Whether every value that a field refers to keeps to the field's own limits."""
    if not limited(spec):
        return True
    entity, _, target = str(spec.reference).partition(".")
    form = (draft.resources.fields_of(entity) or {})[target].format
    if spec.regex is not None or spec.pattern is not None or spec.values is not None or not is_pattern(form):
        return False
    length = parse_pattern(str(form)).length
    return (spec.min_length or 0) <= length <= (spec.max_length if spec.max_length is not None else length)


def referred(draft: Draft, _path: str, _spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """A field of the row that is referred to, as it stands there."""
    source = column(draft, hint["of"])

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        return frame.columns[source]

    return make, (source,), ()


def referred_row(draft: Draft, path: str, level: str) -> str:
    """The hidden column of the row of the target that the field at `path` refers to."""
    spec = draft.outline.fields.get(path)
    hint = {} if spec is None or spec.generate is None else spec.generate
    if hint.get("kind") == "in_turn" and level == ROOT:
        return draft.add(path + "#row", level, _rows_in_turn, (), ())
    return draft.add(path + "#row", level, _rows, (), VALUE)


def column(draft: Draft, name: str) -> str:
    """The column that a hint names: a field, or `order_id.total`, one of the row that `order_id` refers to."""
    path, _, target = name.partition(".")
    spec = draft.outline.fields.get(path)
    if not target or spec is None or spec.reference is None:
        return name
    targets = _targets(draft.outline.fields, path)
    entity = spec.reference.partition(".")[0]
    whole = draft.resources.plan_of(entity)
    made = {step.node.path for step in whole.steps if step.node.level == ROOT}
    if target not in made:
        draft.fault(name, "UNKNOWN_FIELD", f"{entity} has no field {target!r} of its own")
        return path
    plan = whole.cone(made.intersection(targets))
    rows = referred_row(draft, path, ROOT)
    group = draft.add(
        path + "#fields", ROOT, _fields(plan, sorted(made.intersection(targets)), path, rows), (rows,), ()
    )

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        return frame.columns[name]

    return draft.add(f"{path}#{target}", ROOT, make, (group,), ())


def _targets(fields: Mapping[str, Field], path: str) -> list[str]:
    """The fields that hints name of the row that `path` refers to."""
    hints = [spec.generate for spec in fields.values() if spec.generate]
    named = [hint[key] for hint in hints for key in _NAMING if key in hint]
    names = [name for value in named for name in ([value] if isinstance(value, str) else value)]
    return sorted({name.partition(".")[2] for name in names if name.startswith(path + ".")})


def _fields(plan: Plan, targets: Sequence[str], path: str, rows: str) -> Maker:
    """Puts the targets of the referred rows into the frame, all in one go, under `path.target`.

    From large blocks on, those of all rows that can be referred to are made at once and kept.
    """
    kept: tuple[tuple[int, int], Mapping[str, Column]] | None = None

    def make(frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
        nonlocal kept
        at = frame.columns[rows]
        assert isinstance(at, Numbers)
        key, known = (frame.seed, frame.as_of), kept
        if known is not None and known[0] == key:
            found = {target: _taken(known[1][target], at.values) for target in targets}
        else:
            large = level.size >= ids.LARGE_BLOCK
            rows_made = np.arange(ids.REFERENCE_ROWS) if large else at.values
            columns = plan.frame(rows_made, seed=frame.seed, as_of=frame.as_of).columns
            found = {target: columns[target] for target in targets}
            if large:
                kept = (key, found)
                found = {target: _taken(column, at.values) for target, column in found.items()}
        frame.columns |= {f"{path}.{target}": column for target, column in found.items()}
        return at

    return make


def _taken(column: Column, at: I64) -> Column:
    """The values at these positions of a column that has all of its values."""
    if isinstance(column, Choices):
        return Choices(column.codes[at], column.words)
    if isinstance(column, Numbers):
        return Numbers(column.values[at], column.scale)
    if isinstance(column, Booleans):
        return Booleans(column.values[at])
    if isinstance(column, Texts | Formatted):
        texts = column.values if isinstance(column, Texts) else joined(column.make(), column.size)
        return Texts([texts[position] for position in at.tolist()])
    return replace(column, values=column.values[at])


def _rows(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
    return Numbers(ids.referred_rows(hashes[0]))


def _rows_in_turn(_frame: Frame, level: Level, _hashes: Sequence[U64]) -> Column:
    return Numbers(level.rows % ids.REFERENCE_ROWS)
