"""A schema's sentences together: which derive, which check, which are prose, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from testdata_agent.engine.rules import parser, syntax
from testdata_agent.engine.rules.shape import Kind, Leaf, Shape
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Exists, Expr, Implies, Literal, Negated, Path

__all__ = ["Kind", "Leaf", "Rule", "RuleFault", "Rulebook", "compile_rules", "parse_condition"]

#: Most rules of one schema.
MAX_RULES = 500


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that cannot be used; `reason` is of the error catalogue."""

    rule: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        text: The sentence.
        expr: For a deriving rule the right side, else the whole condition.
        derives: Path of the field that it makes; None: it checks.
        level: Array that it is said of, item by item; "": said of the record.
    """

    text: str
    expr: Expr
    derives: str | None
    level: str

    @property
    def inputs(self) -> frozenset[str]:
        """Fields that it reads."""
        return frozenset(syntax.paths(self.expr))


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Deriving rules in the order of their dependencies, checking ones, and prose as it stands."""

    deriving: tuple[Rule, ...] = ()
    checking: tuple[Rule, ...] = ()
    prose: tuple[str, ...] = ()


class _Refused(Exception):  # noqa: N818 - control flow within this file
    def __init__(self, reason: str, message: str) -> None:
        self.reason, self.message = reason, message


def compile_rules(sentences: Sequence[str], shape: Shape) -> tuple[Rulebook, tuple[RuleFault, ...]]:
    """Reads all sentences; every fault is named."""
    rules, prose, faults = [], [], []
    if len(sentences) > MAX_RULES:
        return Rulebook(), (RuleFault("", "TOO_MANY_RULES", f"at most {MAX_RULES} rules, got {len(sentences)}"),)
    for sentence in sentences:
        try:
            rule = _compile(sentence, shape)
        except _Refused as refused:
            faults.append(RuleFault(sentence, refused.reason, refused.message))
            continue
        if rule is None:
            prose.append(sentence)
        else:
            rules.append(rule)
    deriving: dict[str, Rule] = {}
    for rule in rules:
        if rule.derives is None:
            continue
        if rule.derives in deriving:
            message = f"{rule.derives} is already derived by {deriving[rule.derives].text!r}; keep one of the two"
            faults.append(RuleFault(rule.text, "RULE_DERIVED_TWICE", message))
        deriving.setdefault(rule.derives, rule)
    try:
        order = tuple(TopologicalSorter({name: rule.inputs for name, rule in deriving.items()}).static_order())
    except CycleError as error:
        cycle = " -> ".join(reversed(error.args[1]))
        faults.append(RuleFault(deriving[error.args[1][0]].text, "RULE_CYCLE", f"fields derive one another: {cycle}"))
        order = ()
    ordered = tuple(deriving[name] for name in order if name in deriving)
    return Rulebook(ordered, tuple(r for r in rules if r.derives is None), tuple(prose)), tuple(faults)


def parse_condition(text: str, shape: Shape) -> Expr:
    """A condition of a schema's own data; raises RuleSyntaxError."""
    expr = _bare_words(parser.parse(text, shape), shape)
    try:
        _truth(expr, shape)
    except _Refused as refused:
        raise parser.RuleSyntaxError(refused.message) from refused
    return expr


def _compile(sentence: str, shape: Shape) -> Rule | None:
    formula = parser.begins_as_formula(sentence)
    try:
        expr = parser.parse(sentence, shape)
    except parser.RuleSyntaxError as error:
        if formula:
            raise _Refused("RULE_SYNTAX", str(error)) from error
        return None
    known = [name in shape for name in syntax.paths(expr)]
    if not formula and (not known or not all(known)):
        return None
    derives = None
    match expr:
        case Binary("=", Path(name), right):
            derives = name
            right = _bare_word(right, shape)
            _checked(Binary("=", expr.left, right), shape)
            target, expr = shape[name].array, right
        case Path() | Literal():
            if formula:
                raise _Refused("RULE_SYNTAX", "a rule says how fields agree; this names one value")
            return None
        case _:
            expr = _bare_words(expr, shape)
            if _checked(expr, shape) is not Kind.BOOLEAN:
                raise _Refused("RULE_SYNTAX", "a rule is a comparison or `field = expression`")
            target = ""
    levels = {level for level in _levels(expr, shape) if level}
    if derives is not None and (not levels <= {target}):
        message = f"{derives} is one value, {', '.join(sorted(levels))} holds many: use sum, min, max, avg or count"
        raise _Refused("RULE_TYPE", message)
    if len(levels) > 1:
        raise _Refused("RULE_TYPE", f"a rule is said of the items of one array, not of {' and '.join(sorted(levels))}")
    return Rule(sentence, expr, derives, target if derives is not None else next(iter(levels), ""))


