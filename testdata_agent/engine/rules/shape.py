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


@dataclass(frozen=True, slots=True)
class Leaf:
    """One path of a schema; `array` is the nearest array around it, "" at the top."""

    kind: Kind
    scale: int
    array: str


Shape = Mapping[str, Leaf]
