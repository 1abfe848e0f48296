"""Rules over single records: compiled once to nested functions, exact."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import Kind, Shape
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Exists, Expr, Implies, Literal, Negated, Path

#: Reads a value out of (record, item); None: absent, null or not applicable.
Reader = Callable[[Mapping[str, Any], Any], Any]
#: True, False, or None where the rule does not apply.
Check = Callable[[Mapping[str, Any]], bool | None]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def compile_check(rule: Rule, shape: Shape, *, as_of: int) -> Check:
    """A function that says of a record whether the rule holds."""
    compiler = _Compiler(shape, rule.level, as_of)
    expr = rule.expr
    if rule.derives is not None:
        expr = Binary("=", Path(rule.derives), expr)
    read = compiler.read(expr)
    if not rule.level:
        return lambda record: read(record, record)
    array = rule.level.split(".")

    def check(record: Mapping[str, Any]) -> bool | None:
        verdict = None
        for item in _items(record, array):
            one = read(record, item)
            if one is False:
                return False
            verdict = one if one is not None else verdict
        return verdict

    return check


def explain_failure(rule: Rule, record: Mapping[str, Any], shape: Shape, *, as_of: int) -> str:
    """Why a record breaks the rule, with the values: `total: 120.50 is not subtotal + tax (119.50)`."""
    if rule.derives is None:
        parts = [f"{name} is {_lookup(record, name)!r}" for name in sorted(rule.inputs)]
        return f"{rule.text}: " + ", ".join(parts)
    if rule.level:
        return f"{rule.derives}: does not follow from {rule.text!r} in every item"
    value = _Compiler(shape, "", as_of).read(rule.expr)(record, record)
    scale = shape[rule.derives].scale
    words = _decimal(value, scale) if isinstance(value, Fraction) else str(value)
    right = rule.text.partition("=")[2].strip()
    return f"{rule.derives}: {_lookup(record, rule.derives)} is not {right} ({words})"


def _decimal(value: Fraction, scale: int) -> str:
    scaled = _half_up(value * 10**scale)
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled)).rjust(scale + 1, "0")
    return sign + (f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits)


def _lookup(record: Mapping[str, Any], path: str) -> Any:
    values = _spread(record, path.split("."))
    return values[0] if len(values) == 1 else values


def _spread(value: Any, parts: Sequence[str]) -> list[Any]:
    if not parts:
        return [value]
    if isinstance(value, list):
        return [found for entry in value for found in _spread(entry, parts)]
    return _spread(value.get(parts[0]), parts[1:]) if isinstance(value, Mapping) else [None]


def _items(record: Mapping[str, Any], array: Sequence[str]) -> list[Any]:
    value: Any = record
    for part in array:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def number(value: Any) -> Fraction | None:
    """A JSON number as the decimal that its text shows; None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Fraction(value)
    try:
        return Fraction(repr(value)) if isinstance(value, float) else Fraction(str(value))
    except ValueError:
        return None


def moment(value: Any, kind: Kind) -> int | None:
    """Epoch seconds of an RFC 3339 text or a date; None for what is neither."""
    if not isinstance(value, str):
        return None
    try:
        if kind is Kind.DATE:
            return (date.fromisoformat(value) - date(1970, 1, 1)).days * 86_400
        return int((datetime.fromisoformat(value) - _EPOCH).total_seconds())
    except (ValueError, TypeError):
        return None


