"""When something happened is known only once it has: `closed_at` beside a status that says `closed`."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testdata_agent.engine.schema.model import TEXT_TYPES, TIME_TYPES
from testdata_agent.engine.semantics.reading import Reading

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


def condition(reading: Reading, readings: Sequence[Reading], hints: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The condition of the rule language under which a point in time is there; None: always.

    It is about the one status beside the field, and only where the schema lets the field be absent or null.
    """
    spec = reading.leaf.spec
    if spec.type not in TIME_TYPES or reading.leaf.element or not (spec.nullable or not spec.required):
        return None
    wanted = next((_STATUSES[word] for word in reading.leaf.words if word in _STATUSES), ())
    beside = [r for r in readings if r.leaf.words[-1] in {"status", "state"} and r.leaf.spec.type in TEXT_TYPES]
    if not wanted or len(beside) != 1 or not beside[0].leaf.spec.required or beside[0].leaf.spec.nullable:
        return None
    listed = beside[0].leaf.spec.values or hints.get(beside[0].path, {}).get("values") or ()
    known = [value for value in listed if isinstance(value, str) and value.lower() in wanted and '"' not in value]
    if not known or len(known) == len(listed):
        return None
    return f"{beside[0].path} in [{', '.join(f'{chr(34)}{value}{chr(34)}' for value in known)}]"
