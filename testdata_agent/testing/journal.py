"""What a test asked for, kept for the report of its failure."""

import reprlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: A test that makes more calls is told by its last ones.
KEPT_CALLS: Final = 25

_SHORT: Final = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlevel = 3


@dataclass(slots=True)
class Call:
    """One call, in words.

    Attributes:
        words: As it stands in the test, long values shortened.
        first_row: `_index` of its first record; None: it did not come so far.
        notes: Of how the records were made.
    """

    words: str
    count: int = 1
    first_row: int | None = None
    notes: list[str] = field(default_factory=list)

    def place(self, first_row: Any, count: Any) -> None:
        """Says which rows it is of, where it asks for such."""
        if isinstance(first_row, int) and isinstance(count, int) and count > 0:
            self.first_row, self.count = first_row, count

    def lines(self) -> list[str]:
        """As a report has it."""
        rows = "" if self.first_row is None else _rows(self.first_row, self.count)
        return [f"{self.words}{rows}", *(f"    {note}" for note in self.notes)]


class Journal:
    """The calls of one fixture, those of its forks among them."""

    def __init__(self) -> None:
        self.made = 0
        self._calls: deque[Call] = deque(maxlen=KEPT_CALLS)

    def call(self, name: str, method: str, entity: str, count: int | None, said: Mapping[str, Any]) -> Call:
        """Notes a call: `name.method(entity, count, **said)`."""
        values = [_SHORT.repr(entity)] if entity else []
        values += [_SHORT.repr(count)] if count is not None else []
        values += [_keyword(key, value) for key, value in said.items()]
        call = Call(f"{name}.{method}({', '.join(values)})")
        self._calls.append(call)
        self.made += 1
        return call

    def lines(self) -> list[str]:
        """The calls, in order."""
        left_out = self.made - len(self._calls)
        head = [f"({left_out} calls before)"] if left_out else []
        return [*head, *(line for call in self._calls for line in call.lines())]


def _keyword(key: str, value: Any) -> str:
    shown = _SHORT.repr(value)
    return f"{key}={shown}" if key.isidentifier() else f"**{{{key!r}: {shown}}}"


def _rows(first: int, count: int) -> str:
    return f"  # row {first}" if count == 1 else f"  # rows {first} to {first + count - 1}"