def _half_up(value: Fraction) -> int:
    doubled = int((abs(value) * 2 + 1) // 2)
    return doubled if value >= 0 else -doubled


class _Compiler:
    def __init__(self, shape: Shape, level: str, as_of: int) -> None:
        self.shape, self.level, self.as_of = shape, level, as_of

    def read(self, expr: Expr) -> Reader:
        match expr:
            case Path(name):
                return self.path(name)
            case Literal(value):
                return lambda record, item: value
            case syntax.Moment(day_only):
                now = self.as_of // 86_400 * 86_400 if day_only else self.as_of
                return lambda record, item: now
            case Exists(Path(name)):
                raw = self.raw(name)
                return lambda record, item: raw(record, item) is not None
            case Negated(operand):
                inner = self.read(operand)
                return lambda record, item: None if (value := inner(record, item)) is None else not value
            case Implies(condition, consequence):
                when, then = self.read(condition), self.read(consequence)
                return lambda record, item: then(record, item) if when(record, item) else None
            case Aggregate():
                return self.aggregate(expr)
            case Binary("and" | "or" as operator, left, right):
                return _joined(operator, self.read(left), self.read(right))
            case Binary("in", left, syntax.Items(values)):
                one = self.read(left)
                wanted = frozenset(item.value for item in values)
                return lambda record, item: None if (value := one(record, item)) is None else value in wanted
            case Binary(_, _, syntax.Duration()):
                return self.shifted(expr)
            case Binary(operator, left, right) if operator in _COMPARE:
                return self.compared(operator, left, right)
            case Binary():
                return _arithmetic(expr.operator, self.read(expr.left), self.read(expr.right))
        raise TypeError(f"no value: {expr}")

    def raw(self, name: str) -> Reader:
        """The JSON value at a path, from the item where the path runs through the rule's own array."""
        inside = self.level and name.startswith(self.level + ".")
        parts = (name[len(self.level) + 1 :] if inside else name).split(".")
        if len(parts) == 1:
            key = parts[0]
            if inside:
                return lambda record, item: item.get(key) if isinstance(item, Mapping) else None
            return lambda record, item: record.get(key)

        def read(record: Mapping[str, Any], item: Any) -> Any:
            value = item if inside else record
            for part in parts:
                value = value.get(part) if isinstance(value, Mapping) else None
            return value

        return read

    def path(self, name: str) -> Reader:
        raw, leaf = self.raw(name), self.shape[name]
        if leaf.kind is Kind.NUMBER:
            return lambda record, item: number(raw(record, item))
        if leaf.kind in {Kind.INSTANT, Kind.DATE}:
            return lambda record, item: moment(raw(record, item), leaf.kind)
        return raw

    def compared(self, operator: str, left: Expr, right: Expr) -> Reader:
        one, other, compare = self.read(left), self.read(right), _COMPARE[operator]
        scale = self.scale(left)
        if operator in {"=", "!="} and scale is not None:
            unit = 10**scale

            def scaled(record: Mapping[str, Any], item: Any) -> bool | None:
                a, b = one(record, item), other(record, item)
                return None if a is None or b is None else compare(a * unit, _half_up(Fraction(b) * unit))

            return scaled

        def plain(record: Mapping[str, Any], item: Any) -> bool | None:
            a, b = one(record, item), other(record, item)
            return None if a is None or b is None else compare(a, b)

        return plain

    def scale(self, expr: Expr) -> int | None:
        if isinstance(expr, Path) and self.shape[expr.name].kind is Kind.NUMBER:
            return self.shape[expr.name].scale
        return None

    def shifted(self, expr: Binary) -> Reader:
        inner, span = self.read(expr.left), expr.right
        assert isinstance(span, syntax.Duration)
        sign = 1 if expr.operator == "+" else -1

        def read(record: Mapping[str, Any], item: Any) -> int | None:
            value = inner(record, item)
            if value is None:
                return None
            if span.months:
                value = _months_later(value, sign * span.months)
            return int(value) + sign * span.seconds

        return read

    def aggregate(self, expr: Aggregate) -> Reader:
        first = next(syntax.paths(expr.operand))
        array = first if self.shape[first].kind is Kind.ARRAY else self.shape[first].array
        parts, function = array.split("."), expr.function
        if function == "count":
            return lambda record, item: Fraction(len(_items(record, parts)))
        inner = _Compiler(self.shape, array, self.as_of).read(expr.operand)

        def read(record: Mapping[str, Any], _item: Any) -> Fraction | None:
            values: list[Any] = [inner(record, entry) for entry in _items(record, parts)]
            if any(value is None for value in values):
                return None
            if function == "sum":
                return sum(values, Fraction(0))
            if not values:
                return None
            if function == "avg":
                return sum(values, Fraction(0)) / len(values)
            picked: Fraction = min(values) if function == "min" else max(values)
            return picked

        return read


def _joined(operator: str, one: Reader, other: Reader) -> Reader:
    def read(record: Mapping[str, Any], item: Any) -> bool | None:
        a, b = one(record, item), other(record, item)
        if a is None or b is None:
            return None
        return bool(a and b) if operator == "and" else bool(a or b)

    return read


def _arithmetic(operator: str, one: Reader, other: Reader) -> Reader:
    def read(record: Mapping[str, Any], item: Any) -> Any:
        a, b = one(record, item), other(record, item)
        if a is None or b is None or (operator == "/" and b == 0):
            return None
        if operator == "+":
            return a + b
        if operator == "-":
            return a - b
        return a * b if operator == "*" else a / b

    return read


def _months_later(seconds: int, months: int) -> int:
    start = _EPOCH + timedelta(seconds=seconds)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    following = datetime(year + (month + 1) // 12, (month + 1) % 12 + 1, 1, tzinfo=UTC)
    last = (following - timedelta(days=1)).day
    moved = start.replace(year=year, month=month + 1, day=min(start.day, last))
    return int((moved - _EPOCH).total_seconds())
