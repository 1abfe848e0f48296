"""Makers of fields that are not there in every record, or are null in some."""

from collections.abc import Sequence

import numpy as np

from testdata_agent.engine.rules import columns as rule_columns
from testdata_agent.engine.rules.rulebook import parse_condition
from testdata_agent.engine.rules.syntax import Exists, Expr, Implies, Path, paths
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import Bools, Choices, Column, Words
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.frame import NULL, PRESENT, ROOT, Frame, Level, Maker
from testdata_agent.engine.synthesis.generators import choices
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.scope import FrameScope

#: Share of records in which an optional field is absent, in percent.
ABSENT_PERCENT = 10
#: Share of records in which a nullable field that is there is null, in percent.
NULL_PERCENT = 10


def of_leaf(
    draft: Draft, path: str, spec: Field, maker: Maker, needs: Sequence[str], purposes: Sequence[str]
) -> tuple[Maker, Sequence[str], Sequence[str]]:
    """The maker, made to leave out the rows in which the field is absent, and to note those in which it is null."""
    condition = (spec.generate or {}).get("when")
    if condition is not None:
        expr = parse_condition(condition, draft.outline.shape)
        draft.promises.add(Implies(Exists(Path(path)), expr))
        on = tuple(dict.fromkeys(paths(expr)))
        return _conditional(maker, expr, on), (*needs, *on), purposes
    if draft.touched(path):
        return maker, needs, purposes
    meant = draft.outline.hints.get(path, {}).get("when")
    if meant is not None and path not in draft.outline.ruled:
        expr = parse_condition(meant, draft.outline.shape)
        on = tuple(dict.fromkeys(paths(expr)))
        maker = _conditional(maker, expr, on)
        return _null_where_absent(maker) if spec.nullable else maker, (*needs, *on), purposes
    if spec.nullable:
        maker, purposes = _nullable(maker), (*purposes, "null")
    if not spec.required:
        maker, purposes = _optional(maker), (*purposes, "present")
    return maker, needs, purposes


def of_structure(draft: Draft, path: str, spec: Field, level: str) -> None:
    """Adds the hidden columns that say where an optional object or array is there, and where a nullable one is null."""
    if any(t == path or t.startswith(path + ".") for t in draft.limits.touched):
        return
    if not spec.required:
        draft.add(path + PRESENT, level, choices.boolean(100 - ABSENT_PERCENT))
    if spec.nullable:
        draft.add(path + NULL, level, choices.boolean(NULL_PERCENT))


def _optional(inner: Maker) -> Maker:
    """Absent in a tenth of the rows; takes one more hash than the inner maker."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes[:-1])
        column.present = hashing.below(hashes[-1], 100) >= ABSENT_PERCENT
        return column

    return make


def _nullable(inner: Maker) -> Maker:
    """Null in a tenth of the rows; takes one more hash than the inner maker."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes[:-1])
        column.nulls = hashing.below(hashes[-1], 100) < NULL_PERCENT
        return column

    return make


def _null_where_absent(inner: Maker) -> Maker:
    """Null in the rows in which the inner column would be absent."""

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column = inner(frame, level, hashes)
        if column.present is not None:
            column.nulls, column.present = ~column.present, None
        return column

    return make


def _conditional(inner: Maker, expr: Expr, needs: Sequence[str]) -> Maker:
    """Present where the condition on the columns `needs` holds."""
    holds = rule_columns.holding(expr)
    verdicts: tuple[Words, Bools] | None = None

    def of_words(frame: Frame, words: Words) -> Bools:
        """The condition's verdict on each of the words that the one column it is about picks from."""
        nonlocal verdicts
        if verdicts is None or verdicts[0] is not words:
            codes = np.arange(len(words), dtype=np.int64)
            each = Frame(frame.as_of, frame.seed, {ROOT: Level(codes)}, {needs[0]: Choices(codes, words)})
            verdicts = (words, holds(FrameScope(each)))
        return verdicts[1]

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        column, on = inner(frame, level, hashes), frame.columns[needs[0]]
        if len(needs) == 1 and isinstance(on, Choices) and on.present is None and on.nulls is None:
            column.present = of_words(frame, on.words)[on.codes]
        else:
            column.present = holds(FrameScope(frame))
        return column

    return make
