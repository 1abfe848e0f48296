"""What a field has of those beside it: later than, a share of, the sum of, the time between."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.model import NUMERIC_TYPES, TEXT_TYPES, TIME_TYPES, FieldType
from testdata_agent.engine.semantics.reading import Reading
from testdata_agent.engine.semantics.siblings import Siblings, always

#: Where a span of time begins and ends, the usual first.
_STARTS: Final = (
    "start_date",
    "departure_time",
    "check_in",
    "leave_start",
    "ride_start",
    "entry_time",
    "created_at",
    "hire_date",
)
_ENDS: Final = (
    "end_date",
    "arrival_time",
    "check_out",
    "ride_end",
    "exit_time",
    "run_end",
    "termination_date",
    "deleted_at",
)

#: Points at which a record that holds others began.
_BEGUN: Final = ("published_at", "created_at", "start_date")
#: A hint and the name of the field beside it that it follows.
Related = tuple[dict[str, Any], str]


def related(reading: Reading, siblings: Siblings) -> Related | None:
    """The hint by which a field follows one beside it; None: it stands alone."""
    assert reading.meaning is not None
    for relation in reading.meaning.relations:
        make = _MAKERS.get(relation["relation"])
        found = make(reading, relation, siblings) if make is not None else None
        if found is not None:
            return found
    return None


def _after(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    base = siblings.pick(reading, relation["of"], TIME_TYPES)
    if base is None or reading.leaf.spec.type not in TIME_TYPES:
        return None
    span = _span_beside(reading, siblings)
    brief = span is not None and _unit(span) < DAY_SECONDS
    if (
        span is not None
        and base.meaning is not None
        and base.meaning.name in _STARTS
        and (relation.get("open") or brief)
    ):
        unit = _unit(span)
        if reading.leaf.spec.type is FieldType.DATETIME or unit % DAY_SECONDS == 0:
            return {"kind": "plus", "of": base.path, "span": span.path, "unit": unit}, base.path
    by_class = relation.get("by", {})
    instants = next((by_class[name] for name in by_class if name in reading.classes), None)
    if instants is None and reading.leaf.spec.type is FieldType.DATETIME:
        instants = relation.get("instants")
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
    spans = [r for found in siblings.found.values() for r in found if _is_span(r)]
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
    start = siblings.pick(reading, _STARTS, TIME_TYPES)
    end = siblings.pick(reading, _ENDS, TIME_TYPES)
    if start is None or end is None or end.free:
        return None
    return {"kind": "elapsed", "of": start.path, "to": end.path, "unit": relation["unit"]}, start.path


def _share(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    shares = {"kind": "share", "percent": relation["percent"], "step": relation.get("step", 1)}
    for name in relation["of"]:
        base = siblings.pick(reading, [name], NUMERIC_TYPES)
        if base is not None:
            return shares | {"of": base.path}, base.path
        if name == "lines" and siblings.lines is not None:
            return shares | {"sum": siblings.lines}, siblings.lines
    return None


def _named(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """An address of the house whose name stands beside it."""
    base = siblings.pick(reading, relation["of"], TEXT_TYPES)
    return None if base is None else ({"kind": "called", "of": base.path, "form": relation["form"]}, base.path)


def _country_of(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """The code of a bank of the country that an account's number begins with."""
    base = siblings.pick(reading, relation["of"], TEXT_TYPES)
    return None if base is None or not base.free else ({"kind": "bank_of", "of": base.path}, base.path)


def _among(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """Of several points at which something begins, each after that which comes before it by its name."""
    assert reading.meaning is not None
    if reading.leaf.spec.type not in TIME_TYPES:
        return None
    alike = [r for r in siblings.of(reading.meaning.name) if r.leaf.spec.type in TIME_TYPES]
    ordered = sorted(alike, key=lambda r: _place(r, relation["order"]))
    at = ordered.index(reading)
    if not at:
        around = [r for name in _BEGUN for r in siblings.outer.get(name, ()) if r.leaf.spec.type in TIME_TYPES]
        if not around or not always(around[0]):
            return None
        later = {"kind": "later", "of": around[0].path, "hours": relation["hours"], "open": False, "around": True}
        return later, around[0].path
    return {"kind": "later", "of": ordered[at - 1].path, "hours": relation["hours"], "open": False}, ordered[
        at - 1
    ].path


def _months(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """So many months after the point beside it as the term beside it says."""
    base = siblings.pick(reading, relation["of"], TIME_TYPES)
    term = siblings.pick(reading, relation["term"], NUMERIC_TYPES)
    if base is None or term is None or reading.leaf.spec.type not in TIME_TYPES or not always(term):
        return None
    return {"kind": "months", "of": base.path, "span": term.path}, base.path


def _joined(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """The texts of several fields in one."""
    found = [siblings.pick(reading, [name], TEXT_TYPES) for name in relation["of"]]
    paths = [part.path for part in found if part is not None and always(part)]
    if len(paths) < len(found):
        return None
    return {"kind": "joined", "of": paths[0], "parts": paths, "between": relation["between"]}, paths[0]


def _place(reading: Reading, order: Any) -> int:
    name = "_".join(reading.leaf.words[len(reading.prefix) :])
    return order.index(name) if name in order else len(order)


def _above(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    base = siblings.pick(reading, relation["of"], NUMERIC_TYPES)
    return None if base is None else ({"kind": "above", "of": base.path, "add": relation["add"]}, base.path)


def _build(reading: Reading, relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """A weight that goes with the height beside it, or the index that both give."""
    height = siblings.pick(reading, ["body_height"], NUMERIC_TYPES)
    weight = siblings.pick(reading, ["body_weight"], NUMERIC_TYPES)
    if height is None or (relation["gives"] == "bmi" and weight is None):
        return None
    if weight is None or relation["gives"] == "weight":
        return {"kind": "weight", "of": height.path, "quantiles": relation["curve"]}, height.path
    return {"kind": "bmi", "of": height.path, "weight": weight.path}, weight.path


def _same_year(reading: Reading, _relation: Mapping[str, Any], siblings: Siblings) -> Related | None:
    """The year of the day beside it that has the same word before its name."""
    days = [r for found in siblings.found.values() for r in found if r.leaf.spec.type in TIME_TYPES]
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
    "named": _named,
    "country_of": _country_of,
    "among": _among,
    "joined": _joined,
    "months": _months,
}