def _levels(expr: Expr, shape: Shape) -> set[str]:
    """Arrays whose items an expression speaks of one by one."""
    if isinstance(expr, Aggregate):
        return set()
    if isinstance(expr, Path):
        return {shape[expr.name].array}
    return set().union(*(_levels(part, shape) for part in syntax.children(expr)))


def _bare_word(expr: Expr, shape: Shape) -> Expr:
    """An unquoted enum value on the right of a comparison is text, if no field has that name."""
    if isinstance(expr, Path) and expr.name not in shape and "." not in expr.name and "__" not in expr.name:
        return Literal(expr.name)
    return expr


def _bare_words(expr: Expr, shape: Shape) -> Expr:
    match expr:
        case Binary("=" | "!=" as operator, Path(name) as left, right) if name in shape:
            return Binary(operator, left, _bare_word(right, shape))
        case Binary(operator, left, right):
            return Binary(operator, _bare_words(left, shape), _bare_words(right, shape))
        case Implies(condition, consequence):
            return Implies(_bare_words(condition, shape), _bare_words(consequence, shape))
        case Negated(operand):
            return Negated(_bare_words(operand, shape))
        case _:
            return expr


_LITERALS = {str: Kind.TEXT, bool: Kind.BOOLEAN}
_TIMES = frozenset({Kind.INSTANT, Kind.DATE})


def _checked(expr: Expr, shape: Shape) -> Kind | None:
    """The kind of an expression's value (None: null, or a duration); refuses what does not fit together."""
    match expr:
        case Path(name):
            if name not in shape:
                raise _Refused("RULE_UNKNOWN_FIELD", f"no field {name!r}; the schema has {', '.join(sorted(shape))}")
            return shape[name].kind
        case Literal(value):
            return None if value is None else _LITERALS.get(type(value), Kind.NUMBER)
        case syntax.Duration() | syntax.Items():
            return None
        case syntax.Moment(day_only):
            return Kind.DATE if day_only else Kind.INSTANT
        case Exists(path):
            _checked(path, shape)
            return Kind.BOOLEAN
        case Negated(operand):
            return _truth(operand, shape)
        case Implies(condition, consequence):
            _truth(condition, shape)
            return _truth(consequence, shape)
        case Aggregate(function, operand):
            return _checked_aggregate(function, operand, shape)
        case Binary("and" | "or", left, right):
            _truth(left, shape)
            return _truth(right, shape)
        case Binary("in", left, syntax.Items(values)):
            for item in values:
                _same(_checked(left, shape), _checked(item, shape), "in")
            return Kind.BOOLEAN
        case Binary("+" | "-" | "*" | "/" as operator, left, right):
            return _checked_arithmetic(operator, left, right, shape)
        case Binary(operator, left, right):
            _same(_checked(left, shape), _checked(right, shape), operator)
            return Kind.BOOLEAN
    raise _Refused("RULE_SYNTAX", "this does not fit together")


def _truth(expr: Expr, shape: Shape) -> Kind:
    if _checked(expr, shape) is not Kind.BOOLEAN:
        raise _Refused("RULE_TYPE", "and, or, not, if and implies join comparisons")
    return Kind.BOOLEAN


def _same(left: Kind | None, right: Kind | None, operator: str) -> None:
    times = left in _TIMES and right in _TIMES
    if left is not None and right is not None and left is not right and not times:
        raise _Refused("RULE_TYPE", f"a {left} and a {right} cannot be compared by {operator!r}")


def _checked_aggregate(function: str, operand: Expr, shape: Shape) -> Kind:
    kind = _checked(operand, shape)
    if function == "count" and kind is Kind.ARRAY:
        return Kind.NUMBER
    levels = _levels(operand, shape)
    if len(levels) != 1 or "" in levels:
        raise _Refused("RULE_TYPE", f"{function}(...) takes fields of the items of one array")
    if function != "count" and kind is not Kind.NUMBER:
        raise _Refused("RULE_TYPE", f"{function}(...) takes numbers")
    return Kind.NUMBER


def _checked_arithmetic(operator: str, left: Expr, right: Expr, shape: Shape) -> Kind:
    kind, other = _checked(left, shape), _checked(right, shape)
    if kind in _TIMES and isinstance(right, syntax.Duration) and operator in "+-":
        return kind or Kind.INSTANT
    if kind is not Kind.NUMBER or other is not Kind.NUMBER:
        raise _Refused("RULE_TYPE", f"{operator!r} takes numbers, or a date and a duration")
    return Kind.NUMBER
