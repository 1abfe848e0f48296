"""Columns: what a plan yields. One column holds the values of one field for a block of rows.

`present` is None where every row has the field, else a bool array; `nulls`, likewise, says where it is null. Lengths
are rows, or, inside an array, all items of all rows one after the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import orjson
from numpy.typing import NDArray

from testdata_agent.engine.rules.values import DAY_SECONDS
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND

I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: A piece of a text: the same in every row, or one a row.
Part = str | list[str]


class Words:
    """A fixed list of texts that many rows pick from; their forms in each format are made once."""

    def __init__(self, texts: Sequence[Any]) -> None:
        """Takes texts, or any JSON scalars, in their order."""
        self.texts = tuple(texts)
        self.fused: dict[tuple[Any, ...], NDArray[np.object_]] = {}
        self._forms: dict[Callable[[Any], str], NDArray[np.object_]] = {}

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def json(self) -> NDArray[np.object_]:
        """JSON literals, one a text."""
        return objects([orjson.dumps(text).decode() for text in self.texts])

    def written(self, write: Callable[[Any], str]) -> NDArray[np.object_]:
        """What `write` makes of each of them, and at the end, for what is absent, of None."""
        form = self._forms.get(write)
        if form is None:
            form = self._forms[write] = objects([*map(write, self.texts), write(None)])
        return form

    @cached_property
    def array(self) -> NDArray[np.object_]:
        """The texts as an object array."""
        return objects(self.texts)


class Decimals(Words):
    """Numbers written out, which stand in JSON as they are."""

    @cached_property
    def json(self) -> NDArray[np.object_]:
        """The numbers themselves."""
        return self.array

    def written(self, write: Callable[[Any], str]) -> NDArray[np.object_]:
        """The numbers themselves; what is absent as elsewhere."""
        form = self._forms.get(write)
        if form is None:
            form = self._forms[write] = objects([*self.texts, write(None)])
        return form


def objects(values: Sequence[Any]) -> NDArray[np.object_]:
    """An object array of `values`, whatever they are."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


@dataclass(slots=True)
class Numbers:
    """Numbers as integers scaled by 10**scale.

    Attributes:
        drawn: Where all of them come from one table: which line each is, and the table written out.
    """

    values: I64
    scale: int = 0
    present: Bools | None = None
    nulls: Bools | None = None
    drawn: "Choices | None" = None


@dataclass(slots=True)
class Instants:
    """Epoch seconds, UTC.

    Attributes:
        ENDS: The first and last of the years that can be written.
    """

    ENDS: ClassVar = (FIRST_SECOND, LAST_SECOND)
    values: I64
    present: Bools | None = None
    nulls: Bools | None = None


@dataclass(slots=True)
class Dates:
    """Days since 1970-01-01; see Instants."""

    ENDS: ClassVar = (FIRST_SECOND // DAY_SECONDS, LAST_SECOND // DAY_SECONDS)
    values: I64
    present: Bools | None = None
    nulls: Bools | None = None


@dataclass(slots=True)
class Booleans:
    """True or false."""

    values: Bools
    present: Bools | None = None
    nulls: Bools | None = None


@dataclass(slots=True)
class Choices:
    """Indices into words. Columns that share one `codes` array are drawn together, and rendered so."""

    codes: I64
    words: Words
    present: Bools | None = None
    nulls: Bools | None = None


@dataclass(slots=True)
class Texts:
    """Any texts, one a row."""

    values: list[str]
    present: Bools | None = None
    nulls: Bools | None = None


@dataclass(slots=True)
class Formatted:
    """Texts put together from parts.

    Attributes:
        make: Gives the parts; called by whoever needs the texts, since much that is drawn for others is never written.
        size: How many rows.
        safe: Whether no format has to escape any character: letters of ASCII, digits, `-`, `.`, `_`, `@`, `+`, `:`.
    """

    make: Callable[[], Sequence[Part]]
    size: int
    safe: bool = True
    present: Bools | None = None
    nulls: Bools | None = None


Column = Numbers | Instants | Dates | Booleans | Choices | Texts | Formatted


def truths(column: Column) -> Bools:
    """The values of a boolean column."""
    assert isinstance(column, Booleans)
    return column.values
