"""Tokens to trees, by recursive descent over a bounded sentence; nothing is evaluated."""

from fractions import Fraction
from typing import Final, Never

from testdata_agent.engine.rules.lexer import RuleLimitError, RuleSyntaxError, Token, tokens
from testdata_agent.engine.rules.shape import Kind, Shape
from testdata_agent.engine.rules.syntax import (
    Aggregate,
    Binary,
    Duration,
    Exists,
    Expr,
    Function,
    Implies,
    Items,
    Literal,
    Moment,
    Negated,
    Path,
)

__all__ = ["RuleSyntaxError", "parse"]

#: Deepest nesting of parentheses, calls and `not`.
MAX_DEPTH: Final = 40
#: Longest duration, in days: a thousand years keeps every date within what is written with four digits.
MAX_DURATION_DAYS: Final = 366_000

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
_SIGNS = {
    **{sign: sign for sign in ("=", "!=", "<", "<=", ">", ">=")},
    "==": "=",
    "<>": "!=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
#: Worded comparisons, each with and without `or equal to`.
_PHRASES = {
    ("at", "least"): (">=", ">="),
    ("at", "most"): ("<=", "<="),
    ("greater", "than"): (">", ">="),
    ("more", "than"): (">", ">="),
    ("less", "than"): ("<", "<="),
    ("on", "or", "after"): (">=", ">="),
    ("on", "or", "before"): ("<=", "<="),
    ("after",): (">", ">="),
    ("before",): ("<", "<="),
}
_RESERVED = frozenset({"and", "or", "not", "in", "if", "then", "implies", "exists", "between", "must", "is", "equals"})


def parse(sentence: str, shape: Shape) -> Expr:
    """Parses one rule; raises RuleSyntaxError. Names are not looked up yet, save where a word could be a field."""
    parser = _Parser(tokens(sentence), shape)
    expr = parser.rule()
    parser.end()
    return expr


class _Parser:
    def __init__(self, sequence: list[Token], shape: Shape) -> None:
        self.tokens, self.shape, self.at, self.depth = sequence, shape, 0, 0

    # -- truth values -----------------------------------------------------------------------------------------

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
            return self.existence(left, negated=False)
        if self.take("does", "not", "exist"):
            return self.existence(left, negated=True)
        if self.take("must"):
            negated = self.take("not")
            if self.take("exist"):
                return self.existence(left, negated=negated)
            if self.take("equal"):
                return self.compared("=", left, worded=True, negated=negated)
            if not self.take("be"):
                self.fail("'be', 'equal' or 'exist' after 'must'")
            return self.predicate(left, negated=negated or self.take("not"))
        if self.take("is"):
            return self.predicate(left, negated=self.take("not"))
        if self.take("equals"):
            return self.compared("=", left, worded=True)
        negated = self.take("not")
        if self.take("between"):
            return self.between(left, negated=negated)
        if self.take("in"):
            return self.membership(left, negated=negated)
        sign = self.sign()
        if sign is None and negated:
            self.fail("'in', 'between' or a comparison after 'not'")
        return left if sign is None else self.compared(sign, left, negated=negated)

    def predicate(self, left: Expr, *, negated: bool) -> Expr:
        """What comes after `is` or `must be`."""
        if self.take("between"):
            return self.between(left, negated=negated)
        if self.take("in"):
            return self.membership(left, negated=negated)
        for words, (strict, inclusive) in _PHRASES.items():
            if self.take(*words):
                sign = inclusive if self.take("or", "equal", "to") else strict
                return self.compared(sign, left, worded=True, negated=negated)
        return self.compared(self.sign() or "=", left, worded=True, negated=negated)

    def compared(self, sign: str, left: Expr, *, worded: bool = False, negated: bool = False) -> Expr:
        start = self.at
        truth = isinstance(left, Path) and left.name in self.shape and self.shape[left.name].kind is Kind.BOOLEAN
        right = self.comparison() if truth and sign == "=" else self.sum()
        if worded and isinstance(right, Path) and right.name not in self.shape:
            # `email must be unique` is no comparison with the text "unique".
            self.at = start
            self.fail("a value or a field (a text stands in quotes)")
        if isinstance(right, Literal) and right.value is None and sign in {"=", "!="}:
            return self.existence(left, negated=(sign == "=") is not negated)
        if negated and sign in {"=", "!="}:
            return Binary("!=" if sign == "=" else "=", left, right)
        result = Binary(sign, left, right)
        return Negated(result) if negated else result

    def existence(self, left: Expr, *, negated: bool) -> Expr:
        if not isinstance(left, Path):
            self.fail("a field that exists or not")
        return Negated(Exists(left)) if negated else Exists(left)

    def between(self, left: Expr, *, negated: bool) -> Expr:
        low = self.sum()
        if not self.take("and"):
            self.fail("'and' between the two ends")
        inside = Binary("and", Binary(">=", left, low), Binary("<=", left, self.sum()))
        return Negated(inside) if negated else inside

    def membership(self, left: Expr, *, negated: bool) -> Expr:
        inside = Binary("in", left, self.items())
        return Negated(inside) if negated else inside

    def items(self) -> Items:
        if not self.take("["):
            self.fail("'[' and a list of values")
        values: list[Literal] = []
        while not self.take("]"):
            value = self.sum()
            if isinstance(value, Path) and value.name not in self.shape and "." not in value.name:
                value = Literal(value.name)
            if not isinstance(value, Literal) or value.value is None:
                self.at -= 1
                self.fail("plain values in the list (a text that is also a field's name stands in quotes)")
            values.append(value)
            if not self.take(",") and self.tokens[self.at].word != "]":
                self.fail("',' or ']'")
        if not values:
            self.fail("at least one value in the list before this")
        return Items(tuple(values))

    # -- values -----------------------------------------------------------------------------------------------

    def sum(self) -> Expr:
        expr = self.product()
        while self.tokens[self.at].word in {"+", "-"}:
            expr = Binary(self.next().word, expr, self.product())
        return expr

    def product(self) -> Expr:
        expr = self.atom()
        while self.tokens[self.at].word in {"*", "/"}:
            expr = Binary(self.next().word, expr, self.atom())
        return expr

    def atom(self) -> Expr:
        token = self.next()
        if token.word == "(":
            self.deeper()
            expr = self.disjunction()
            self.depth -= 1
            self.closing()
            return expr
        if token.word == "-":
            self.deeper()
            operand = self.atom()
            self.depth -= 1
            if isinstance(operand, Literal) and isinstance(operand.value, Fraction):
                return Literal(-operand.value)
            return Binary("-", Literal(Fraction(0)), operand)
        if token.kind == "number":
            return self.number(token)
        if token.kind == "text":
            return Literal(token.text[1:-1])
        if token.kind == "name" and (token.text in self.shape or token.word not in _RESERVED):
            return self.name(token)
        self.at -= 1
        return self.fail("a field, a value or '('")

    def number(self, token: Token) -> Expr:
        value = Fraction(token.text)
        unit = _UNITS.get(self.tokens[self.at].word.removesuffix("s"))
        if unit is None:
            return Literal(value)
        self.at += 1
        seconds, months = value * unit[0], value * unit[1]
        if seconds.denominator != 1 or months.denominator != 1:
            self.fail("a whole number of seconds, or of months: durations are exact")
        if seconds > MAX_DURATION_DAYS * _DAY or months > MAX_DURATION_DAYS // 366 * 12:
            raise RuleLimitError("a duration is at most 1000 years", token.position)
        return Duration(int(seconds), int(months))

    def name(self, token: Token) -> Expr:
        if self.tokens[self.at].word == "(":
            return self.call(token)
        if token.text in self.shape:
            return Path(token.text)
        if token.word in {"true", "false"}:
            return Literal(token.word == "true")
        if token.word == "null":
            return Literal(None)
        if token.word in {"now", "current_date"}:
            return Moment(token.word == "current_date")
        return Path(token.text)

    def call(self, token: Token) -> Expr:
        if token.word not in _AGGREGATES and token.word not in {"round", "abs"}:
            known = "sum, min, max, avg, count, round and abs"
            raise RuleSyntaxError(f"there is no function {token.text[:40]!r}: rules know {known}", token.position)
        self.at += 1
        self.deeper()
        operand = self.disjunction()
        self.depth -= 1
        if token.word == "round":
            digits = self.digits() if self.take(",") else 0
            self.closing()
            return Function("round", operand, digits)
        self.closing()
        return Function("abs", operand) if token.word == "abs" else Aggregate(token.word, operand)

    def digits(self) -> int:
        token = self.next()
        if token.kind != "number" or not token.text.isdecimal() or int(token.text) > 9:
            self.at -= 1
            self.fail("a number of digits from 0 to 9")
        return int(token.text)

    # -- tokens -----------------------------------------------------------------------------------------------

    def sign(self) -> str | None:
        sign = _SIGNS.get(self.tokens[self.at].word)
        self.at += sign is not None
        return sign

    def take(self, *words: str) -> bool:
        """Steps over these words or signs if they come next."""
        following = self.tokens[self.at : self.at + len(words)]
        if tuple(token.word for token in following) != words:
            return False
        self.at += len(words)
        return True

    def next(self) -> Token:
        token = self.tokens[self.at]
        if token.kind == "end":
            self.fail("more")
        self.at += 1
        return token

    def closing(self) -> None:
        if not self.take(")"):
            self.fail("')'")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise RuleLimitError(f"a rule nests at most {MAX_DEPTH} deep", self.tokens[self.at].position)

    def end(self) -> None:
        if self.tokens[self.at].kind != "end":
            self.fail("the end of the rule")

    def fail(self, wanted: str) -> Never:
        token = self.tokens[self.at]
        message = f"expected {wanted}, found {token.text[:40]!r} at character {token.position + 1}"
        raise RuleSyntaxError(message, token.position)
