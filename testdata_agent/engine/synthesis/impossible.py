"""Bounds and rules that no record can keep to, as the ends of the numbers in them show before one is made."""

from collections.abc import Iterator
from fractions import Fraction

from testdata_agent.engine.rules.rulebook import Rule
from testdata_agent.engine.rules.shape import Kind
from testdata_agent.engine.rules.syntax import COMPARISONS, Aggregate, Binary, Expr, Literal, Path, paths
from testdata_agent.engine.rules.values import half_up
from testdata_agent.engine.schema.model import NUMERIC_TYPES, FieldType
from testdata_agent.engine.synthesis.draft import Draft, Span
from testdata_agent.engine.synthesis.lengths import item_range
from testdata_agent.engine.synthesis.literals import plain
from testdata_agent.engine.synthesis.promises import always_there, span

_NO_ENDS: Span = (None, None)


def refuse(draft: Draft) -> None:
    """Notes a fault for each bound of a derived number and each rule that cannot hold in any record."""
    for path, rule in draft.outline.derived.items():
        _possible(path, draft)
        _refuse_bound(path, rule, draft)
    for rule in draft.outline.book.checking:
        for claim in _parts(rule.claim):
            if _refuse_claim(claim, rule, draft):
                break


def _refuse_bound(path: str, rule: Rule, draft: Draft) -> None:
    spec = draft.limits.fields[path]
    if spec.type not in NUMERIC_TYPES or not _everywhere(path, draft):
        return
    low, high = _rounded(_ends(rule.expr, draft), draft.scale(spec))
    least, most = _own_ends(path, draft)
    if low is not None and most is not None and low > most:
        found, asked = f"at least {_number(low)}", f"at most {_number(most)}"
    elif high is not None and least is not None and high < least:
        found, asked = f"at most {_number(high)}", f"at least {_number(least)}"
    else:
        return
    words = f"by {rule.text!r} {path} is {found} here, and is to be {asked}; widen its bounds or those of its inputs"
    draft.fault(path, "UNSATISFIABLE", words)


def _refuse_claim(claim: Expr, rule: Rule, draft: Draft) -> bool:
    """Whether a part of a rule can hold in no record; the fault is noted."""
    match claim:
        case Binary(operator=sign, left=left, right=right, kind=Kind.NUMBER) if sign in COMPARISONS:
            named = tuple(paths(claim))
            if not named or not all(_everywhere(name, draft) for name in (*named, *rule.arrays)):
                return False
            one, other = (_rounded(_ends(side, draft), claim.digits) for side in (left, right))
            if not _apart(sign, one, other):
                return False
            told = "; ".join(
                text for text in (_told(left, "its left side", one), _told(right, "its right side", other)) if text
            )
            words = f"{rule.text!r} never holds: {told}; widen a bound or change the rule"
            draft.fault(next((name for name in named if draft.touched(name)), named[0]), "UNSATISFIABLE", words)
            return True
    return False


def _parts(claim: Expr) -> Iterator[Expr]:
    if isinstance(claim, Binary) and claim.operator == "and":
        yield from _parts(claim.left)
        yield from _parts(claim.right)
    else:
        yield claim


def _apart(sign: str, one: Span, other: Span) -> bool:
    """Whether no number of one span stands in this relation to one of the other."""
    below, above = _below(one[1], other[0]), _below(other[1], one[0])
    same = one == other and one[0] is not None and one[0] == one[1]
    match sign:
        case "=":
            return below or above
        case "!=":
            return same
        case "<":
            return above or (one[0] is not None and one[0] == other[1])
        case "<=":
            return above
        case ">":
            return below or (one[1] is not None and one[1] == other[0])
        case _:
            return below


def _below(high: Fraction | None, low: Fraction | None) -> bool:
    return high is not None and low is not None and high < low


def _rounded(ends: Span, digits: int | None) -> Span:
    if digits is None:
        return ends
    low, high = (None if end is None else half_up(end, digits) for end in ends)
    return low, high


