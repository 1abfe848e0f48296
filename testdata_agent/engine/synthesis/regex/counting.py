"""How many strings of each length there are, from each state."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis.regex import charsets, faults
from testdata_agent.engine.synthesis.regex.alphabet import Alphabet
from testdata_agent.engine.synthesis.regex.charsets import Ranges
from testdata_agent.engine.synthesis.regex.dfa import Dfa
from testdata_agent.engine.synthesis.regex.faults import Budget, RegexFault

#: Counts saturate here; below it they are exact.
COUNT_CAP = 2**62

#: No string is longer than this.
MAX_LENGTH = 10_000

#: Cells of the table of counts, and edges looked at to fill it.
MAX_CELLS = 4_000_000

#: How far above the shortest length the longest one is, where nothing asks for more.
LENGTH_WINDOW = 24

#: Whole sums below this fit 64 bits with room for the rounding of the float beside them.
_SAFE_SUM = 2.0**63


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths asked for: `least` to `most`, inclusive; `most` None leaves the upper one open."""

    least: int
    most: int | None

    def __str__(self) -> str:
        """As it stands in a message."""
        if self.most is None:
            return f"at least {self.least}"
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Counts:
    """The strings of an automaton with lengths `shortest` to `longest`.

    `table[n, state]` is the number of strings of length n from a state to a match, saturated at COUNT_CAP;
    `edges[state]` are (code points, next state).
    """

    shortest: int
    longest: int
    table: NDArray[np.uint64]
    edges: tuple[tuple[tuple[Ranges, int], ...], ...]

    @property
    def space(self) -> int:
        """The number of strings of all the lengths, at most COUNT_CAP."""
        return min(sum(self.of_length(length) for length in range(self.shortest, self.longest + 1)), COUNT_CAP)

    def of_length(self, length: int) -> int:
        """The number of strings of one length."""
        return int(self.table[length, 0])


def count_strings(dfa: Dfa, alphabet: Alphabet, lengths: Lengths, wanted: int, budget: Budget) -> Counts:
    """Counts for the shortest possible length and some above it, more where fewer than `wanted` strings were found.

    Raises RegexFault NO_MATCH where no string has such a length, TOO_LARGE where counting would cost too much.
    """
    shortest = _shortest(dfa, lengths, budget)
    top = MAX_LENGTH if lengths.most is None else min(lengths.most, MAX_LENGTH)
    # An open upper end is a matter of taste, so uniqueness may stretch it; a given one is a licence to do so.
    window = LENGTH_WINDOW
    while True:
        longest = min(shortest + window, top)
        counts = _counted(dfa, alphabet, shortest, longest, budget)
        if counts.space >= wanted or longest == top or window >= LENGTH_WINDOW * 16:
            return counts
        window *= 4


def _shortest(dfa: Dfa, lengths: Lengths, budget: Budget) -> int:
    """The first length from `lengths.least` on that some string has."""
    if lengths.least > MAX_LENGTH:
        raise RegexFault(faults.TOO_LARGE, f"strings longer than {MAX_LENGTH} characters are not made from a pattern")
    top = MAX_LENGTH if lengths.most is None else min(lengths.most, MAX_LENGTH)
    layer = {0}
    for length in range(top + 1):
        if length >= lengths.least and any(dfa.accepts(state) for state in layer):
            return length
        # Past the last length asked for, every further step of a path to a match finds a state not seen before.
        if not layer or length > lengths.least + len(dfa):
            break
        following: set[int] = set()
        for state in layer:
            edges = dfa.edges(state)
            budget.spend(len(edges) + 1)
            following.update(number for _, number in edges)
        layer = following
    raise RegexFault(faults.NO_MATCH, _nothing(lengths))


def _nothing(lengths: Lengths) -> str:
    if lengths.least == 0 and lengths.most is None:
        return "the pattern matches no string"
    return f"the pattern matches no string of length {lengths}"


def _counted(dfa: Dfa, alphabet: Alphabet, shortest: int, longest: int, budget: Budget) -> Counts:
    reached = _within(dfa, longest, budget)
    masks = functools.cache(alphabet.ranges)
    edges = tuple(
        tuple((masks(mask), number) for mask, number in dfa.edges(state) if number < reached)
        for state in range(reached)
    )
    return Counts(shortest, longest, _table(dfa, edges, longest), edges)


def _within(dfa: Dfa, steps: int, budget: Budget) -> int:
    """Unfolds every state within so many steps; states are numbered as they are met, so these are the first ones."""
    unfolded = 0
    for _ in range(steps + 1):
        known = len(dfa)
        if unfolded == known:
            break
        for state in range(unfolded, known):
            budget.spend(len(dfa.edges(state)))
        unfolded = known
    return unfolded


def _table(dfa: Dfa, edges: tuple[tuple[tuple[Ranges, int], ...], ...], longest: int) -> NDArray[np.uint64]:
    flat = [(state, charsets.size(ranges), number) for state, out in enumerate(edges) for ranges, number in out]
    if (longest + 1) * max(len(edges), len(flat)) > MAX_CELLS:
        raise RegexFault(faults.TOO_LARGE, "the pattern has too many ways to match at this length")
    table = np.zeros((longest + 1, len(edges)), dtype=np.uint64)
    table[0] = [dfa.accepts(state) for state in range(len(edges))]
    if not flat:
        return table
    sources, sizes, targets = (np.array(column) for column in zip(*flat, strict=True))
    weights = sizes.astype(np.uint64)
    first_edges = np.flatnonzero(np.diff(sources, prepend=-1))
    rows = sources[first_edges]
    cap = np.uint64(COUNT_CAP)
    for length in range(1, longest + 1):
        following = table[length - 1][targets]
        sums = np.add.reduceat(following * weights, first_edges)
        # Integers wrap in silence; the float sum tells where they may have.
        large = np.add.reduceat(following.astype(np.float64) * weights.astype(np.float64), first_edges) >= _SAFE_SUM
        table[length, rows] = np.where(large, cap, np.minimum(sums, cap))
    return table
