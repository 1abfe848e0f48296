"""What a rule's sentence means, as a tree."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Path:
    """A field, by its dotted path."""

    name: str


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
class Exists:
    """Present and not null."""

    path: Path


@dataclass(frozen=True, slots=True)
class Negated:
    """`not` of a truth value."""

    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation of two sides: + - * / = != < <= > >= in, and, or."""

    operator: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """sum, min, max, avg or count of an expression over the items of one array."""

    function: str
    operand: "Expr"


@dataclass(frozen=True, slots=True)
class Implies:
    """If the condition holds, so does the consequence; else the rule does not apply."""

    condition: "Expr"
    consequence: "Expr"


Expr = Path | Literal | Items | Duration | Moment | Exists | Negated | Binary | Aggregate | Implies


def children(expr: Expr) -> tuple[Expr, ...]:
    """The parts of an expression."""
    match expr:
        case Exists(path=path):
            return (path,)
        case Negated(operand=operand) | Aggregate(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Implies(condition=condition, consequence=consequence):
            return (condition, consequence)
        case _:
            return ()


def paths(expr: Expr) -> Iterator[str]:
    """Every field that an expression reads."""
    if isinstance(expr, Path):
        yield expr.name
    for part in children(expr):
        yield from paths(part)
