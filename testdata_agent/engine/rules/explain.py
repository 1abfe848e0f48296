"""Rules and their failures in words."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from testdata_agent.engine.rules import closures, syntax, values
from testdata_agent.engine.rules.resolve import kind_of
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import TIMES, Kind
from testdata_agent.engine.rules.syntax import (
    COMPARISONS,
    Aggregate,
    Binary,
    Exists,
    Expr,
    Function,
    Implies,
    Literal,
    Negated,
    Path,
)

#: Names a field; in failures with its value.
_Naming = Callable[[Path], str]

_LONGEST_TEXT = 40
_STRENGTH = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_WORDS = {"=": "equal to", "!=": "other than", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_TIME_WORDS = {**_WORDS, "<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}
_AGGREGATES = {"sum": "the sum of", "min": "the least", "max": "the greatest", "avg": "the mean of"}


def in_words(rule: Rule) -> str:
    """What a rule says, as a sentence: `subtotal is the sum of items.quantity times items.price`."""
    each = f"for each of {rule.level}, " if rule.level else ""
    match rule.claim:
        case Implies(condition=condition, consequence=consequence):
            words = f"if {_claim(condition)}, then {_claim(consequence)}"
        case claim:
            words = _claim(claim)
    return each + words


def failures(rule: Rule, record: Mapping[str, Any], *, as_of: int) -> Iterator[tuple[str, str]]:
    """(field at fault, why) of the record, or of each item, that breaks the rule; none where it holds.

    `total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)`; of an item `items[1].quantity: 120 is not between 1 and
    99`, whose field is `items[1].quantity`. `as_of` is what `now` means, in epoch seconds.
    """
    holds = closures.reader(rule.claim, as_of, rule.arrays)
    for place, indexes in closures.places(record, rule.arrays):
        if holds(place) is False:
            failure = _Failure(rule, place, as_of)
            field = _indexed(failure.blamed, indexes)
            yield field, f"{field}: {failure.words(rule.claim)}"


class _Failure:
    """One place that breaks a rule.

    Attributes:
        blamed: The field at fault: the first one that the claim itself (rather than its condition) says of the place.
    """

    def __init__(self, rule: Rule, place: closures.Place, as_of: int) -> None:
        self.rule, self.place, self.as_of = rule, place, as_of
        claim = rule.claim.consequence if isinstance(rule.claim, Implies) else rule.claim
        named = [node for expr in (claim, rule.claim) for node in syntax.nodes(expr) if isinstance(node, Path)]
        self.blamed = next((path for path in named if path.arrays == rule.arrays), named[0])

    def words(self, claim: Expr, although: str = "") -> str:
        """What is wrong, said of the field at fault."""
        match claim:
            case Implies(condition=condition, consequence=consequence):
                return self.words(consequence, f" although {_claim(condition)}")
            case Exists(path=path):
                return f"{self.subject(path)}is missing{although}"
            case Negated(operand=Exists(path=path)):
                return f"{self.subject(path)}must not be there, and is {self.shown(path)}{although}"
            case Path():
                return f"{self.found(claim)} is not true{although}"
            case Negated(operand=Path() as path):
                return f"{self.found(path)} is not false{although}"
            case Negated(operand=Binary(operator="in", left=left)):
                return f"{self.found(left)} is one of the values that it must not have{although}"
            case Binary("and", Binary(_, left, low), Binary(_, _, high)) if _is_between(claim):
                return f"{self.found(left)} is not between {self.side(low)} and {self.side(high)}{although}"
            case Binary(operator="in", left=left, right=syntax.Items(values=items)):
                listed = ", ".join(_literal(item.value) for item in items)
                return f"{self.found(left)} is not one of {listed}{although}"
            case Binary(operator="=", left=left, right=right):
                return f"{self.found(left)} is not {self.side(right)}{although}"
            case Binary(operator="!=", left=left, right=right):
                subject = "" if left == self.blamed else f"{self.side(left)} "
                return f"{subject}must not be {self.side(right)}{although}"
            case Binary(operator=sign, left=left, right=right) if sign in COMPARISONS:
                words = (_TIME_WORDS if claim.kind in TIMES else _WORDS)[sign]
                return f"{self.found(left)} is not {words} {self.side(right)}{although}"
        fields = dict.fromkeys(node for node in syntax.nodes(claim) if isinstance(node, Path))
        known = ", ".join(f"{path.name} {self.shown(path)}" for path in fields if path.arrays == self.rule.arrays)
        return f"{self.rule.text!r} does not hold{' with ' + known if known else ''}{although}"

    def subject(self, path: Path) -> str:
        """The name of a field, where it is another than the one at fault."""
        return "" if path == self.blamed else f"{path.name} "

    def found(self, expr: Expr) -> str:
        """The left side: of the field at fault its value alone."""
        return self.shown(expr) if expr == self.blamed else self.side(expr)

    def side(self, expr: Expr) -> str:
        """One side of a comparison: each field with its value, then the outcome."""
        if isinstance(expr, Path):
            return f"{expr.name} {self.shown(expr)}"
        if isinstance(expr, Literal | syntax.Fixed):
            return self.shown(expr)
        return f"{_text(expr, self.named)} ({self.shown(expr)})"

    def named(self, path: Path) -> str:
        """A field with its value; one that has many values stands alone."""
        return f"{path.name} {self.shown(path)}" if len(path.arrays) < len(self.place) else path.name

    def shown(self, expr: Expr) -> str:
        """The value of an expression here."""
        if isinstance(expr, Path):
            value = closures.raw_reader(expr)(self.place)
            exact = values.number(value) if expr.kind is Kind.NUMBER else None
            return _number(exact, expr.scale) if exact is not None else _raw(value)
        value = closures.reader(expr, self.as_of, self.rule.arrays)(self.place)
        kind = kind_of(expr)
        if kind is Kind.NUMBER and value is not None:
            return _number(value, self.digits(expr))
        return _moment(value, kind) if kind in TIMES and value is not None else _raw(value)

    def digits(self, expr: Expr) -> int:
        """Decimal digits to show of a computed number: those that the rule compares at, else those of its fields."""
        compared = [node.digits for node in syntax.nodes(self.rule.claim) if isinstance(node, Binary) and node.digits]
        fields = [node.scale for node in syntax.nodes(expr) if isinstance(node, Path)]
        return max(compared or fields, default=0)


def _indexed(path: Path, indexes: Sequence[int]) -> str:
    """A field of one item, `items[1].price`."""
    name, start = "", 0
    for array, index in zip(path.arrays, indexes, strict=False):
        name += f"{array[start:]}[{index}]"
        start = len(array)
    return name + path.name[start:]


def _joins(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.operator in {"and", "or"} and not _is_between(expr)


def _is_between(expr: Binary) -> bool:
    """Whether `and` joins the two halves of `x between 1 and 99`."""
    match expr:
        case Binary("and", Binary(">=", one), Binary("<=", other)):
            return one == other
        case _:
            return False


def _number(value: values.Number, digits: int) -> str:
    """A number with at least so many digits; what is no short decimal is rounded."""
    for more in range(digits, digits + 5):
        if (value * 10**more).denominator == 1:
            return values.decimal_text(value, more)
    return values.decimal_text(value, max(digits, 2))


def _moment(value: int, kind: Kind | None) -> str:
    days, micros = (value, 0) if kind is Kind.DATE else divmod(value, values.DAY_SECONDS * values.MICROS)
    seconds = micros // values.MICROS
    day = str(values.EPOCH_DAY + np.timedelta64(days, "D"))
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return day if kind is Kind.DATE else f"{day}T{clock}Z"


def _raw(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, str | int | float) else "nothing" if value is None else type(value).__name__
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."


def _plain(path: Path) -> str:
    return path.name


# -- expressions --------------------------------------------------------------------------------------------------


def _text(expr: Expr, name: _Naming, strength: int = 0) -> str:
    """An expression as it is written, with the fields named by `name`."""
    match expr:
        case Path():
            return name(expr)
        case Literal(value=value):
            return _literal(value)
        case syntax.Items(values=items):
            return "[" + ", ".join(_literal(item.value) for item in items) + "]"
        case syntax.Duration(seconds=seconds, months=months):
            return _duration(seconds, months)
        case syntax.Moment(day_only=day_only):
            return "current_date" if day_only else "now"
        case syntax.Fixed(value=value, day_only=day_only):
            return _moment(value if day_only else value * values.MICROS, Kind.DATE if day_only else Kind.INSTANT)
        case Exists(path=path):
            return f"{name(path)} exists"
        case Negated(operand=operand):
            return f"not {_text(operand, name, 7)}"
        case Aggregate(function=function, operand=operand):
            return f"{function}({_text(operand, _plain)})"
        case Function(name="round", operand=operand, digits=digits):
            return f"round({_text(operand, name)}, {digits})"
        case Function(operand=operand):
            return f"abs({_text(operand, name)})"
        case Implies(condition=condition, consequence=consequence):
            return f"{_text(condition, name)} implies {_text(consequence, name)}"
        case Binary(operator=sign, left=left, right=right):
            own = _STRENGTH.get(sign, 3)
            # The right side of - and / binds tighter: a - (b - c).
            words = f"{_text(left, name, own)} {sign} {_text(right, name, own + 1)}"
            return f"({words})" if own < strength else words


def _literal(value: Fraction | str | bool | None) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    if isinstance(value, str):
        return f'"{_raw(value)}"'
    return _number(value, 0)


def _duration(seconds: int, months: int) -> str:
    if months:
        size, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    else:
        size, unit = next(
            (seconds // length, name)
            for length, name in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
            if seconds % length == 0
        )
    return f"{size} {unit}{'' if size == 1 else 's'}"


def _claim(expr: Expr) -> str:
    """A truth value as a clause."""
    match expr:
        case Exists(path=path):
            return f"{path.name} is there"
        case Negated(operand=Exists(path=path)):
            return f"{path.name} is not there"
        case Negated(operand=Path() as path):
            return f"{path.name} is false"
        case Negated(operand=Binary(operator="in", left=left, right=syntax.Items(values=items))):
            return f"{_phrase(left)} is none of {', '.join(_literal(item.value) for item in items)}"
        case Negated(operand=operand):
            return f"it is not so that {_claim(operand)}"
        case Implies(condition=condition, consequence=consequence):
            return f"if {_claim(condition)}, then {_claim(consequence)}"
        case Binary("and", Binary(_, left, low), Binary(_, _, high)) if _is_between(expr):
            return f"{_phrase(left)} is between {_phrase(low)} and {_phrase(high)}"
        case Binary(operator="and" | "or" as word):
            sides = (f"({_claim(side)})" if _joins(side) else _claim(side) for side in (expr.left, expr.right))
            return f" {word} ".join(sides)
        case Binary(operator="in", left=left, right=syntax.Items(values=items)):
            return f"{_phrase(left)} is one of {', '.join(_literal(item.value) for item in items)}"
        case Binary(operator="=", left=left, right=right):
            return f"{_phrase(left)} is {_phrase(right)}"
        case Binary(operator=sign, left=left, right=right) if sign in COMPARISONS:
            words = (_TIME_WORDS if expr.kind in TIMES else _WORDS)[sign]
            return f"{_phrase(left)} is {words} {_phrase(right)}"
        case _:
            return f"{_phrase(expr)} is true"


_SPOKEN = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def _phrase(expr: Expr, strength: int = 0) -> str:
    """A value as a noun."""
    match expr:
        case Aggregate(function="count", operand=Path(name=counted)):
            return f"the number of {counted}"
        case Aggregate(function="count", operand=operand):
            return f"the number of {expr.arrays[-1]} where {_claim(operand)}"
        case Aggregate(function=function, operand=operand):
            return f"{_AGGREGATES[function]} {_phrase(operand)}"
        case Binary(operator=sign, left=left, right=right) if sign in _SPOKEN:
            own = _STRENGTH[sign]
            words = f"{_phrase(left, own)} {_SPOKEN[sign]} {_phrase(right, own + 1)}"
            return f"({words})" if own < strength else words
        case Function(name="round", operand=operand, digits=digits):
            return f"{_phrase(operand)} rounded to {digits} digits"
        case Function(operand=operand):
            return f"the absolute value of {_phrase(operand)}"
        case syntax.Moment(day_only=True):
            return "today"
        case _:
            return re.sub(r"\s+", " ", _text(expr, _plain, strength))
