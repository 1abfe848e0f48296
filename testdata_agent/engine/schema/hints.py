"""`generate`: how a field says that it wants to be made. What each kind takes is docs/architecture.md, "Generators"."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType

_PARTS: Final = {
    "person": frozenset({"first_name", "last_name", "email", "username"}),
    "place": frozenset({"street", "city", "region", "postcode", "country", "area_code", "phone"}),
    "article": frozenset({"sku", "name", "price", "category", "brand", "quantity", "description"}),
    "review": frozenset({"title", "body"}),
}
_NUMERIC_PARTS: Final = frozenset({"price", "quantity"})


def hint_fault(field: Field) -> str | None:
    """What is wrong with a field's `generate`; None: nothing."""
    hint = field.generate
    if hint is None:
        return None
    kind = hint.get("kind")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if kind is not None and check is None:
        return f"generate: there is no kind {str(kind)[:60]!r}; the kinds are {', '.join(_CHECKS)}"
    fault = check(field, hint) if check is not None else None
    if fault is None and "otherwise" in hint:
        fault = _otherwise_fault(field, hint["otherwise"])
    if fault is None and "when" in hint and not isinstance(hint["when"], str):
        fault = "`when` is a condition of the rule language"
    if fault is None and field.type is FieldType.ARRAY and "quantiles" in hint:
        fault = knots_fault(hint["quantiles"])
    if (
        fault is None
        and "same_as" in hint
        and not (isinstance(hint["same_as"], str) and _is_percent(hint.get("percent")))
    ):
        fault = "`same_as` names an object, and `percent` says how often it is copied, 0 to 100"
    return None if fault is None else f"generate: {fault}"


def _otherwise_fault(field: Field, hint: Any) -> str | None:
    if not isinstance(hint, Mapping) or "otherwise" in hint:
        return "`otherwise` is a hint of its own"
    return hint_fault(field.model_copy(update={"generate": hint}))


def knots_fault(knots: Any) -> str | None:
    """What is wrong with the knots of a curve; None: nothing."""
    pairs = isinstance(knots, list | tuple) and all(isinstance(knot, list | tuple) and len(knot) == 2 for knot in knots)
    if pairs and len(knots) >= 2:
        try:
            percents = [Decimal(str(percent)) for percent, _ in knots]
            values = [Decimal(str(value)) for _, value in knots]
        except InvalidOperation:
            percents, values = [], []
        rising = percents == sorted(percents) and values == sorted(values) and len(set(percents)) == len(percents)
        if percents and rising and percents[0] == 0 and percents[-1] == 100 and abs(values[-1]) <= 10**9:
            return None
    return "a curve is pairs of percent and value, the percents rising from 0 to 100 and the values not falling"


def _is_percent(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100


def _choice(field: Field, hint: Mapping[str, Any]) -> str | None:
    listed = hint.get("values", hint.get("money", field.values))
    if not isinstance(listed, list | tuple) or not listed:
        return "a choice is among the field's values"
    if field.type in NUMERIC_TYPES and any(isinstance(v, bool) or not isinstance(v, int | float) for v in listed):
        return "the values of a number are numbers"
    rows = [] if hint.get("weights") is None else [hint["weights"]]
    if "by" in hint:
        tables = hint.get("weights_by")
        if not isinstance(hint["by"], str) or not isinstance(tables, Mapping) or not tables:
            return "`weights_by` holds weights for each value of the field that `by` names"
        rows += tables.values()
    return None if all(_are_weights(row, len(listed)) for row in rows) else "weights are whole numbers, one a value"


def _are_weights(weights: Any, size: int) -> bool:
    whole = isinstance(weights, list | tuple) and all(isinstance(w, int) and 0 <= w <= 10**6 for w in weights)
    return whole and len(weights) == size and any(weights)


def _boolean(field: Field, hint: Mapping[str, Any]) -> str | None:
    if field.type is not FieldType.BOOLEAN or not _is_percent(hint.get("percent")):
        return "it is for booleans, and `percent` says how many are true, 0 to 100"
    return None


def _first_true(field: Field, _hint: Mapping[str, Any]) -> str | None:
    return None if field.type is FieldType.BOOLEAN else "it is for booleans"


def _shaped(field: Field, hint: Mapping[str, Any]) -> str | None:
    return (
        "it is for numbers"
        if field.type not in NUMERIC_TYPES
        else knots_fault(hint.get("money", hint.get("quantiles")))
    )


def _tax(field: Field, hint: Mapping[str, Any]) -> str | None:
    return (
        None if field.type in NUMERIC_TYPES and isinstance(hint.get("of"), str) else "it is for numbers: `of` a field"
    )


def _ago(field: Field, hint: Mapping[str, Any]) -> str | None:
    return _curves(hint, "days") if field.type in TIME_TYPES else "it is for dates and instants"


def _after(field: Field, hint: Mapping[str, Any]) -> str | None:
    of = hint.get("of")
    named = isinstance(of, str) or (isinstance(of, list) and of and all(isinstance(name, str) for name in of))
    if field.type not in TIME_TYPES or not named:
        return "it is for dates and instants: `of` another one, or a list of them"
    return _curves(hint, "hours")


def _referred(_field: Field, hint: Mapping[str, Any]) -> str | None:
    reference, _, target = str(hint.get("of", "")).partition(".")
    return (
        None if reference and target else "`of` names a reference and a field of its target, as `order_id.total` does"
    )


def _in_turn(field: Field, _hint: Mapping[str, Any]) -> str | None:
    return None if field.reference is not None else "it is for a field with a `reference`"


def _curves(hint: Mapping[str, Any], key: str) -> str | None:
    """What is wrong with the curve under `key`, or with the curves for the values of the field that `by` names."""
    curves = hint.get(key)
    if hint.get("by") is None:
        return knots_fault(curves)
    if not isinstance(curves, Mapping) or not curves:
        return f"`{key}` holds a curve for each value of the field that `by` names"
    return next((fault for fault in map(knots_fault, curves.values()) if fault is not None), None)


def _part(field: Field, hint: Mapping[str, Any]) -> str | None:
    parts, part = _PARTS[hint["kind"]], hint.get("part")
    if part not in parts:
        return f"`part` is one of {', '.join(sorted(parts))}"
    if (part in _NUMERIC_PARTS) != (field.type in NUMERIC_TYPES):
        return f"{part} is {'a number' if part in _NUMERIC_PARTS else 'text'}, the field is {field.type}"
    return None


def _digits(_field: Field, hint: Mapping[str, Any]) -> str | None:
    length = hint.get("length")
    return None if isinstance(length, int) and 1 <= length <= 9 else "`length` is 1 to 9 digits"


_CHECKS: Final[Mapping[str, Callable[[Field, Mapping[str, Any]], str | None]]] = {
    "choice": _choice,
    "boolean": _boolean,
    "first_true": _first_true,
    "shaped": _shaped,
    "tax": _tax,
    "ago": _ago,
    "after": _after,
    "person": _part,
    "place": _part,
    "article": _part,
    "review": _part,
    "digits": _digits,
    "referred": _referred,
    "in_turn": _in_turn,
}
