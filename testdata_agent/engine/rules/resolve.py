"""What the schema says of a parsed rule: which names are fields, what fits together, in which arrays and digits."""

from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import NoReturn

from testdata_agent.engine.rules import syntax, values
from testdata_agent.engine.rules.shape import TIMES, Kind, Shape, arrays_around
from testdata_agent.engine.rules.syntax import (
    COMPARISONS,
    Aggregate,
    Binary,
    Duration,
    Exists,
    Expr,
    Function,
    Implies,
    Literal,
    Negated,
    Path,
)

#: Field names that a message lists at most.
_LISTED = 12
#: Characters of a name that a message shows.
_SHOWN = 80
#: How alike an unquoted word and a field's name must be for the word to be a misspelling rather than a text.
_ALIKE = 0.9


class Refused(Exception):  # noqa: N818 - becomes a RuleFault, never leaves the package
    """A rule that does not fit the schema.

    Attributes:
        reason: `RULE_UNKNOWN_FIELD`, `RULE_TYPE` or `RULE_SYNTAX`.
        message: What is wrong, in words.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


def resolve(expr: Expr, shape: Shape) -> Expr:
    """The same expression with arrays, kinds and digits filled in; raises Refused."""
    resolved = _resolved(expr, shape)
    _one_line_of_arrays(resolved)
    return resolved


def kind_of(expr: Expr) -> Kind | None:
    """What comes out of a resolved expression; None: a duration, a list or null."""
    match expr:
        case Path(kind=kind) | Aggregate(kind=kind):
            return kind
        case Literal(value=bool()):
            return Kind.BOOLEAN
        case Literal(value=str()):
            return Kind.TEXT
        case Literal(value=Fraction()) | Function():
            return Kind.NUMBER
        case syntax.Moment(day_only=day_only) | syntax.Fixed(day_only=day_only):
            return Kind.DATE if day_only else Kind.INSTANT
        case Exists() | Negated() | Implies():
            return Kind.BOOLEAN
        case Binary(operator=operator, kind=kind):
            return kind if operator in {"+", "-", "*", "/"} else Kind.BOOLEAN
        case _:
            return None


def type_fault(message: str) -> NoReturn:
    """Refuses what does not fit together."""
    raise Refused("RULE_TYPE", message)


def _resolved(expr: Expr, shape: Shape) -> Expr:
    match expr:
        case Path(name=name):
            return _path(name, shape)
        case Exists(path=path):
            return Exists(_path(path.name, shape))
        case Negated(operand=operand):
            return Negated(_truth(operand, shape))
        case Implies(condition=condition, consequence=consequence):
            return Implies(_truth(condition, shape), _truth(consequence, shape))
        case Aggregate(function=function, operand=operand):
            return _aggregate(function, operand, shape)
        case Function(operand=operand):
            inner = _resolved(operand, shape)
            if kind_of(inner) is not Kind.NUMBER:
                type_fault(f"{expr.name}(...) takes a number")
            return replace(expr, operand=inner)
        case Binary(operator="and" | "or", left=left, right=right):
            return replace(expr, left=_truth(left, shape), right=_truth(right, shape), kind=Kind.BOOLEAN)
        case Binary(operator="in"):
            return _membership(expr, shape)
        case Binary(operator=operator) if operator in COMPARISONS:
            return _comparison(expr, shape)
        case Binary():
            return _arithmetic(expr, shape)
        case _:
            return expr


def _path(name: str, shape: Shape) -> Path:
    if name in shape:
        leaf = shape[name]
        return Path(name, arrays_around(shape, name), leaf.kind, leaf.scale)
    array, _, last = name.rpartition(".")
    if last in {"length", "size", "count"} and array in shape and shape[array].kind is Kind.ARRAY:
        raise Refused("RULE_UNKNOWN_FIELD", f"no field {name!r}: say count({array})")
    spelled = {each.casefold(): each for each in shape}
    near = get_close_matches(name[:_SHOWN].casefold(), spelled, n=1, cutoff=0.6)
    meant = f": did you mean {spelled[near[0]]!r}?" if near else "."
    listed = ", ".join(list(shape)[:_LISTED]) + (", ..." if len(shape) > _LISTED else "")
    raise Refused("RULE_UNKNOWN_FIELD", f"no field {name[:_SHOWN]!r}{meant} The schema has {listed}")


def _a(kind: Kind | None) -> str:
    """A kind with its article; None: a duration, a list or null."""
    if kind is None:
        return "a duration, a list or null"
    return f"an {kind}" if kind in {Kind.OBJECT, Kind.ARRAY} else f"a {kind}"


def _truth(expr: Expr, shape: Shape) -> Expr:
    resolved = _resolved(expr, shape)
    if kind_of(resolved) is not Kind.BOOLEAN:
        type_fault("and, or, not, if, then and implies join what is true or false")
    return resolved


# -- comparisons ------------------------------------------------------------------------------------------------


def _comparison(expr: Binary, shape: Shape) -> Expr:
    left, right = _resolved(expr.left, shape), expr.right
    if isinstance(right, Path) and right.name not in shape and kind_of(left) is Kind.TEXT:
        right = _bare_word(right.name, expr.operator, shape)
    right = _resolved(right, shape)
    if isinstance(right, Duration):
        # The time between two moments: `a - b <= 3 days` says `a <= b + 3 days`, months and all.
        if not (isinstance(left, Binary) and left.operator == "-" and kind_of(left.right) in TIMES):
            type_fault("a duration is compared with the time between two moments, as in `a - b <= 3 days`")
        later = Binary("+", left.right, right, kind_of(left.right) or Kind.INSTANT)
        left, right = left.left, later
    left, right = _as_moment(left, right), _as_moment(right, left)
    kind = _common(left, right, expr.operator)
    digits = _digits(expr.operator, left, right) if kind is Kind.NUMBER else None
    return replace(expr, left=left, right=right, kind=kind, digits=digits)


def _bare_word(word: str, operator: str, shape: Shape) -> Expr:
    """An unquoted word that is no field is a text: `status = shipped`."""
    if operator not in {"=", "!="} or "." in word or get_close_matches(word, shape, n=1, cutoff=_ALIKE):
        return Path(word)
    return Literal(word)


def _as_moment(expr: Expr, other: Expr) -> Expr:
    """A quoted date or time beside a field of that kind."""
    if not (isinstance(expr, Literal) and isinstance(expr.value, str) and kind_of(other) in TIMES):
        return expr
    days = values.day(expr.value)
    if days is not None:
        return syntax.Fixed(days, True)
    micros = values.instant(expr.value)
    if micros is None or micros % values.MICROS:
        type_fault(f"{expr.value[:40]!r} is no date (2026-01-31) and no instant (2026-01-31T08:00:00Z)")
    return syntax.Fixed(micros // values.MICROS, False)


def _common(left: Expr, right: Expr, operator: str) -> Kind:
    """What two sides are compared as; dates and instants by the left side's precision."""
    one, other = kind_of(left), kind_of(right)
    if one is None or other is None:
        type_fault("null, lists and durations cannot be compared this way: say `exists`, `in` or `a - b <= 3 days`")
    if one is not other and not (one in TIMES and other in TIMES):
        hint = ": a date or time stands in quotes" if TIMES & {one, other} and Kind.NUMBER in {one, other} else ""
        type_fault(f"{_a(one)} and {_a(other)} cannot be compared by {operator!r}{hint}")
    if one in {Kind.OBJECT, Kind.ARRAY, Kind.ANY}:
        type_fault(f"{_a(one)} cannot be compared: compare its fields, or ask whether it exists")
    if one in {Kind.TEXT, Kind.BOOLEAN} and operator not in {"=", "!="}:
        type_fault(f"{_a(one)} has no order: {operator!r} takes numbers, dates or instants")
    return one


