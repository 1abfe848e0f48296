"""Where a field is being made."""

from typing import NamedTuple


class Spot(NamedTuple):
    """Where a field stands.

    Attributes:
        name: Its name in the object that holds it.
        pointer: The JSON Pointer that faults name.
        depth: How many objects, arrays and variants hold it, and one.
        path: Its dotted path as rules write it; None: rules cannot speak of it.
    """

    name: str
    pointer: str
    depth: int = 1
    required: bool = True
    path: str | None = None
