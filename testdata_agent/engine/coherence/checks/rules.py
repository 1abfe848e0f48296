"""The schema's own rules hold."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.coherence import vectors
from testdata_agent.engine.coherence.batch import Batch, Structure, View
from testdata_agent.engine.coherence.checks.base import Check
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.report import Problem
from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.records import compile_check, explain_failure
from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from testdata_agent.engine.rules.shape import Kind, Shape
from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.engine.schema.shape import shape_of

_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?!\s*\()")


class RuleCheck(Check):
    """One rule; every one counts as a check of its own, under one name."""

    name: ClassVar = "rules"

    def __init__(self, rule: Rule, structure: Structure, shape: Shape) -> None:
        self._rule, self._shape = rule, shape
        self._quick: Callable[[Batch, Moment], int | None] | None
        try:
            self._quick = vectors.compile_rule(rule, structure, shape)
        except vectors.Unsupported:
            self._quick = None
        # Of rules that do not speak of now, one compiled form serves all instants.
        self._timeless = None if _speaks_of_now(rule.expr) else compile_check(rule, shape, as_of=0)
        paths = sorted({*rule.inputs, *((rule.derives,) if rule.derives else ())})
        self._field = rule.derives or next(syntax.paths(rule.expr), paths[0] if paths else "")

    def quick(self, batch: Batch, moment: Moment) -> int | None:
        """See Check."""
        return None if self._quick is None else self._quick(batch, moment)

    def judge(self, view: View, moment: Moment) -> list[Problem] | None:
        """See Check; the fault names each item that breaks a rule of items."""
        holds = self._timeless or compile_check(self._rule, self._shape, as_of=moment.as_of)
        verdict = holds(view.record)
        if verdict is None:
            return None
        if verdict:
            return []
        if not self._rule.level:
            return [(self._field, self._explained(view.record, moment))]
        return self._items(view.record, holds, moment)

    def _items(
        self, record: Mapping[str, Any], holds: Callable[[Mapping[str, Any]], bool | None], moment: Moment
    ) -> list[Problem]:
        level = self._rule.level
        problems = []
        for number, narrowed in _one_by_one(record, level.split(".")):
            if holds(narrowed) is False:
                here = f"{level}[{number}]{self._field.removeprefix(level)}"
                words = explain_failure(self._rule, narrowed, self._shape, as_of=moment.as_of)
                problems.append((here, words if words.startswith(here) else f"{here}: {words}"))
        return problems

    def _explained(self, record: Mapping[str, Any], moment: Moment) -> str:
        """`total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)`."""
        rule = self._rule
        words = explain_failure(rule, record, self._shape, as_of=moment.as_of)
        if rule.derives is None:
            return words if words.startswith(self._field) else f"{self._field}: {words}"
        right = rule.text.partition("=")[2].strip()
        found = _text(record, rule.derives, self._shape)
        _, sign, value = words.rpartition(" (")
        return f"{rule.derives}: {found} is not {_PATH.sub(self._with_value(record), right)}{sign}{value}"

    def _with_value(self, record: Mapping[str, Any]) -> Callable[[re.Match[str]], str]:
        def named(match: re.Match[str]) -> str:
            path = match[0]
            leaf = self._shape.get(path)
            if leaf is None or leaf.array or leaf.kind not in {Kind.NUMBER, Kind.INSTANT, Kind.DATE}:
                return path
            return f"{path} {_text(record, path, self._shape)}"

        return named


def rule_checks(schema: Schema, structure: Structure, locale: str) -> list[Check]:
    """A check for each rule that can be executed; prose is not checked, and what cannot be read was refused before."""
    shape = _shape(schema, currencies.digits(currencies.of_locale(locale)))
    book, _ = compile_rules(schema.coherence_rules, shape)
    return [RuleCheck(rule, structure, shape) for rule in (*book.deriving, *book.checking)]


def _shape(schema: Schema, digits: int) -> Shape:
    """The shape of a schema, with the currency's digits for money."""
    money = {path for path, spec in schema.leaves() if _is_money(spec)}
    shape = shape_of(schema)
    return {path: replace(leaf, scale=digits) if path in money else leaf for path, leaf in shape.items()}


def _is_money(spec: Field) -> bool:
    return spec.type is FieldType.FLOAT and spec.semantic == "money"


def _speaks_of_now(expr: syntax.Expr) -> bool:
    return isinstance(expr, syntax.Moment) or any(map(_speaks_of_now, syntax.children(expr)))


def _one_by_one(record: Mapping[str, Any], array: list[str]) -> list[tuple[int, Mapping[str, Any]]]:
    """(number, the record with that item of the array alone)."""
    key, rest = array[0], array[1:]
    value = record.get(key)
    if not rest:
        return [(number, {**record, key: [item]}) for number, item in enumerate(value or ())]
    inner = _one_by_one(value, rest) if isinstance(value, Mapping) else []
    return [(number, {**record, key: narrowed}) for number, narrowed in inner]


def _text(record: Mapping[str, Any], path: str, shape: Shape) -> str:
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    leaf = shape[path]
    # As records write it: 110.00, not 110.0. More digits than that are the fault's own and are shown.
    if isinstance(value, int | float) and not isinstance(value, bool) and round(value, leaf.scale) == value:
        return f"{value:.{leaf.scale}f}"
    return str(value)
