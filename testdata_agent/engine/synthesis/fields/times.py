"""Makers of dates and instants."""

from typing import Any

from testdata_agent.engine.rules.syntax import Path
from testdata_agent.engine.schema.model import Field, FieldType
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found
from testdata_agent.engine.synthesis.generators import times
from testdata_agent.engine.synthesis.scales import spans, time_bounds
from testdata_agent.engine.synthesis.tables import Quantiles

_DEFAULT_SPAN = Quantiles.of([(0, 3600), (40, 90 * 86_400), (100, 730 * 86_400)])
_BIRTH_SPAN = Quantiles.of([(0, 18 * 31_557_600), (60, 45 * 31_557_600), (100, 90 * 31_557_600)])
_LATER = Quantiles.of([(0, 60), (50, 86_400), (100, 60 * 86_400)])


def ago(draft: Draft, _path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """Before as_of, along the hint's curve or, by another field's value, its curves."""
    by, table = hint.get("by"), hint["days"]
    days = spec.type is FieldType.DATE
    if by is not None and by not in draft.limits.fixed:
        tables = {text: spans(knots, "days") for text, knots in table.items()}
        return times.ago(tables, by, *time_bounds(spec), days=days), (by,), VALUE
    knots = table[draft.limits.fixed[by]] if by is not None else table
    return times.ago(spans(knots, "days"), None, *time_bounds(spec), days=days), (), VALUE


def after(draft: Draft, path: str, spec: Field, _level: str, hint: dict[str, Any]) -> Found:
    """After another field, along the hint's curve."""
    maker = times.after(hint["of"], spans(hint["hours"], "hours"), *time_bounds(spec), days=spec.type is FieldType.DATE)
    draft.promise_order(hint["of"], path)
    return maker, (hint["of"],), VALUE


def plain(draft: Draft, path: str, spec: Field) -> Found:
    """After the field that a rule puts before this one, else some time before as_of."""
    days = spec.type is FieldType.DATE
    base = _ordered_after(draft, path)
    if base is not None:
        draft.promise_order(base, path)
        return times.after(base, _LATER, *time_bounds(spec), days=days), (base,), VALUE
    birth = "birth" in spec.name or spec.name == "dob"
    return times.ago(_BIRTH_SPAN if birth else _DEFAULT_SPAN, None, *time_bounds(spec), days=days), (), VALUE


def _ordered_after(draft: Draft, path: str) -> str | None:
    """The time field that a rule says comes before this one (`updated_at >= created_at`)."""
    for rule in draft.outline.book.checking:
        expr = getattr(rule.expr, "consequence", rule.expr)
        left, right, operator = (getattr(expr, name, None) for name in ("left", "right", "operator"))
        if operator in {">=", ">"} and left == Path(path) and isinstance(right, Path):
            return right.name
        if operator in {"<=", "<"} and right == Path(path) and isinstance(left, Path):
            return left.name
    return None
