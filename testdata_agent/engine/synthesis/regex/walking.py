"""Walks from the start of an automaton to a match, by hash or by index."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis.hashing import U64, again, mix_one
from testdata_agent.engine.synthesis.regex.charsets import ALPHANUMERIC, Ranges
from testdata_agent.engine.synthesis.regex.counting import Counts

#: A length counts as if it had at most this many strings: small families come evenly, large ones by length.
_LENGTH_WEIGHT = 256

#: Out of a choice of this many characters or more, letters and digits come this many times as often.
_WIDE_CHOICE, _ALPHANUMERIC_WEIGHT = 40, 8

#: Below this many strings a walk in plain Python beats one in numpy.
_FEW = 24

#: Steps kept ready; beyond it they are made again.
_MAX_STEPS = 20_000

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 2**64 - 1


@dataclass(slots=True)
class _Step:
    """The ways on from one state with so many characters to go: ranges of characters, each with its next state.

    `limits` cut the 64-bit hashes into the ways; `capacities` are the numbers of strings through each way.
    """

    firsts: list[int]
    sizes: list[int]
    states: list[int]
    limits: list[int]
    capacities: list[int]
    _arrays: tuple[NDArray[np.uint32], U64, NDArray[np.int64], U64] | None = None

    @property
    def as_arrays(self) -> tuple[NDArray[np.uint32], U64, NDArray[np.int64], U64]:
        """(firsts, sizes, states, limits); few strings do without, and making them costs more than the rest."""
        if self._arrays is None:
            self._arrays = (
                np.array(self.firsts, dtype=np.uint32),
                np.array(self.sizes, dtype=np.uint64),
                np.array(self.states, dtype=np.int64),
                np.array(self.limits, dtype=np.uint64),
            )
        return self._arrays


class Walker:
    """Strings of counted automata. The n-th character takes the hashes 2n+1 and 2n+2 out of the given one."""

    def __init__(self, counts: Counts) -> None:
        """Steps are made when first walked."""
        self._counts = counts
        self._ranges = [[(_split(ranges), state) for ranges, state in out] for out in counts.edges]
        self._steps: dict[tuple[int, int], _Step] = {}
        every = range(counts.shortest, counts.longest + 1)
        self._lengths = [length for length in every if counts.of_length(length)]
        self._capacities = [counts.of_length(length) for length in self._lengths]
        self._length_limits = _limits([min(count, _LENGTH_WEIGHT) for count in self._capacities])

    def sample(self, hashes: U64) -> list[str]:
        """One string for each hash."""
        if len(hashes) <= _FEW:
            return [self._one(int(value)) for value in hashes]
        chosen = np.searchsorted(np.array(self._length_limits, dtype=np.uint64), again(hashes, 0), side="right")
        texts = np.empty(len(hashes), dtype=object)
        for number in np.unique(chosen):
            rows = np.flatnonzero(chosen == number)
            texts[rows] = self._of_length(hashes[rows], self._lengths[int(number)])
        found: list[str] = texts.tolist()
        return found

    def unrank(self, index: int, space: int) -> str:
        """The string of an index in [0, space), where `space` is at most the number of strings."""
        token = mix_one(index + _GOLDEN)
        number, index, span = _part(index, space, self._capacities)
        to_go = self._lengths[number]
        state = 0
        codes: list[int] = []
        # The indexes of a span share what was chosen so far; once one alone is left, any way to a match is its own.
        while to_go and span > 1:
            step = self._step(state, to_go)
            number, index, span = _part(index, span, step.capacities)
            code, index, span = _char(index, span, step.sizes[number])
            codes.append(step.firsts[number] + code)
            state, to_go = step.states[number], to_go - 1
        return "".join(map(chr, codes)) + self._walk(token, state, to_go)

    def _one(self, value: int) -> str:
        number = bisect_right(self._length_limits, _again(value, 0))
        return self._walk(value, 0, self._lengths[number])

    def _walk(self, value: int, state: int, length: int) -> str:
        codes: list[str] = []
        for at in range(length):
            step = self._step(state, length - at)
            number = bisect_right(step.limits, _again(value, 2 * at + 1)) if step.limits else 0
            code, size = step.firsts[number], step.sizes[number]
            if size > 1:
                code += (_again(value, 2 * at + 2) >> 32) * size >> 32
            codes.append(chr(code))
            state = step.states[number]
        return "".join(codes)

    def _of_length(self, hashes: U64, length: int) -> list[str]:
        codes = np.empty((len(hashes), length), dtype=np.uint32)
        states = np.zeros(len(hashes), dtype=np.int64)
        for at in range(length):
            ways, picks = again(hashes, 2 * at + 1), again(hashes, 2 * at + 2) >> np.uint64(32)
            present = np.unique(states)
            following = np.empty_like(states)
            for state in present:
                rows = slice(None) if len(present) == 1 else np.flatnonzero(states == state)
                firsts, sizes, nexts, limits = self._step(int(state), length - at).as_arrays
                numbers = np.searchsorted(limits, ways[rows], side="right")
                offsets = (picks[rows] * sizes[numbers]) >> np.uint64(32)
                codes[rows, at] = firsts[numbers] + offsets.astype(np.uint32)
                following[rows] = nexts[numbers]
            states = following
        if length == 0 or not codes.all():
            # Numpy's text drops NULs at the end.
            return ["".join(map(chr, row)) for row in codes.tolist()]
        found: list[str] = codes.view(f"<U{length}").ravel().tolist()
        return found

    def _step(self, state: int, to_go: int) -> _Step:
        step = self._steps.get((state, to_go))
        if step is None:
            if len(self._steps) >= _MAX_STEPS:
                self._steps.clear()
            step = self._steps[state, to_go] = self._make(state, to_go)
        return step

    def _make(self, state: int, to_go: int) -> _Step:
        after = self._counts.table[to_go - 1]
        ways = [
            (first, last - first + 1, number, int(after[number]), boost)
            for pieces, number in self._ranges[state]
            if after[number]
            for first, last, boost in pieces
        ]
        firsts, sizes, states = ([way[part] for way in ways] for part in range(3))
        limits = _limits([size * count * boost for _, size, _, count, boost in ways])
        return _Step(firsts, sizes, states, limits, [size * count for _, size, _, count, _ in ways])


def _again(value: int, salt: int) -> int:
    """`hashing.again` of one Python integer."""
    return mix_one(value + (salt * _GOLDEN & _MASK))


def _limits(weights: list[int]) -> list[int]:
    """The upper ends, but the last, of the share of [0, 2**64) that each weight has."""
    total = sum(weights)
    return [(upto << 64) // total for upto in accumulate(weights[:-1])]


def _split(ranges: Ranges) -> list[tuple[int, int, int]]:
    """(first, last, boost): letters and digits apart from the rest, where the choice is wide."""
    if sum(last - first + 1 for first, last in ranges) < _WIDE_CHOICE:
        return [(first, last, 1) for first, last in ranges]
    pieces: list[tuple[int, int, int]] = []
    for first, last in ranges:
        at = first
        for begin, end in ALPHANUMERIC:
            low, high = max(at, begin), min(last, end)
            if low > high:
                continue
            if low > at:
                pieces.append((at, low - 1, 1))
            pieces.append((low, high, _ALPHANUMERIC_WEIGHT))
            at = high + 1
        if at <= last:
            pieces.append((at, last, 1))
    return pieces


def _part(index: int, span: int, capacities: list[int]) -> tuple[int, int, int]:
    """Which part an index of [0, span) falls into, its index there, and how much of the span the part gets.

    The span is shared out by capacity, no part getting more than its own: so no two indexes can meet.
    """
    total = sum(capacities)
    left = span - sum(span * capacity // total for capacity in capacities)
    for number, capacity in enumerate(capacities):
        share, rest = divmod(span * capacity, total)
        if rest and left:
            share, left = share + 1, left - 1
        if index < share:
            return number, index, share
        index -= share
    msg = "an index beyond its span"
    raise AssertionError(msg)


def _char(index: int, span: int, size: int) -> tuple[int, int, int]:
    """As `_part`, for `size` parts of the same capacity."""
    share, rest = divmod(span, size)
    larger = rest * (share + 1)
    if index < larger:
        number, index = divmod(index, share + 1)
        return number, index, share + 1
    number, index = divmod(index - larger, share)
    return rest + number, index, share
