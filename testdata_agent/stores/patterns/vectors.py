"""Vectors in numbered slots, multiplied with another one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Vectors are held as whole numbers of this many to a length of one. Sums of their products stay below 2^24, which
#: float32 holds exactly in whatever order they are added: all machines give the same.
GRID: Final = 4000
#: How many of the first dimensions, those of the largest variance, are looked at by themselves.
HEAD: Final = 64
_BLOCK_SLOTS: Final = 1024

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]


def on_grid(vector: Floats) -> Floats:
    """A vector of length one, as it is multiplied."""
    return np.asarray(np.rint(vector * np.float32(GRID)), np.float32)


class Vectors:
    """Grows by blocks, so that no growth copies what is there."""

    def __init__(self, dimensions: int) -> None:
        self._widths = (min(HEAD, dimensions), max(0, dimensions - HEAD))
        self._heads: list[Floats] = []
        self._tails: list[Floats] = []
        self._slots = 0

    def __len__(self) -> int:
        return self._slots

    def grow(self) -> int:
        """Adds a slot with a vector of zeros; gives its number."""
        if self._slots == len(self._heads) * _BLOCK_SLOTS:
            # Not touched yet, so it takes no memory yet.
            self._heads.append(np.zeros((_BLOCK_SLOTS, self._widths[0]), np.float32))
            self._tails.append(np.zeros((_BLOCK_SLOTS, self._widths[1]), np.float32))
        self._slots += 1
        return self._slots - 1

    def set(self, slot: int, vector: Floats) -> None:
        """Puts a vector of length one, or of zeros, in a slot."""
        block, row = divmod(slot, _BLOCK_SLOTS)
        placed = on_grid(vector)
        self._heads[block][row], self._tails[block][row] = placed[: self._widths[0]], placed[self._widths[0] :]

    def by_heads(self, asked: Floats) -> Floats:
        """The part of each slot's product, times GRID squared, that the first dimensions make."""
        return self._products(self._heads, asked[: self._widths[0]])

    def by_tails(self, asked: Floats, slots: Slots | None) -> Floats:
        """The part that the others make; of these slots, in ascending order, or of all."""
        rest = asked[self._widths[0] :]
        if slots is None:
            return self._products(self._tails, rest)
        made = np.empty(len(slots), np.float32)
        ends = np.searchsorted(slots, np.arange(1, len(self._tails) + 1) * _BLOCK_SLOTS).tolist()
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            if start < end:
                np.dot(self._tails[number][slots[start:end] - number * _BLOCK_SLOTS], rest, out=made[start:end])
        return made

    def _products(self, blocks: list[Floats], asked: Floats) -> Floats:
        made = np.empty(self._slots, np.float32)
        for number, block in enumerate(blocks):
            part = made[number * _BLOCK_SLOTS : (number + 1) * _BLOCK_SLOTS]
            np.dot(block[: len(part)], asked, out=part)
        return made
