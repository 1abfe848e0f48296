"""What makers hold by construction, so that blocks need not be searched for it."""

from collections.abc import Callable
from fractions import Fraction

from testdata_agent.engine.rules import syntax
from testdata_agent.engine.rules.syntax import Aggregate, Binary, Expr, Function, Implies, Literal, Path
from testdata_agent.engine.rules.values import half_up
from testdata_agent.engine.synthesis.draft import Draft, Span


def kept(claim: Expr, draft: Draft) -> bool:
    """Whether a rule's claim follows from what the makers of a draft promise."""
    if claim in draft.promises:
        return True
    match claim:
        case Implies(consequence=consequence):
            return kept(consequence, draft)
        case Binary(operator="and", left=left, right=right):
            return kept(left, draft) and kept(right, draft)
        case Binary(operator=">=", left=Path(name=name), right=Literal(value=Fraction() as least)):
            low = draft.limits.fields[name].min if name in draft.bounded else None
            return low is not None and Fraction(str(low)) >= least
        case Binary(operator="<=", left=Path(name=name), right=Literal(value=Fraction() as most)):
            high = draft.limits.fields[name].max if name in draft.bounded else None
            return high is not None and Fraction(str(high)) <= most
        case Binary(operator="<=", left=left, right=right):
            return Binary(">=", right, left) in draft.promises
    return False


def within(path: str, draft: Draft) -> bool:
    """Whether a derived number keeps to its field's least and greatest value, whatever is drawn."""
    spec = draft.limits.fields[path]
    least, most = _ends(path, draft)
    low, high = span(draft.outline.derived[path].expr, draft)
    scale = draft.scale(spec)
    return (least is None or (low is not None and half_up(low, scale) >= least)) and (
        most is None or (high is not None and half_up(high, scale) <= most)
    )


def always_there(path: str, draft: Draft) -> bool:
    """Whether a derived field has a value in every record, whatever is drawn.

    What a field is derived of is asked but once, and rules are best asked in the order of their dependencies.
    """
    found = draft.always.get(path)
    if found is None:
        found = draft.always[path] = _always_there(path, draft)
    return found


def _always_there(path: str, draft: Draft) -> bool:
    for node in syntax.nodes(draft.outline.derived[path].expr):
        if isinstance(node, Path) and not (_needed(node, draft) and _is_held(node, path, draft)):
            return False
        if isinstance(node, Binary) and node.operator == "/" and not _above_zero(span(node.right, draft)):
            return False
        if isinstance(node, Aggregate) and node.function in {"min", "max", "avg"}:
            return False
    return True


def span(expr: Expr, draft: Draft, known: Callable[[Expr], Span | None] | None = None) -> Span:
    """Between which ends a number lies, as far as the makers of a draft promise; derived fields are held to theirs.

    `known` says of what parts more is known than that.
    """
    found = None if known is None else known(expr)
    if found is not None:
        return found
    match expr:
        case Path(name=name):
            held = name in draft.bounded or name in draft.outline.derived
            return _ends(name, draft) if held else (None, None)
        case Literal(value=Fraction() as value):
            return value, value
        case Function(name="round", operand=operand, digits=digits):
            low, high = span(operand, draft, known)
            return None if low is None else half_up(low, digits), None if high is None else half_up(high, digits)
        case Aggregate(function="sum" | "count") | Function(name="abs"):
            low, _ = span(expr.operand, draft, known)
            positive = low is not None and low >= 0
            return Fraction(0) if positive or not isinstance(
                expr, Aggregate
            ) or expr.function == "count" else None, None
        case Aggregate(operand=operand):
            return span(operand, draft, known)
        case Binary(operator=sign, left=left, right=right):
            return _joined(sign, span(left, draft, known), span(right, draft, known))
        case _:
            return None, None


def _joined(sign: str, one: Span, other: Span) -> Span:
    if sign in {"+", "-"}:
        low, high = other if sign == "+" else (_minus(other[1]), _minus(other[0]))
        return _plus(one[0], low), _plus(one[1], high)
    if one[0] is None or other[0] is None or one[0] < 0 or other[0] < 0:
        return None, None
    if sign == "*":
        return one[0] * other[0], None if one[1] is None or other[1] is None else one[1] * other[1]
    low = Fraction(0) if not other[1] else one[0] / other[1]
    return low, None if one[1] is None or other[0] == 0 else one[1] / other[0]


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _minus(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def _above_zero(ends: Span) -> bool:
    return ends[0] is not None and ends[0] > 0


def _ends(path: str, draft: Draft) -> Span:
    spec = draft.limits.fields[path]
    least, most = (None if end is None else Fraction(str(end)) for end in (spec.min, spec.max))
    return least, most


def _needed(path: Path, draft: Draft) -> bool:
    """Whether a field is there in every record that has what holds it."""
    spec = draft.limits.fields[path.name]
    always = spec.required and not spec.nullable and "when" not in (spec.generate or {})
    return always and (path.name not in draft.outline.derived or always_there(path.name, draft))


def _is_held(node: Path, path: str, draft: Draft) -> bool:
    """Whether the objects and arrays that a field stands in are there wherever the field at `path` can be."""
    steps = node.name.split(".")
    around = [".".join(steps[:count]) for count in range(1, len(steps))]
    holders = [draft.limits.fields[name] for name in around if not path.startswith(name + ".")]
    return all(spec.required and not spec.nullable for spec in holders)
