"""Makers of fields that hold the ids of other entities."""

from collections.abc import Sequence

from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.columns import I64, Column, Numbers
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.frame import Frame, Level
from testdata_agent.engine.synthesis.generators import ids
from testdata_agent.engine.synthesis.hashing import U64


def reference(draft: Draft, path: str, spec: Field, level: str) -> Found:
    """The target's value in the row that is referred to."""
    entity, _, target = str(spec.reference).partition(".")
    plan = draft.resources.plan_of(entity).cone([target])
    rows = referred_row(draft, path, level)

    def column_at(frame: Frame, at: I64) -> Column:
        return plan.column(target, at, seed=frame.seed, as_of=frame.as_of)

    return ids.reference(rows, column_at), (rows,), ()


def referred_row(draft: Draft, path: str, level: str) -> str:
    """The hidden column of the row of the target that the field at `path` refers to."""
    return draft.add(path + "#row", level, _rows, (), VALUE)


def _rows(_frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
    return Numbers(ids.referred_rows(hashes[0]))
