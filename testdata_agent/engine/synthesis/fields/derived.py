"""Columns that a rule makes out of others."""

from collections.abc import Sequence

from testdata_agent.engine.errors import UnsatisfiableError, Violation
from testdata_agent.engine.rules import columns as rule_columns
from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from testdata_agent.engine.synthesis.columns import Column
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64
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


def hidden(draft: Draft, path: str, level: str, expression: str, scale: int) -> str:
    """The path of a hidden column of the number that an expression of the rule language comes to beside `path`."""
    book, _ = compile_rules([f"{path} = {expression}"], draft.outline.shape)
    rule = book.deriving[0]
    return draft.add(f"{path}#base", level, derived(rule, scale), tuple(rule.inputs), ())
