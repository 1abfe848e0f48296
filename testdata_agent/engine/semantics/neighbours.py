"""What a field has of those beside it: later than, a share of, the sum of, the time between."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from testdata_agent.engine.schema.model import NUMERIC_TYPES, TIME_TYPES, FieldType
from testdata_agent.engine.semantics.reading import Reading

#: Where a span of time begins and ends, the usual first.
_STARTS: Final = ("start_date", "departure_time", "check_in", "created_at", "hire_date")
_ENDS: Final = ("end_date", "arrival_time", "check_out", "termination_date", "deleted_at")

Siblings = Mapping[str, Sequence[Reading]]
#: A hint and the name of the field beside it that it follows.
Related = tuple[dict[str, Any], str]


def by_meaning(readings: Iterable[Reading]) -> Siblings:
    """Fields of one object by what they mean."""
    found: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.meaning is not None and not reading.leaf.element:
            found.setdefault(reading.meaning.name, []).append(reading)
    return found


def related(reading: Reading, siblings: Siblings) -> Related | None:
    """The hint by which a field follows one beside it; None: it stands alone."""
    assert reading.meaning is not None
    for relation in reading.meaning.relations:
        make = _MAKERS.get(relation["relation"])
        found = make(reading, relation, siblings) if make is not None else None
        if found is not None:
            return found
    return None


def _pick(reading: Reading, wanted: Iterable[str], siblings: Siblings, types: frozenset[FieldType]) -> Reading | None:
    """The first field of these meanings, rather one with the same word before its name."""
    for name in wanted:
        found = [r for r in siblings.get(name, ()) if r is not reading and r.leaf.spec.type in types]
        if found:
            return next((r for r in found if r.prefix == reading.prefix), found[0])
    return None


def _after(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    base = _pick(reading, relation["of"], siblings, TIME_TYPES)
    if base is None or reading.leaf.spec.type not in TIME_TYPES:
        return None
    span = _span_beside(reading, siblings)
    if span is not None and base.meaning is not None and base.meaning.name in _STARTS and relation.get("open"):
        unit = _unit(span)
        if reading.leaf.spec.type is FieldType.DATETIME or unit % 86_400 == 0:
            return {"kind": "plus", "of": base.path, "span": span.path, "unit": unit}, base.path
    instants = relation.get("instants") if reading.leaf.spec.type is FieldType.DATETIME else None
    hint = {
        "kind": "later",
        "of": base.path,
        "hours": instants or relation["hours"],
        "open": bool(relation.get("open")),
    }
    return hint | {key: relation[key] for key in ("least_days",) if key in relation}, base.path


def _span_beside(reading: Reading, siblings: Siblings) -> Reading | None:
    if reading.meaning is None or reading.meaning.name not in _ENDS:
        return None
    spans = [r for found in siblings.values() for r in found if _is_span(r)]
    return spans[0] if len(spans) == 1 else None


def _is_span(reading: Reading) -> bool:
    relations = reading.meaning.relations if reading.meaning is not None else ()
    return (
        reading.free
        and reading.leaf.spec.type in NUMERIC_TYPES
        and any(relation["relation"] == "elapsed" for relation in relations)
    )


def _unit(reading: Reading) -> int:
    assert reading.meaning is not None
    return int(next(r["unit"] for r in reading.meaning.relations if r["relation"] == "elapsed"))


def _elapsed(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """The time between two points; where the end itself is made of the span, the span stands alone."""
    start = _pick(reading, _STARTS, siblings, TIME_TYPES)
    end = _pick(reading, _ENDS, siblings, TIME_TYPES)
    if start is None or end is None or end.free:
        return None
    return {"kind": "elapsed", "of": start.path, "to": end.path, "unit": relation["unit"]}, start.path


def _share(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    base = _pick(reading, relation["of"], siblings, NUMERIC_TYPES)
    if base is None:
        return None
    hint = {"kind": "share", "of": base.path, "percent": relation["percent"], "step": relation.get("step", 1)}
    return hint, base.path


def _above(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    base = _pick(reading, relation["of"], siblings, NUMERIC_TYPES)
    return None if base is None else ({"kind": "above", "of": base.path, "add": relation["add"]}, base.path)


def _build(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """A weight that goes with the height beside it, or the index that both give."""
    height = _pick(reading, ["body_height"], siblings, NUMERIC_TYPES)
    weight = _pick(reading, ["body_weight"], siblings, NUMERIC_TYPES)
    if height is None or (relation["gives"] == "bmi" and weight is None):
        return None
    if weight is None or relation["gives"] == "weight":
        return {"kind": "weight", "of": height.path, "quantiles": relation["curve"]}, height.path
    return {"kind": "bmi", "of": height.path, "weight": weight.path}, weight.path


def _same_year(reading: Reading, _relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """The year of the day beside it that has the same word before its name."""
    days = [r for found in siblings.values() for r in found if r.leaf.spec.type in TIME_TYPES]
    named = reading.leaf.words[:-1]
    base = next((r for r in days if named and r.leaf.words[: len(named)] == named), None)
    return None if base is None else ({"kind": "year_of", "of": base.path}, base.path)


_MAKERS: Final[Mapping[str, Callable[[Reading, Mapping[str, Any], Siblings], Related | None]]] = {
    "after": _after,
    "elapsed": _elapsed,
    "share": _share,
    "above": _above,
    "build": _build,
    "same_year": _same_year,
}


def implied_rule(reading: Reading, siblings: Siblings) -> str | None:
    """The rule that a total beside its parts keeps: `total = subtotal + tax`; None: the parts do not stand there."""
    assert reading.meaning is not None
    for relation in reading.meaning.relations:
        if relation["relation"] == "sum":
            return _sum(reading, relation, siblings)
        if relation["relation"] == "product":
            factors = [_pick(reading, [name], siblings, NUMERIC_TYPES) for name in relation["of"]]
            if all(factor is not None and _always(factor) for factor in factors):
                return f"{reading.path} = " + " * ".join(factor.path for factor in factors if factor is not None)
    return None


def _sum(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> str | None:
    plus = [_pick(reading, _names(name), siblings, NUMERIC_TYPES) for name in relation["plus"]]
    minus = [_pick(reading, [name], siblings, NUMERIC_TYPES) for name in relation["minus"]]
    terms = [r for r in (*plus, *minus) if r is not None]
    # Without its first part (the sum before tax) a total is no sum of what stands beside it.
    if plus[0] is None or len(terms) < 2 or not all(map(_always, terms)):
        return None
    words = " + ".join(r.path for r in plus if r is not None)
    return f"{reading.path} = {words}" + "".join(f" - {r.path}" for r in minus if r is not None)


def _names(entry: str | Sequence[str]) -> Sequence[str]:
    """A part of a sum: a meaning, or several of which the first that is there counts."""
    return [entry] if isinstance(entry, str) else entry


def _always(reading: Reading) -> bool:
    return reading.leaf.spec.required and not reading.leaf.spec.nullable
