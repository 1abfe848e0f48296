"""Which points in time come before which, by the names that fields usually have."""

from collections.abc import Collection
from typing import Final

#: A name's end that says no more than that it is a time.
_SUFFIXES: Final = ("_at", "_on", "_date", "_datetime", "_time", "_timestamp", "_ts")

_BEGINNINGS: Final = ("created", "placed", "ordered", "opened", "registered", "submitted")
#: A later point to those that come before it.
EARLIER: Final = {
    **dict.fromkeys(("updated", "modified", "last_updated", "last_modified", "deleted", "cancelled"), _BEGINNINGS),
    **dict.fromkeys(("last_login", "last_seen", "last_active"), ("created", "registered", "joined", "signed_up")),
    "authorized": ("created",),
    "captured": ("authorized", "created"),
    "refunded": ("captured", "authorized", "created"),
    "shipped": ("created", "ordered", "placed"),
    "delivered": ("shipped", "created", "ordered", "placed"),
    "closed": ("opened", "created"),
    "resolved": ("opened", "created"),
    **dict.fromkeys(("completed", "finished", "ended"), ("started", "created")),
    "end": ("start",),
    **dict.fromkeys(("valid_to", "valid_until"), ("valid_from",)),
    "check_out": ("check_in",),
    "arrival": ("departure",),
    **dict.fromkeys(("termination", "terminated"), ("hire", "hired")),
    **dict.fromkeys(("hire", "hired"), ("birth", "date_of_birth", "dob")),
}
#: Points that have passed by the time a record is looked at.
PAST: Final = frozenset(
    {
        *("created", "updated", "modified", "last_updated", "last_modified", "registered", "joined", "signed_up"),
        *("last_login", "last_seen", "last_active", "authorized", "captured", "birth", "date_of_birth", "dob"),
    }
)


def stem(name: str) -> str:
    """A field's name without what only says that it is a time: `updated_at` is `updated`."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix)
    return name


def earlier_than(name: str, siblings: Collection[str]) -> list[str]:
    """Those of the `siblings` that come before the point in time that is called `name`."""
    earlier = EARLIER.get(stem(name), ())
    return [sibling for sibling in siblings if sibling != name and stem(sibling) in earlier]


def is_past(name: str) -> bool:
    """Whether what is called `name` has passed by the time a record is looked at."""
    return stem(name) in PAST
