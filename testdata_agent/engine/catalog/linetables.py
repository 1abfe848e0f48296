"""Tables of things whose parts belong together: jobs, cars, airports, countries and others.

The first line of a file names its columns; `weight` says how often a line is drawn, a cell `2..5` is a range.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LineTable:
    """One table.

    Attributes:
        columns: Texts by the name of their column, one a line.
        weights: How often each line is drawn.
    """

    columns: Mapping[str, tuple[str, ...]]
    weights: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.weights)


@cache
def line_table(name: str) -> LineTable:
    """The table of this name."""
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "tables" / f"{name}.psv"
    heading, *lines = (line.split("|") for line in file.read_text(encoding="utf-8").splitlines())
    columns = dict(zip(heading, zip(*lines, strict=True), strict=True))
    weights = np.array(list(map(int, columns.pop("weight"))), dtype=np.int64)
    return LineTable(columns, weights)
