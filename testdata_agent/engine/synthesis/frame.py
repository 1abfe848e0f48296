"""A frame: one block of rows while a plan fills it, and the nodes that fill it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Column
from testdata_agent.engine.synthesis.hashing import U64

#: The level of a record's own fields; fields inside an array live at the level named by the array's path.
ROOT = ""
#: After the path of an object or array, its hidden boolean columns: where it is there, and where it is null.
PRESENT, NULL = "#present", "#null"
#: After the path of a variant, its hidden column: which of its forms each position takes.
FORM = "#form"
#: After the path of an array: its items, as bearers of hidden columns.
ITEM = "[]"
#: Most items of one array.
MAX_ITEMS = 10_000
#: Items of one array that have unique values of their own, at most: their numbers are row * this + child.
CHILD_SPACE = 100


@dataclass(slots=True)
class Level:
    """Where values stand: the rows of a block, or all items of an array over the block.

    Attributes:
        rows: Row number that each position belongs to.
        children: Position within its array; None at the root.
        owners: Index of the position's row within the block; None at the root.
        offsets: Items of the block's row i are `offsets[i]:offsets[i + 1]`; None at the root.
        attempts: Which attempt at its row each position belongs to; None: the first, everywhere.
        hashes: One array a slot, one entry a position.
        parent: The level whose positions bear the arrays; None at the root.
        places: Positions within the row, told apart over all arrays on the way; None at the root.
    """

    rows: I64
    children: I64 | None = None
    owners: I64 | None = None
    offsets: I64 | None = None
    attempts: U64 | None = None
    hashes: Sequence[U64] = ()
    parent: "Level | None" = None
    places: I64 | None = None

    def numbers(self) -> I64:
        """A number for each position that no other has, as long as no array holds more than CHILD_SPACE items."""
        if self.children is None or self.parent is None:
            return self.rows
        if self.parent.children is None:
            return self.rows * CHILD_SPACE + self.children
        return self.parent.numbers()[self.owners] * CHILD_SPACE + self.children

    @property
    def size(self) -> int:
        """How many positions."""
        return len(self.rows)


@dataclass(slots=True)
class Frame:
    """One block of rows under construction."""

    as_of: int
    seed: int
    levels: dict[str, Level] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)


#: Makes a column out of the frame and the node's own hashes (one array a purpose).
Maker = Callable[[Frame, Level, Sequence[U64]], Column]


@dataclass(frozen=True, slots=True)
class Node:
    """One column of a plan.

    Attributes:
        path: Field that it makes; hidden ones, which no record shows, hold a `#`.
        level: Where it stands.
        needs: Columns that must be there before.
        purposes: Names of the hashes it draws; each is part of a value's address.
        make: Fills it.
    """

    path: str
    level: str
    needs: tuple[str, ...]
    purposes: tuple[str, ...]
    make: Maker


class LevelKeys:
    """The hash keys of all nodes of one level, so that one pass makes all hashes of a block."""

    def __init__(self, entity: str, nodes: Sequence[Node]) -> None:
        """Takes the nodes of one level."""
        names: list[int] = []
        self.slots: dict[str, slice] = {}
        for node in nodes:
            self.slots[node.path] = slice(len(names), len(names) + len(node.purposes))
            names += [hashing.name_key(entity, node.path, purpose) for purpose in node.purposes]
        self._names: U64 = np.array(names, dtype=np.uint64)
        self._seeded: tuple[int, U64] | None = None

    def root(self, frame: Frame, rows: I64, attempts: U64 | None) -> Level:
        """The level of the records themselves."""
        return Level(rows, None, None, None, attempts, self._hashes(frame, rows, None, attempts))

    def inside(self, frame: Frame, parent: Level, lengths: I64) -> Level:
        """The level of the items of arrays of these lengths, one array a position of `parent`."""
        children, owners, offsets = child_positions(lengths)
        rows = parent.rows[owners]
        attempts = None if parent.attempts is None else parent.attempts[owners]
        # In the fifth level of arrays the numbers go round modulo 2**64, as hashes may.
        places = children if parent.places is None else parent.places[owners] * MAX_ITEMS + children
        hashes = self._hashes(frame, rows, places, attempts)
        return Level(rows, children, owners, offsets, attempts, hashes, parent, places)

    def _hashes(self, frame: Frame, rows: I64, children: I64 | None, attempts: U64 | None) -> list[U64]:
        if not len(self._names):
            return []
        # One seed serves many blocks. The pair is read and set as one, so threads may share it.
        seeded = self._seeded
        if seeded is None or seeded[0] != frame.seed:
            seeded = self._seeded = (frame.seed, hashing.seeded_keys(frame.seed, self._names))
        return list(hashing.draws(seeded[1], hashing.counters(rows, children, attempts)))


def child_positions(lengths: NDArray[np.int64]) -> tuple[I64, I64, I64]:
    """(children, owners, offsets) of arrays of these lengths."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    lengths.cumsum(out=offsets[1:])
    owners = np.arange(len(lengths)).repeat(lengths)
    return np.arange(len(owners)) - offsets[owners], owners, offsets
