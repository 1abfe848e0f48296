"""When something happened is known only once it has: `closed_at` beside a status that says `closed`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testdata_agent.engine.schema.model import TEXT_TYPES, TIME_TYPES
from testdata_agent.engine.semantics.reading import Reading

#: A path, and how its field is made instead.
Change = tuple[str, dict[str, Any]]
_AFTER_SENDING: Final = (
    "shipped",
    "in_transit",
    "in transit",
    "out_for_delivery",
    "delivered",
    "returned",
    "exception",
)
#: By the word that a point in time is called by: the statuses in which it has come.
_STATUSES: Final[Mapping[str, Sequence[str]]] = {
    "closed": ("closed", "resolved", "done", "merged", "cancelled"),
    "resolved": ("resolved", "closed", "done"),
    "resolution": ("resolved", "closed", "done"),
    "completed": ("completed", "complete", "done", "finished", "closed", "succeeded", "passed"),
    "completion": ("completed", "complete", "done", "finished", "closed"),
    "finished": ("completed", "done", "finished", "succeeded", "failed", "cancelled"),
    "cancelled": ("cancelled", "canceled"),
    "canceled": ("cancelled", "canceled"),
    "cancellation": ("cancelled", "canceled"),
    "returned": ("returned", "refunded", "received"),
    "received": ("received", "refunded", "completed", "delivered"),
    "redeemed": ("redeemed",),
    "published": ("published", "archived"),
    "paid": ("paid", "completed", "settled", "refunded"),
    "payment": ("paid", "completed", "settled", "refunded"),
    "refunded": ("refunded",),
    "settled": ("settled", "paid", "approved", "completed"),
    "approved": ("approved", "paid", "settled", "completed"),
    "approval": ("approved", "paid", "settled", "completed"),
    "rejected": ("rejected", "denied", "declined"),
    "shipped": _AFTER_SENDING,
    "dispatched": _AFTER_SENDING,
    "delivered": ("delivered", "returned"),
    "merged": ("merged",),
    "terminated": ("terminated",),
    "termination": ("terminated",),
    "archived": ("archived",),
    "deleted": ("deleted",),
}


#: Words of points in time that are planned, or come again.
_NOT_YET: Final = frozenset({"due", "next", "expected", "estimated", "scheduled", "planned", "target", "last", "until"})


def narrowed(reading: Reading, readings: Sequence[Reading], hints: Mapping[str, Mapping[str, Any]]) -> Change | None:
    """The path of the status beside a point in time that is always there, and its values that have such a point.

    None: the status is not the meaning's to choose, or all of its values will do, or none.
    """
    spec = reading.leaf.spec
    if spec.type not in TIME_TYPES or reading.leaf.element or spec.nullable or not spec.required:
        return None
    beside = _status(readings)
    if beside is None or not beside.free or hints.get(beside.path, {}).get("kind") != "choice":
        return None
    hint = hints[beside.path]
    weights = hint.get("weights") or [1] * len(hint["values"])
    kept = [pair for pair in zip(hint["values"], weights, strict=True) if str(pair[0]).lower() in _wanted(reading)]
    if not kept or len(kept) == len(weights):
        return None
    values, shares = zip(*kept, strict=True)
    return beside.path, {**hint, "values": list(values), "weights": list(shares)}


def _wanted(reading: Reading) -> Sequence[str]:
    """The statuses in which the point in time has come."""
    if not _NOT_YET.isdisjoint(reading.leaf.words):
        return ()
    return next((_STATUSES[word] for word in reading.leaf.words if word in _STATUSES), ())


def _status(readings: Sequence[Reading]) -> Reading | None:
    """The one status that is always there."""
    beside = [r for r in readings if r.leaf.words[-1] in {"status", "state"} and r.leaf.spec.type in TEXT_TYPES]
    if len(beside) != 1 or not beside[0].leaf.spec.required or beside[0].leaf.spec.nullable:
        return None
    return beside[0]


def condition(reading: Reading, readings: Sequence[Reading], hints: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The condition of the rule language under which a point in time is there; None: always.

    It is about the one status beside the field, and only where the schema lets the field be absent or null.
    """
    spec = reading.leaf.spec
    if spec.type not in TIME_TYPES or reading.leaf.element or not (spec.nullable or not spec.required):
        return None
    wanted, beside = _wanted(reading), _status(readings)
    if not wanted or beside is None:
        return None
    listed = beside.leaf.spec.values or hints.get(beside.path, {}).get("values") or ()
    known = [value for value in listed if isinstance(value, str) and value.lower() in wanted and '"' not in value]
    if not known or len(known) == len(listed):
        return None
    listed = ", ".join(f'"{value}"' for value in known)
    return f"{beside.path} in [{listed}]"