def _digits(operator: str, left: Expr, right: Expr) -> int | None:
    """Decimal digits at which two numbers are compared; None: exactly.

    Equality is decided at the digits of the left side, half up: that is what makes `tax = subtotal * 0.0825` hold.
    An order is decided so too where the other side is computed (a product, a quotient, a mean); beside a plain value it
    is exact, or `quantity > 0.5` would mean `quantity > 1`. A side that is itself computed, or has no field, has no
    digits of its own: then the other side's count.
    """
    equality = operator in {"=", "!="}
    for side, other in ((left, right), (right, left)):
        if _computed(side) or not any(syntax.paths(side)):
            continue
        return _natural(side) if equality or _computed(other) else None
    return None


def _computed(expr: Expr) -> bool:
    """Whether a number has digits that no field gave it."""
    if isinstance(expr, Function) and expr.name == "round":
        return False
    if isinstance(expr, Binary) and expr.operator in {"*", "/"}:
        return True
    if isinstance(expr, Aggregate) and expr.function in {"avg", "count"}:
        return expr.function == "avg"
    return any(_computed(part) for part in syntax.children(expr))


def _natural(expr: Expr) -> int:
    """Decimal digits of a number that is not computed."""
    match expr:
        case Path(scale=scale):
            return scale
        case Literal(value=Fraction() as value):
            return decimal_digits(value)
        case Aggregate(function="count"):
            return 0
        case Function(name="round", digits=digits):
            return digits
        case _:
            return max(map(_natural, syntax.children(expr)), default=0)


