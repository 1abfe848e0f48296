"""Columns that a rule makes out of others."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.rules import columns as rule_columns
from testdata_agent.engine.rules.columns import RowCheck
from testdata_agent.engine.rules.kernels import Place, per_position, truths
from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from testdata_agent.engine.rules.scope import Bools, ColumnScope
from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND, epoch
from testdata_agent.engine.synthesis.columns import Column
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
from testdata_agent.engine.synthesis.literals import accepts
from testdata_agent.engine.synthesis.literals import limited as any_limits
from testdata_agent.engine.synthesis.scales import scaled_value, time_bounds
from testdata_agent.engine.synthesis.scope import FrameScope, column_of


def derived(rule: Rule, scale: int) -> Maker:
    """The maker of what a deriving rule makes, with so many decimal digits where it is a number."""
    derive = rule_columns.deriving(rule, scale)

    def make(frame: Frame, _level: Level, _hashes: Sequence[U64]) -> Column:
        try:
            return column_of(derive(FrameScope(frame)))
        except rule_columns.OutOfRangeError as error:
            message = f"{rule.derives} {error} by {rule.text[:120]!r}; bound its inputs or change the rule"
            raise UnsatisfiableError(Violation(f"schema.{rule.derives}", "UNSATISFIABLE", message)) from error

    return make


def limited(rule: Rule, spec: Field, scale: int) -> RowCheck | None:
    """What checks rows for a derived field's limits besides the bounds of numbers; None: it has none."""
    holds = _holds(spec, scale)
    if holds is None:
        return None
    place = Place(rule.arrays)

    def check(scope: ColumnScope) -> tuple[Bools, Bools]:
        found = scope.column(str(rule.derives))
        there = truths(found.present, place.size(scope))
        passed = ~there | holds(found.values)
        if not rule.arrays:
            return there, passed
        offsets = place.spans(scope, 0)
        return per_position(np.logical_or, there, offsets), per_position(np.logical_and, passed, offsets)

    return check


def _holds(spec: Field, scale: int) -> Callable[[Any], Bools] | None:
    """A test of a column's values."""
    if spec.type in TIME_TYPES:
        unit = DAY_SECONDS if spec.type is FieldType.DATE else 1
        low, high = time_bounds(spec)
        listed = None if spec.values is None else [epoch(str(value)) // unit for value in spec.values]
        if low is None and high is None and listed is None:
            return None
        first, last = (FIRST_SECOND if low is None else low), (LAST_SECOND if high is None else high)
        return lambda values: (
            (values * unit >= first) & (values * unit <= last) & (True if listed is None else np.isin(values, listed))
        )
    if spec.type in NUMERIC_TYPES:
        allowed = None if spec.values is None else [scaled_value(value, scale) for value in spec.values]
        step = 1 if spec.multiple_of is None else scaled_value(spec.multiple_of, scale)
        if allowed is None and step <= 1:
            return None
        return lambda values: (values % max(step, 1) == 0) & (True if allowed is None else np.isin(values, allowed))
    if spec.type not in TEXT_TYPES or not any_limits(spec):
        return None
    test = accepts(spec)
    return lambda values: np.fromiter(map(test, values), dtype=bool, count=len(values))


def hidden(draft: Draft, path: str, level: str, expression: str, scale: int) -> str:
    """The path of a hidden column of the number that an expression of the rule language comes to beside `path`."""
    book, _ = compile_rules([f"{path} = {expression}"], draft.outline.shape)
    rule = book.deriving[0]
    return draft.add(f"{path}#base", level, derived(rule, scale), tuple(rule.inputs), ())
