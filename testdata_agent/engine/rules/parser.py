"""Sentences to trees. Recursive descent over a bounded number of tokens; nothing is evaluated."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Never

from testdata_agent.engine.rules.shape import Shape
from testdata_agent.engine.rules.syntax import (
    Aggregate,
    Binary,
    Duration,
    Exists,
    Expr,
    Implies,
    Items,
    Literal,
    Moment,
    Negated,
    Path,
)

#: Longest sentence, in characters; most tokens; deepest nesting.
MAX_LENGTH: Final = 2000
MAX_TOKENS: Final = 400
MAX_DEPTH: Final = 40
#: Longest number literal, in characters.
MAX_NUMBER: Final = 30

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<op>==|!=|<>|<=|>=|=|<|>|\+|-|\*|/|\(|\)|\[|\]|,))"
)
_DAY = 86_400
_UNITS = {
    "second": (1, 0),
    "minute": (60, 0),
    "hour": (3600, 0),
    "day": (_DAY, 0),
    "week": (7 * _DAY, 0),
    "month": (0, 1),
    "year": (0, 12),
}
_AGGREGATES = frozenset({"sum", "min", "max", "avg", "count"})
_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS = frozenset({"and", "or", "not", "in", "if", "implies", "exists", "between", "must", "be", "is"})
_FORMULA = re.compile(
    r"\s*[^\W\d]\w*(?:\.[^\W\d]\w*)*\s*(?:[=<>!+*/-]|(?:exists|in|between|implies|must be|is between)\b)"
)


class RuleSyntaxError(ValueError):
    """A sentence that does not parse; the message says where and why."""


def begins_as_formula(sentence: str) -> bool:
    """Whether a sentence sets out as a formula does: a path, then an operator."""
    return _FORMULA.match(sentence) is not None


def parse(sentence: str, shape: Shape) -> Expr:
    """Parses one rule; raises RuleSyntaxError."""
    parser = _Parser(_tokens(sentence), shape)
    expr = parser.rule()
    parser.end()
    return expr


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(sentence: str) -> list[_Token]:
    if len(sentence) > MAX_LENGTH:
        raise RuleSyntaxError(f"a rule takes at most {MAX_LENGTH} characters, this one has {len(sentence)}")
    tokens, at, end = [], 0, len(sentence.rstrip())
    while at < end:
        match = _TOKEN.match(sentence, at)
        if match is None:
            raise RuleSyntaxError(f"unexpected {sentence[at:].strip()[:1]!r} at character {at + 1}")
        kind = str(match.lastgroup)
        text = match[kind]
        if kind == "number" and len(text) > MAX_NUMBER:
            raise RuleSyntaxError(f"a number takes at most {MAX_NUMBER} characters")
        tokens.append(_Token(kind, text, match.start(kind)))
        if len(tokens) > MAX_TOKENS:
            raise RuleSyntaxError(f"a rule takes at most {MAX_TOKENS} words and signs")
        at = match.end()
    return [*tokens, _Token("end", "the end", end)]


class _Parser:
    def __init__(self, tokens: list[_Token], shape: Shape) -> None:
        self.tokens, self.shape, self.at, self.depth = tokens, shape, 0, 0

    def rule(self) -> Expr:
        if self.take("if"):
            condition = self.disjunction()
            if not (self.take("then") or self.take(",")):
                self.fail("'then' after the condition")
            return Implies(condition, self.disjunction())
        expr = self.disjunction()
        if self.take("implies"):
            return Implies(expr, self.disjunction())
        if self.take("if"):
            return Implies(self.disjunction(), expr)
        return expr

    def disjunction(self) -> Expr:
        expr = self.conjunction()
        while self.take("or"):
            expr = Binary("or", expr, self.conjunction())
        return expr

    def conjunction(self) -> Expr:
        expr = self.negation()
        while self.take("and"):
            expr = Binary("and", expr, self.negation())
        return expr

    def negation(self) -> Expr:
        if self.take("not"):
            self.deeper()
            expr = Negated(self.negation())
            self.depth -= 1
            return expr
        return self.comparison()

    def comparison(self) -> Expr:
        left = self.sum()
        if self.take("exists"):
            if not isinstance(left, Path):
                self.fail("a field before 'exists'")
            return Exists(left)
        must = self.take("must")
        if must and not self.take("be"):
            self.fail("'be' after 'must'")
        worded = must or self.take("is")
        negated = self.take("not")
        if self.take("between"):
            low = self.sum()
            if not self.take("and"):
                self.fail("'and' between the two ends")
            inside = Binary("and", Binary(">=", left, low), Binary("<=", left, self.sum()))
            return Negated(inside) if negated else inside
        if self.take("in"):
            inside = Binary("in", left, self.items())
            return Negated(inside) if negated else inside
        token = self.tokens[self.at]
        if token.text in _COMPARISONS and token.kind == "op":
            self.at += 1
            result: Expr = Binary(_COMPARISONS[token.text], left, self.sum())
            return Negated(result) if negated else result
        if worded:
            return Binary("!=" if negated else "=", left, self.sum())
        if negated:
            self.fail("'in' or 'between' after 'not'")
        return left

    def items(self) -> Items:
        if not self.take("["):
            self.fail("'[' and a list of values")
        values = []
        while not self.take("]"):
            value = self.sum()
            if isinstance(value, Path):
                value = Literal(value.name)
            if not isinstance(value, Literal):
                self.fail("plain values in the list")
            values.append(value)
            if not self.take(",") and self.tokens[self.at].text != "]":
                self.fail("',' or ']'")
        return Items(tuple(values))

    def sum(self) -> Expr:
        expr = self.product()
        while self.tokens[self.at].kind == "op" and self.tokens[self.at].text in "+-":
            operator = self.next().text
            expr = Binary(operator, expr, self.product())
        return expr

    def product(self) -> Expr:
        expr = self.atom()
        while self.tokens[self.at].kind == "op" and self.tokens[self.at].text in "*/":
            operator = self.next().text
            if self.tokens[self.at].text == "*":
                self.fail("one '*' only: powers are not part of the language; something else")
            expr = Binary(operator, expr, self.atom())
        return expr

    def atom(self) -> Expr:
        token = self.next()
        if token.text == "(":
            self.deeper()
            expr = self.disjunction()
            self.depth -= 1
            if not self.take(")"):
                self.fail("')'")
            return expr
        if token.text == "-" and token.kind == "op":
            self.deeper()
            expr = Binary("-", Literal(Fraction(0)), self.atom())
            self.depth -= 1
            return expr
        if token.kind == "number":
            return self.number(token)
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "name" and token.text not in _WORDS:
            return self.name(token)
        self.at -= 1
        return self.fail("a field, a value or '('")

    def number(self, token: _Token) -> Expr:
        value = Fraction(token.text)
        unit = self.tokens[self.at].text.removesuffix("s")
        if unit not in _UNITS:
            return Literal(value)
        self.at += 1
        seconds, months = _UNITS[unit]
        if months and value.denominator != 1:
            self.fail("a whole number of months or years")
        return Duration(int(value * seconds), int(value * months))

    def name(self, token: _Token) -> Expr:
        text = token.text
        if text in _AGGREGATES and self.tokens[self.at].text == "(":
            self.at += 1
            self.deeper()
            operand = self.sum()
            self.depth -= 1
            if not self.take(")"):
                self.fail("')'")
            return Aggregate(text, operand)
        if text in self.shape:
            return Path(text)
        if text in {"true", "false"}:
            return Literal(text == "true")
        if text == "null":
            return Literal(None)
        if text in {"now", "current_date"}:
            return Moment(text == "current_date")
        return Path(text)

    def take(self, text: str) -> bool:
        token = self.tokens[self.at]
        if token.text == text and token.kind in {"name", "op"}:
            self.at += 1
            return True
        return False

    def next(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind == "end":
            self.fail("more")
        self.at += 1
        return token

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RuleSyntaxError(f"a rule nests at most {MAX_DEPTH} deep")

    def end(self) -> None:
        if self.tokens[self.at].kind != "end":
            self.fail("the end of the rule")

    def fail(self, wanted: str) -> Never:
        token = self.tokens[self.at]
        raise RuleSyntaxError(f"expected {wanted}, found {token.text[:40]!r} at character {token.position + 1}")