def decimal_digits(value: Fraction) -> int:
    """Decimal digits of a literal, whose denominator divides a power of ten."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return digits


def _membership(expr: Binary, shape: Shape) -> Expr:
    left, items = _resolved(expr.left, shape), expr.right
    if not isinstance(items, syntax.Items):
        type_fault("'in' takes a list of values")
    kind = kind_of(left)
    if kind not in {Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN}:
        type_fault(f"'in' takes a text, a number or a yes-no field, not {_a(kind)}")
    for item in items.values:
        if kind_of(item) is not kind:
            type_fault(f"{_a(kind)} is not looked for in a list with {_a(kind_of(item))}")
    return replace(expr, left=left, right=items, kind=kind)


# -- arithmetic -------------------------------------------------------------------------------------------------


def _arithmetic(expr: Binary, shape: Shape) -> Expr:
    left, right = _resolved(expr.left, shape), _resolved(expr.right, shape)
    kind, other = kind_of(left), kind_of(right)
    if kind in TIMES and isinstance(right, Duration) and expr.operator in {"+", "-"}:
        if kind is Kind.DATE and right.seconds % values.DAY_SECONDS:
            type_fault("a date moves by whole days")
        return replace(expr, left=left, right=right, kind=kind)
    if kind in TIMES and other in TIMES and expr.operator == "-":
        # Has a meaning beside a duration alone; `_comparison` takes it apart there.
        return replace(expr, left=left, right=right, kind=Kind.ANY)
    if kind is not Kind.NUMBER or other is not Kind.NUMBER:
        type_fault(f"{expr.operator!r} takes two numbers, or a date and a duration; here {_a(kind)} and {_a(other)}")
    return replace(expr, left=left, right=right, kind=Kind.NUMBER)


def _aggregate(function: str, operand: Expr, shape: Shape) -> Expr:
    inner = _resolved(operand, shape)
    kind = kind_of(inner)
    if function == "count":
        if isinstance(inner, Path) and kind is Kind.ARRAY:
            return Aggregate(function, inner, (*inner.arrays, inner.name))
        if not isinstance(inner, Path) and kind is not Kind.BOOLEAN:
            type_fault("count(...) takes an array, a field of its items, or a condition on them")
    elif kind is not Kind.NUMBER and not (kind in TIMES and function in {"min", "max"}):
        type_fault(f"{function}(...) takes numbers, not {_a(kind)}")
    arrays = syntax.arrays_of(inner)
    if not arrays:
        type_fault(f"{function}(...) takes fields of the items of an array, as in `{function}(items.price)`")
    _one_line_of_arrays(inner)
    outcome = kind if function in {"min", "max"} and kind is not None else Kind.NUMBER
    return Aggregate(function, inner, arrays, outcome)


def _one_line_of_arrays(expr: Expr) -> None:
    """An expression speaks of the items of one array (and of what is around them), never of two side by side."""
    longest = syntax.arrays_of(expr)
    pending: list[Expr] = [expr]
    while pending:
        node = pending.pop()
        if isinstance(node, Path) and node.arrays != longest[: len(node.arrays)]:
            type_fault(f"a rule is said of the items of one array, not of {longest[-1]} and {node.arrays[-1]} at once")
        if not isinstance(node, Aggregate):
            pending.extend(syntax.children(node))
