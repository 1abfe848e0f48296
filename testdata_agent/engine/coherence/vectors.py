"""Rules over the columns of a batch: the same verdicts as rules.records, for all records in a few passes.

Numbers are integers times a power of ten that is known beforehand, times are texts of one form, absent is None.
Only what is met often is covered; the rest of the language raises Unsupported and is judged record by record.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any

from testdata_agent.engine.coherence.batch import Batch, Structure
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.nodes import Node
from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import Kind
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Exists, Expr, Implies, Literal, Negated, Path
from testdata_agent.engine.rules.values import COMPARE

#: One value a record (or item); None where a column does not hold what it must, so that records are to be looked at.
Reader = Callable[[Batch, Moment], list[Any] | None]

#: Most decimal digits of a literal.
_MOST_DIGITS = 9
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Unsupported(Exception):  # noqa: N818 - says what a rule is, not that something went wrong
    """A rule that columns do not cover."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A compiled expression.

    Attributes:
        scale: Of numbers: the values are times 10**scale.
        full: Whether no value can be None.
    """

    kind: Kind
    read: Reader
    full: bool
    scale: int = 0


def compile_rule(rule: Rule, structure: Structure) -> Callable[[Batch, Moment], int | None]:
    """A function like Check.quick for one rule.

    Raises:
        Unsupported: for what is not covered.
    """
    verdicts = _Compiler(structure, rule.level).vector(rule.claim)
    if not rule.level:
        return _of_records(verdicts)
    return _of_items(verdicts, _array(structure, rule.level))


def _of_records(verdicts: Vector) -> Callable[[Batch, Moment], int | None]:
    def quick(batch: Batch, moment: Moment) -> int | None:
        found = verdicts.read(batch, moment)
        if found is None or False in found:
            return None
        return len(found) if verdicts.full else len(found) - found.count(None)

    return quick


def _of_items(verdicts: Vector, array: Node) -> Callable[[Batch, Moment], int | None]:
    def quick(batch: Batch, moment: Moment) -> int | None:
        found = verdicts.read(batch, moment)
        if found is None or False in found:
            return None
        if verdicts.full:
            return sum(map(bool, batch.values[array.path]))
        items = iter(found)
        return sum([any(islice(items, len(entries))) for entries in batch.values[array.path]])

    return quick


def _array(structure: Structure, path: str) -> Node:
    """The array of objects at a path, if every record has exactly one."""
    node = structure.nodes.get(path)
    if node is None or not node.steady or f"{path}[]" not in structure.nodes:
        raise Unsupported(path)
    return node


class _Compiler:
    def __init__(self, structure: Structure, level: str) -> None:
        self.structure, self.level = structure, level

    def vector(self, expr: Expr) -> Vector:
        match expr:
            case Path():
                return self.path(expr)
            case Literal(value):
                return self.literal(value)
            case syntax.Moment(day_only):
                if day_only:
                    return Vector(Kind.DATE, lambda batch, moment: [moment.date] * self.size(batch), full=True)
                return Vector(Kind.INSTANT, lambda batch, moment: [moment.instant] * self.size(batch), full=True)
            case Exists(Path(name)):
                node = self.node(name)
                return Vector(Kind.BOOLEAN, lambda b, _: [value is not None for value in b.aligned(node)], full=True)
            case Negated(operand):
                return _mapped(self.vector(operand), operator.not_)
            case Implies(condition, consequence):
                return _implied(self.vector(condition), self.vector(consequence))
            case Aggregate():
                return self.aggregate(expr)
            case Binary("and" | "or" as joiner, left, right):
                join = operator.and_ if joiner == "and" else operator.or_
                sides = self.vector(left), self.vector(right)
                return Vector(Kind.BOOLEAN, _paired(*sides, join), full=all(side.full for side in sides))
            case Binary("in", left, syntax.Items(values)):
                return _among(self.vector(left), frozenset(item.value for item in values))
            case Binary(sign, left, right) if sign in COMPARE:
                return _compared(sign, self.vector(left), self.vector(right), expr.digits)
            case Binary(sign, left, right) if sign in _ARITHMETIC:
                return _calculated(sign, self.vector(left), self.vector(right))
        raise Unsupported(str(expr))

    def size(self, batch: Batch) -> int:
        return len(batch.objects[self.level])

    def node(self, name: str) -> Node:
        node = self.structure.nodes.get(name)
        if node is None:
            raise Unsupported(name)
        if self.level:
            here = node.group == self.level
        else:
            here = next(group for group in self.structure.groups if group.path == node.group).steady
        if not here:
            raise Unsupported(name)
        return node

    def path(self, path: Path) -> Vector:
        node = self.node(path.name)
        if path.kind is not Kind.NUMBER:
            return Vector(path.kind, lambda batch, _: batch.aligned(node), full=node.always)
        scale = path.scale
        if node.always:
            return Vector(path.kind, lambda batch, _: batch.scaled(node, scale), full=True, scale=scale)

        def read(batch: Batch, _: Moment) -> list[Any] | None:
            present = batch.scaled(node, scale)
            if present is None:
                return None
            units = iter(present)
            return [None if value is None else next(units) for value in batch.aligned(node)]

        return Vector(path.kind, read, full=False, scale=scale)

    def literal(self, value: Fraction | str | bool | None) -> Vector:
        if value is None:
            raise Unsupported("null")
        if isinstance(value, bool | str):
            kind = Kind.BOOLEAN if isinstance(value, bool) else Kind.TEXT
            return Vector(kind, lambda batch, _: [value] * self.size(batch), full=True)
        for scale in range(_MOST_DIGITS + 1):
            units = value * 10**scale
            if units.denominator == 1:
                return self.constant(units.numerator, scale)
        raise Unsupported(str(value))

    def constant(self, units: int, scale: int) -> Vector:
        return Vector(Kind.NUMBER, lambda batch, _: [units] * self.size(batch), full=True, scale=scale)

    def aggregate(self, expr: Aggregate) -> Vector:
        if self.level or expr.function not in {"sum", "count"}:
            raise Unsupported(expr.function)
        array = _array(self.structure, expr.arrays[-1])
        if expr.function == "count":
            if expr.operand != Path(array.path):
                raise Unsupported(expr.function)
            return Vector(Kind.NUMBER, lambda batch, _: list(map(len, batch.values[array.path])), full=True)
        operand = _Compiler(self.structure, array.path).vector(expr.operand)
        if not operand.full:
            raise Unsupported(expr.function)

        def read(batch: Batch, moment: Moment) -> list[Any] | None:
            values = operand.read(batch, moment)
            if values is None:
                return None
            items = iter(values)
            return [sum(islice(items, len(entries))) for entries in batch.values[array.path]]

        return Vector(Kind.NUMBER, read, full=True, scale=operand.scale)


def _mapped(vector: Vector, function: Callable[[Any], Any]) -> Vector:
    def read(batch: Batch, moment: Moment) -> list[Any] | None:
        values = vector.read(batch, moment)
        return None if values is None else [None if value is None else function(value) for value in values]

    return Vector(vector.kind, read, full=vector.full, scale=vector.scale)


def _paired(one: Vector, other: Vector, function: Callable[[Any, Any], Any]) -> Reader:
    full = one.full and other.full

    def read(batch: Batch, moment: Moment) -> list[Any] | None:
        left, right = one.read(batch, moment), other.read(batch, moment)
        if left is None or right is None:
            return None
        if full:
            return list(map(function, left, right))
        return [None if a is None or b is None else function(a, b) for a, b in zip(left, right, strict=True)]

    return read


def _implied(condition: Vector, consequence: Vector) -> Vector:
    def read(batch: Batch, moment: Moment) -> list[Any] | None:
        when, then = condition.read(batch, moment), consequence.read(batch, moment)
        if when is None or then is None:
            return None
        return [b if a else None for a, b in zip(when, then, strict=True)]

    return Vector(Kind.BOOLEAN, read, full=False)


def _among(vector: Vector, wanted: frozenset[Any]) -> Vector:
    if vector.kind is not Kind.TEXT:
        raise Unsupported("in")
    return Vector(Kind.BOOLEAN, _mapped(vector, wanted.__contains__).read, full=vector.full)


def _calculated(sign: str, left: Vector, right: Vector) -> Vector:
    full = left.full and right.full
    if sign == "*":
        return Vector(Kind.NUMBER, _paired(left, right, operator.mul), full=full, scale=left.scale + right.scale)
    scale = max(left.scale, right.scale)
    sides = _rescaled(left, scale), _rescaled(right, scale)
    return Vector(Kind.NUMBER, _paired(*sides, _ARITHMETIC[sign]), full=full, scale=scale)


def _compared(sign: str, left: Vector, right: Vector, digits: int | None) -> Vector:
    if left.kind is not right.kind:
        raise Unsupported(sign)
    full = left.full and right.full
    if left.kind is not Kind.NUMBER:
        return Vector(Kind.BOOLEAN, _paired(left, right, COMPARE[sign]), full=full)
    scale = max(left.scale, right.scale) if digits is None else digits
    return Vector(Kind.BOOLEAN, _paired(_rescaled(left, scale), _rescaled(right, scale), COMPARE[sign]), full=full)


def _rescaled(vector: Vector, scale: int) -> Vector:
    if vector.scale == scale:
        return vector
    factor = 10 ** abs(scale - vector.scale)
    if scale > vector.scale:
        rescaled = _mapped(vector, lambda value: value * factor)
    else:
        rescaled = _mapped(vector, lambda value: _half_up(value, factor))
    return Vector(Kind.NUMBER, rescaled.read, full=vector.full, scale=scale)


def _half_up(value: int, divisor: int) -> int:
    rounded = (2 * abs(value) + divisor) // (2 * divisor)
    return rounded if value >= 0 else -rounded
