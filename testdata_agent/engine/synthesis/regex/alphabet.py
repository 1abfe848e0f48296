"""The classes of a pattern cut into atoms: characters that no part of the pattern tells apart."""

from bisect import bisect_left
from dataclasses import dataclass

from testdata_agent.engine.synthesis.regex.charsets import NEWLINE, WORD, Ranges
from testdata_agent.engine.synthesis.regex.faults import Budget

#: What stands beside a place between characters, as assertions see it. EDGE is the start or end of the text.
EDGE, WORD_CHAR, NEWLINE_CHAR, OTHER_CHAR = range(4)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Atoms by number, and sets of atoms as bit masks.

    `atoms[i]` are the code points of atom i; `class_masks[c]` the atoms of class c; `kinds` pairs each kind of
    neighbour with its atoms (a single OTHER_CHAR where no assertion looks).
    """

    atoms: tuple[Ranges, ...]
    class_masks: tuple[int, ...]
    kinds: tuple[tuple[int, int], ...]

    def ranges(self, mask: int) -> Ranges:
        """The code points of a set of atoms, sorted and as few ranges as can be."""
        found = sorted(piece for number, atom in enumerate(self.atoms) if mask >> number & 1 for piece in atom)
        merged: list[tuple[int, int]] = []
        for first, last in found:
            if merged and merged[-1][1] + 1 == first:
                merged[-1] = (merged[-1][0], last)
            else:
                merged.append((first, last))
        return tuple(merged)


def alphabet_of(sets: list[Ranges], *, by_kind: bool, budget: Budget) -> Alphabet:
    """The alphabet of the classes `sets`; `by_kind` keeps word characters and newlines in atoms of their own."""
    classes = [*sets, WORD, NEWLINE] if by_kind else sets
    cuts = sorted({edge for ranges in classes for first, last in ranges for edge in (first, last + 1)})
    signatures = [0] * len(cuts)
    for number, ranges in enumerate(classes):
        for first, last in ranges:
            begin, end = bisect_left(cuts, first), bisect_left(cuts, last + 1)
            budget.spend(end - begin)
            for at in range(begin, end):
                signatures[at] |= 1 << number
    pieces: dict[int, list[tuple[int, int]]] = {}
    drawn = (1 << len(sets)) - 1
    for at, signature in enumerate(signatures):
        if signature & drawn:
            pieces.setdefault(signature, []).append((cuts[at], cuts[at + 1] - 1))
    budget.spend(len(pieces) * len(classes) // 8)
    masks = [sum(1 << atom for atom, signature in enumerate(pieces) if signature >> c & 1) for c in range(len(classes))]
    every = (1 << len(pieces)) - 1
    kinds: tuple[tuple[int, int], ...] = ((OTHER_CHAR, every),)
    if by_kind:
        word, newline = masks[-2:]
        split = ((WORD_CHAR, word), (NEWLINE_CHAR, newline), (OTHER_CHAR, every & ~word & ~newline))
        kinds = tuple((kind, mask) for kind, mask in split if mask)
    return Alphabet(tuple(map(tuple, pieces.values())), tuple(masks[: len(sets)]), kinds)
