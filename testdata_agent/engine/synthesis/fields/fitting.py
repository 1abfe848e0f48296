"""Whether a field's bounds, values and hint fit the schema that it stands in: what cannot be told from it alone."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from testdata_agent.engine.rules.parser import RuleSyntaxError
from testdata_agent.engine.rules.rulebook import parse_condition
from testdata_agent.engine.rules.shape import TIMES, Kind
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, Field, FieldType
from testdata_agent.engine.synthesis.draft import Draft
from testdata_agent.engine.synthesis.fields.contradictions import disagreements
from testdata_agent.engine.synthesis.fields.times import latest
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.literals import plain
from testdata_agent.engine.synthesis.scales import scaled_bounds, time_bounds

#: Greatest scaled integer of a literal, so that sums of them stay in 64 bits.
_MAX_SCALED = 2**60

#: Keys of a hint that name another field, with the kinds that it may have.
_NAMED: Mapping[str, Mapping[str, AbstractSet[Kind]]] = {
    "of": {"tax": {Kind.NUMBER}, "after": TIMES},
    "by": {"ago": {Kind.TEXT}, "after": {Kind.TEXT}, "choice": {Kind.TEXT}},
    "zero_unless": {"shaped": {Kind.BOOLEAN}},
}


def fits(draft: Draft, path: str, spec: Field, level: str) -> bool:
    """Whether the leaf can be made; where not, the draft has the fault."""
    before = len(draft.faults)
    if spec.type in NUMERIC_TYPES:
        _numbers(draft, path, spec)
    elif spec.type in TIME_TYPES:
        _times(draft, path, spec)
    for reason, words in disagreements(draft, path, spec):
        draft.fault(path, reason, words)
    if spec.reference is not None:
        _reference(draft, path, spec.reference)
    _hint(draft, path, spec.generate or {}, level)
    if spec.unique and path in draft.limits.fixed:
        value = draft.limits.fixed[path]
        draft.spaces[path] = len(set(value)) if isinstance(value, list) else 1
    return len(draft.faults) == before


def _numbers(draft: Draft, path: str, spec: Field) -> None:
    scale = draft.scale(spec)
    low, high = scaled_bounds(spec, scale)
    digits = "a whole number" if scale == 0 else f"a number of {scale} decimal digits"
    if low is not None and high is not None and low > high:
        words = f"there is no {digits.removeprefix('a ')} from {plain(spec.min)} to {plain(spec.max)}"
        draft.fault(path, "CONTRADICTION", words)
    for end, beyond in ((spec.min, low == _MAX_SCALED), (spec.max, high == -_MAX_SCALED)):
        if beyond:
            words = f"{plain(end)} is too large for {digits}: numbers have at most 15 digits"
            draft.fault(path, "UNSATISFIABLE", words)
    given = draft.limits.fixed.get(path, [])
    for value in [*(given if isinstance(given, list) else [given]), *(spec.values or ())]:
        exact = Decimal(str(value)) * 10**scale
        if exact != exact.to_integral_value():
            draft.fault(path, "OVERRIDE_OUT_OF_BOUNDS", f"{path} is {digits}, not {value}")
        elif abs(exact) > _MAX_SCALED:
            draft.fault(path, "OVERRIDE_OUT_OF_BOUNDS", f"{value} is too large for {digits}")


def _times(draft: Draft, path: str, spec: Field) -> None:
    low, high = time_bounds(spec)
    given, limit = draft.limits.fixed.get(path), latest(draft, path)
    earliest = given if isinstance(given, int) else low
    if low is not None and high is not None and low > high:
        draft.fault(path, "CONTRADICTION", f"no {path} is both from {spec.min} on and up to {spec.max}")
    elif earliest is not None and limit is not None and earliest > limit[0]:
        words = f"{limit[1]} comes after {path}, and what is asked of it is earlier"
        draft.fault(path, "CONTRADICTION", words)


def _reference(draft: Draft, path: str, reference: str) -> None:
    entity, _, target = reference.partition(".")
    referred = draft.resources.fields_of(entity)
    if referred is None:
        draft.fault(path, "UNKNOWN_ENTITY", f"reference {reference[:60]!r}: there is no entity {entity[:60]!r}")
        return
    spec = referred.get(target)
    inside = any(target.startswith(f"{name}.") for name, other in referred.items() if other.type is FieldType.ARRAY)
    if spec is None or inside or spec.type in {FieldType.OBJECT, FieldType.ARRAY}:
        leaves = [name for name, other in referred.items() if "." not in name and other.fields is None]
        words = f"reference {reference[:60]!r}: {entity} has the fields {', '.join(leaves)}"
        draft.fault(path, "UNKNOWN_FIELD", words)


def _hint(draft: Draft, path: str, hint: Any, level: str) -> None:
    kind, shape = hint.get("kind"), draft.outline.shape
    for key, kinds in _NAMED.items():
        wanted, given = kinds.get(kind), hint.get(key)
        if wanted is None or given is None:
            continue
        for name in given if isinstance(given, list) else [given]:
            if not _names(draft, path, name, wanted, level):
                known = " or ".join(sorted(wanted))
                words = f"generate: {key!r} names a {known} beside the field, not {str(name)[:60]!r}"
                draft.fault(path, "INVALID_SCHEMA", words)
    if kind in {"ago", "after"} and hint.get("by") in shape:
        curves = hint["days" if kind == "ago" else "hours"]
        lacking = [value for value in draft.limits.fields[hint["by"]].values or ("any text",) if value not in curves]
        if lacking:
            draft.fault(path, "INVALID_SCHEMA", f"generate: there is no curve for {', '.join(map(str, lacking))[:200]}")
    place = hint.get("place", "") if kind == "tax" else ""
    if place and (place not in shape or shape[place].kind is not Kind.OBJECT):
        draft.fault(path, "INVALID_SCHEMA", f"generate: 'place' names an object, not {str(place)[:60]!r}")
    if kind == "first_true" and level == ROOT:
        draft.fault(path, "INVALID_SCHEMA", "generate: first_true is for the items of an array")
    if kind == "review":
        rating = draft.limits.fields.get("rating")
        if level != ROOT or rating is None or rating.type is not FieldType.INTEGER:
            draft.fault(path, "INVALID_SCHEMA", "generate: a review needs a whole number 'rating' beside it")
        elif rating.min is None or rating.max is None or rating.min < 1 or rating.max > 5:  # type: ignore[operator]
            draft.fault(path, "INVALID_SCHEMA", "generate: a review needs a 'rating' of min 1 and max 5")
    if "when" in hint:
        try:
            parse_condition(hint["when"], shape)
        except RuleSyntaxError as error:
            draft.fault(path, "INVALID_SCHEMA", f"generate: when: {error}")


def _names(draft: Draft, path: str, name: str, wanted: AbstractSet[Kind], level: str) -> bool:
    """Whether a hint's name is a field of these kinds beside the field at `path`, or one of a row referred to."""
    first, _, target = name.partition(".")
    reference = draft.outline.fields.get(first)
    if target and reference is not None and reference.reference is not None:
        other = (draft.resources.fields_of(reference.reference.partition(".")[0]) or {}).get(target)
        if level != ROOT or other is None:
            return False
        return (
            Kind.TEXT in wanted if other.type is FieldType.ENUM else other.type in TIME_TYPES and bool(wanted & TIMES)
        )
    leaf = draft.outline.shape.get(name)
    return leaf is not None and leaf.kind in wanted and leaf.array == level and name != path
