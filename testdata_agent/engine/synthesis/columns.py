"""Columns: what a plan yields. One column holds the values of one field for a block of rows.

`present` is None where every row has a value, else a bool array. Lengths are rows, or, inside an array,
all items of all rows one after the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Words:
    """A fixed list of texts that many rows pick from; their JSON forms are made once."""

    def __init__(self, texts: Sequence[Any]) -> None:
        """Takes texts, or any JSON scalars, in their order."""
        self.texts = tuple(texts)
        self.fused: dict[tuple[Any, ...], NDArray[np.object_]] = {}

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def json(self) -> NDArray[np.object_]:
        """JSON literals, one a text."""
        return objects([orjson.dumps(text).decode() for text in self.texts])

    @cached_property
    def array(self) -> NDArray[np.object_]:
        """The texts as an object array."""
        return objects(self.texts)


def objects(values: Sequence[Any]) -> NDArray[np.object_]:
    """An object array of `values`, whatever they are."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


@dataclass(slots=True)
class Numbers:
    """Numbers as integers scaled by 10**scale."""

    values: I64
    scale: int = 0
    present: Bools | None = None


@dataclass(slots=True)
class Instants:
    """Epoch seconds, UTC."""

    values: I64
    present: Bools | None = None


@dataclass(slots=True)
class Dates:
    """Days since 1970-01-01."""

    values: I64
    present: Bools | None = None


@dataclass(slots=True)
class Booleans:
    """True or false."""

    values: Bools
    present: Bools | None = None


@dataclass(slots=True)
class Choices:
    """Indices into words. Columns that share one `codes` array are drawn together, and rendered so."""

    codes: I64
    words: Words
    present: Bools | None = None


@dataclass(slots=True)
class Texts:
    """Any texts, one a row."""

    values: list[str]
    present: Bools | None = None


@dataclass(slots=True)
class Formatted:
    """Texts made by one printf-like template; neither template nor arguments need JSON escapes."""

    template: str
    args: tuple[Callable[[], list[Any]], ...]
    present: Bools | None = None

    def values(self) -> list[str]:
        """The texts themselves."""
        return list(map(self.template.__mod__, zip(*(arg() for arg in self.args), strict=True)))


@dataclass(slots=True)
class Objects:
    """Objects by their fields, in order."""

    fields: Mapping[str, "Column"]
    size: int
    present: Bools | None = None


@dataclass(slots=True)
class Arrays:
    """Arrays: the items of row i are `offsets[i]:offsets[i + 1]` of `item`."""

    offsets: I64
    item: "Column"
    present: Bools | None = field(default=None)


Column = Numbers | Instants | Dates | Booleans | Choices | Texts | Formatted | Objects | Arrays
