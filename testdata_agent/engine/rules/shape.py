"""What rules need to know of a schema: the kind of each path, and the array it stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an expression's value is."""

    NUMBER = "number"
    INSTANT = "date-time"
    DATE = "date"
    TEXT = "text"
    BOOLEAN = "true or false"
    OBJECT = "object"
    ARRAY = "array"
    #: Of no stated type: only `exists` can be asked of it.
    ANY = "value of any type"


#: Kinds that are points in time.
TIMES = frozenset({Kind.INSTANT, Kind.DATE})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One path of a schema.

    Attributes:
        kind: What stands there.
        scale: Decimal digits of a number.
        array: Path of the nearest array around it, "" where none is.
    """

    kind: Kind
    scale: int = 0
    array: str = ""


#: Dotted path to leaf; objects and arrays have their own entries, an array's path is a prefix of its items' fields.
Shape = Mapping[str, Leaf]


def arrays_around(shape: Shape, path: str) -> tuple[str, ...]:
    """The arrays that a path stands in, the outermost first."""
    found: list[str] = []
    array = shape[path].array
    while array and array not in found:
        found.append(array)
        array = shape[array].array if array in shape else ""
    return tuple(reversed(found))
