"""The schema's own rules hold."""

from collections.abc import Callable
from typing import ClassVar

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence import vectors
from testdata_agent.engine.coherence.batch import Batch, Structure, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.records import compile_check, failures
from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from testdata_agent.engine.schema.model import Schema
from testdata_agent.engine.schema.shape import shape_of


class RuleCheck(Check):
    """One rule; every one counts as a check of its own, under one name."""

    name: ClassVar = "rules"
    #: Which.
    rule: Rule

    def __init__(self, rule: Rule, structure: Structure) -> None:
        self.rule = rule
        self._quick: Callable[[Batch, Moment], int | None] | None
        try:
            self._quick = vectors.compile_rule(rule, structure)
        except vectors.Unsupported:
            self._quick = None
        speaks_of_now = any(isinstance(node, syntax.Moment) for node in syntax.nodes(rule.claim))
        # Of rules that do not speak of now, one compiled form serves all instants.
        self._timeless = None if speaks_of_now else compile_check(rule, as_of=0)

    def quick(self, batch: Batch, moment: Moment) -> int | None:
        """See Check."""
        return None if self._quick is None else self._quick(batch, moment)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """See Check; the fault names each item that breaks a rule of items."""
        holds = self._timeless or compile_check(self.rule, as_of=moment.as_of)
        verdict = holds(view.record)
        if verdict is None:
            return None
        return [] if verdict else list(failures(self.rule, view.record, as_of=moment.as_of))


def rule_checks(schema: Schema, structure: Structure, locale: str) -> list[Check]:
    """A check for each rule that can be executed; prose is not checked, and what cannot be read was refused before."""
    shape = shape_of(schema, money_digits=currencies.digits(currencies.of_locale(locale)))
    book, _ = compile_rules(schema.coherence_rules, shape)
    return [RuleCheck(rule, structure) for rule in (*book.deriving, *book.checking)]
