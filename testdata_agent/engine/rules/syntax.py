"""What a rule's sentence means, as a tree.

The parser makes the tree; `resolve` fills in what the schema says of it (arrays, kinds, digits). What is filled in
does not count when trees are compared, so `Path("total")` is the field however it was come by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from testdata_agent.engine.rules.shape import Kind


@dataclass(frozen=True, slots=True)
class Path:
    """A field, by its dotted path.

    Attributes:
        name: The path.
        arrays: Arrays that it stands in, the outermost first.
        kind: What stands there.
        scale: Decimal digits of a number.
    """

    name: str
    arrays: tuple[str, ...] = field(default=(), compare=False)
    kind: Kind = field(default=Kind.ANY, compare=False)
    scale: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (exact), text, truth value or null."""

    value: Fraction | str | bool | None


@dataclass(frozen=True, slots=True)
class Items:
    """A list of literals."""

    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Duration:
    """A span of time: whole seconds, or calendar months."""

    seconds: int
    months: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` or `current_date`."""

    day_only: bool


@dataclass(frozen=True, slots=True)
class Fixed:
    """A point in time that the sentence names: epoch seconds, or epoch days where `day_only`."""

    value: int
    day_only: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """Present and not null."""

    path: Path


@dataclass(frozen=True, slots=True)
class Negated:
    """`not` of a truth value."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation of two sides: + - * / = != < <= > >= in, and, or.

    Attributes:
        operator: The sign or word.
        left: Left side.
        right: Right side.
        kind: Of a comparison, what both sides are compared as; of arithmetic, what comes out.
        digits: Of a comparison of numbers, the decimal digits both sides are rounded to first; None: compared exactly.
    """

    operator: str
    left: "Expr"
    right: "Expr"
    kind: Kind = field(default=Kind.ANY, compare=False)
    digits: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """sum, min, max, avg or count over the items of an array.

    Attributes:
        function: Which.
        operand: What is taken of each item; for count the array itself, a field (where present) or a condition.
        arrays: The arrays gone through, the outermost first; the last one's items are taken.
        kind: What comes out.
    """

    function: str
    operand: "Expr"
    arrays: tuple[str, ...] = field(default=(), compare=False)
    kind: Kind = field(default=Kind.NUMBER, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """`round(x, digits)` (half up) or `abs(x)`."""

    name: str
    operand: "Expr"
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Implies:
    """If the condition holds, so does the consequence; else the rule does not apply."""

    condition: "Expr"
    consequence: "Expr"


Expr = Path | Literal | Items | Duration | Moment | Fixed | Exists | Negated | Binary | Aggregate | Function | Implies

#: Operators that compare two sides.
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of an expression."""
    match expr:
        case Exists(path=path):
            return (path,)
        case Negated(operand=operand) | Aggregate(operand=operand) | Function(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Implies(condition=condition, consequence=consequence):
            return (condition, consequence)
        case _:
            return ()


def nodes(expr: Expr) -> Iterator[Expr]:
    """An expression and all its parts, in the order of the sentence."""
    pending: list[Expr] = [expr]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def paths(expr: Expr) -> Iterator[str]:
    """Every field that an expression reads."""
    return (node.name for node in nodes(expr) if isinstance(node, Path))


def arrays_of(expr: Expr) -> tuple[str, ...]:
    """The arrays whose items an expression speaks of one by one, the outermost first; () for the record itself."""
    longest: tuple[str, ...] = ()
    pending: list[Expr] = [expr]
    while pending:
        node = pending.pop()
        if isinstance(node, Path) and len(node.arrays) > len(longest):
            longest = node.arrays
        if not isinstance(node, Aggregate):
            pending.extend(children(node))
    return longest