def _ends(expr: Expr, draft: Draft) -> Span:
    """Between which ends a number lies in every record that keeps to the bounds of the fields in it."""

    def leaf(part: Expr) -> Span | None:
        if isinstance(part, Path):
            return _possible(part.name, draft)
        if isinstance(part, Aggregate) and part.function in {"sum", "count"}:
            return _summed(part, draft)
        return None

    return span(expr, draft, leaf)


def _possible(path: str, draft: Draft) -> Span:
    """The ends of a field: its own, and those of what it is derived of."""
    spec = draft.limits.fields[path]
    if spec.type not in NUMERIC_TYPES:
        return _NO_ENDS
    low, high = _own_ends(path, draft)
    rule = draft.outline.derived.get(path)
    if rule is None or not always_there(path, draft):
        return low, high
    if path not in draft.ends:
        draft.ends[path] = _derived_ends(low, high, rule, draft.scale(spec), draft)
    return draft.ends[path]


def _derived_ends(low: Fraction | None, high: Fraction | None, rule: Rule, scale: int, draft: Draft) -> Span:
    least, most = _rounded(_ends(rule.expr, draft), scale)
    lows, highs = [end for end in (low, least) if end is not None], [end for end in (high, most) if end is not None]
    return max(lows, default=None), min(highs, default=None)


def _own_ends(path: str, draft: Draft) -> Span:
    """The bounds of a field, drawn together by its values and by what a request sets it to."""
    spec, fixed = draft.limits.fields[path], draft.limits.fixed.get(path)
    given = spec.values if fixed is None else fixed if isinstance(fixed, list) else [fixed]
    if given:
        numbers = [Fraction(str(value)) for value in given]
        return min(numbers), max(numbers)
    low, high = (None if end is None else Fraction(str(end)) for end in (spec.min, spec.max))
    return low, high


def _summed(part: Aggregate, draft: Draft) -> Span:
    """The ends of a sum or number of items, by how many there are."""
    whole = isinstance(part.operand, Path) and part.operand.name in part.arrays
    if len(part.arrays) != 1 or (part.function == "count" and not whole):
        return Fraction(0) if part.function == "count" else None, None
    array = part.arrays[0]
    least, most = item_range(draft.limits.fields[array], draft.limits.lengths.get(array))
    if whole:
        return Fraction(least), Fraction(most)
    if not all(_there(name, draft) for name in paths(part.operand) if name.startswith(array + ".")):
        least = 0
    low, high = _ends(part.operand, draft)
    return (
        None if low is None else low * (least if low >= 0 else most),
        None if high is None else high * (most if high >= 0 else least),
    )


def _everywhere(path: str, draft: Draft) -> bool:
    """Whether every record has the field, or an item that has it."""
    names = path.split(".")
    around = [".".join(names[:size]) for size in range(1, len(names) + 1)]
    return all(_there(name, draft) for name in around)


def _there(path: str, draft: Draft) -> bool:
    """Whether what holds a field always has it; an array: and at least one item in it."""
    spec = draft.limits.fields.get(path)
    if spec is None or not spec.required or spec.nullable or "when" in (spec.generate or {}):
        return False
    if spec.type is FieldType.VARIANT:
        return False
    if spec.type is FieldType.ARRAY:
        return item_range(spec, draft.limits.lengths.get(path))[0] > 0
    return path not in draft.outline.derived or always_there(path, draft)


def _told(side: Expr, place: str, ends: Span) -> str:
    if isinstance(side, Literal):
        return ""
    name = side.name if isinstance(side, Path) else place
    words = [
        f"{word} {_number(end)}" for word, end in zip(("at least", "at most"), ends, strict=True) if end is not None
    ]
    return f"{name} is {' and '.join(words)}"


def _number(value: Fraction) -> str:
    return plain(float(value))
