"""Distributions as integer tables: a hash looks its value up, no floating-point function decides anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.synthesis.hashing import U64

_SEGMENT_BITS = 10
_SEGMENTS = 1 << _SEGMENT_BITS
_TOP = np.uint64(64 - _SEGMENT_BITS)
_FRACTION_SHIFT = np.uint64(22)
_FRACTION_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.int64(32)
_WEIGHT_BITS = 12


@dataclass(frozen=True, slots=True)
class Quantiles:
    """A distribution by its quantile function, linear between `_SEGMENTS` + 1 stored points."""

    points: NDArray[np.int64]

    @classmethod
    def of(cls, knots: Sequence[tuple[int | float | str, int]]) -> "Quantiles":
        """From knots (percent, value), percent rising from 0 to 100, values not falling."""
        percents = [Fraction(str(percent)) for percent, _ in knots]
        if percents[0] != 0 or percents[-1] != 100 or percents != sorted(percents):
            raise ValueError(f"quantile knots must rise from 0 to 100 percent: {knots}")
        points, knot = [], 0
        for segment in range(_SEGMENTS + 1):
            at = Fraction(100 * segment, _SEGMENTS)
            while knot + 2 < len(knots) and at > percents[knot + 1]:
                knot += 1
            (_, low), (_, high) = knots[knot], knots[knot + 1]
            share = (at - percents[knot]) / (percents[knot + 1] - percents[knot])
            points.append(int(low + (high - low) * share))
        return cls(np.array(points, dtype=np.int64))

    @classmethod
    def stacked(cls, tables: Sequence["Quantiles"]) -> "Quantiles":
        """Several distributions as one, to be looked up by number (see `at`)."""
        return cls(np.concatenate([table.points for table in tables]))

    def at(self, hashes: U64, numbers: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """One value a hash; of stacked tables, `numbers` says which one each value follows."""
        segment = (hashes >> _TOP).astype(np.int64)
        if numbers is not None:
            segment += numbers * (_SEGMENTS + 1)
        fraction = ((hashes >> _FRACTION_SHIFT) & _FRACTION_MASK).astype(np.int64)
        low = self.points[segment]
        # Spans of a segment stay below 2**31 for every table of the catalogue, so the product fits.
        values = self.points[1:][segment]
        values -= low
        values *= fraction
        values >>= _HALF
        values += low
        return values


@dataclass(frozen=True, slots=True)
class Weights:
    """Weighted choice among 0 … n-1; shares are exact to 1/4096, every positive weight is kept."""

    lookup: NDArray[np.int64]

    @classmethod
    def of(cls, weights: Sequence[int]) -> "Weights":
        """From non-negative integer weights, at least one positive."""
        size = 1 << _WEIGHT_BITS
        while size < 4 * len(weights):
            size <<= 1
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError(f"weights must be non-negative with a positive sum: {list(weights)[:10]}")
        counts = np.maximum(np.array([w * size // total for w in weights]), np.array([int(w > 0) for w in weights]))
        counts[int(np.argmax(counts))] += size - int(counts.sum())
        return cls(np.repeat(np.arange(len(weights), dtype=np.int64), counts))

    def at(self, hashes: U64) -> NDArray[np.int64]:
        """One index a hash."""
        shift = np.uint64(64 - (len(self.lookup).bit_length() - 1))
        return self.lookup[(hashes >> shift).astype(np.int64)]
