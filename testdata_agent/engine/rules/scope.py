"""What rules over columns read: a block's columns by path."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.rules.shape import Kind

Bools = NDArray[np.bool_]
Offsets = NDArray[np.int64]


@dataclass(slots=True)
class Vector:
    """Values of one kind.

    Attributes:
        kind: What they are.
        values: NUMBER: integers scaled by 10**scale (int64, or object where 64 bits do not hold them); INSTANT: epoch
            seconds; DATE: epoch days; BOOLEAN: bool; TEXT: object array of str. Of OBJECT and ARRAY only `present`
            counts.
        scale: Decimal digits of numbers.
        present: Where there is a value; None: everywhere.
    """

    kind: Kind
    values: Any
    scale: int = 0
    present: Bools | None = None


class ColumnScope(Protocol):
    """Columns by path."""

    @property
    def rows(self) -> int:
        """Rows of the block."""
        ...

    @property
    def as_of(self) -> int:
        """Epoch seconds of `now`."""
        ...

    def column(self, path: str) -> Vector:
        """Values of a field: one a row or, inside an array, one an item of the block.

        A scope that keeps no presence of its objects and arrays raises KeyError for them: they count as always there.
        """
        ...

    def offsets(self, array_path: str) -> Offsets:
        """Items of position i are `offsets[i]:offsets[i + 1]`.

        Positions are rows or, of a nested array, the items of the array around it.
        """
        ...
