"""Distributions as integer tables: a hash looks its value up, no floating-point function decides anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

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
        return _table(tuple((Decimal(str(percent)), value) for percent, value in knots))

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


@lru_cache(maxsize=1024)
def _table(knots: tuple[tuple[Decimal, int], ...]) -> Quantiles:
    """The table of these knots, in whole numbers throughout; one table however many plans ask for it."""
    percents = [percent for percent, _ in knots]
    if percents[0] != 0 or percents[-1] != 100 or percents != sorted(percents):
        raise ValueError(f"quantile knots must rise from 0 to 100 percent: {knots}")
    # Percents in units of which all knots are whole multiples, times the number of segments.
    unit = 10 ** max(0, *(-int(percent.normalize().as_tuple().exponent) for percent in percents))
    starts = [int(percent * unit) * _SEGMENTS for percent in percents]
    points, knot = [], 0
    for segment in range(_SEGMENTS + 1):
        at = 100 * unit * segment
        while knot + 2 < len(knots) and at > starts[knot + 1]:
            knot += 1
        low, high = knots[knot][1], knots[knot + 1][1]
        width = starts[knot + 1] - starts[knot]
        points.append((low * width + (high - low) * (at - starts[knot])) // width)
    return Quantiles(np.array(points, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Weights:
    """Weighted choice among 0 … n-1; shares are exact to 1/4096, every positive weight is kept."""

    lookup: NDArray[np.int64]

    @classmethod
    def of(cls, weights: Sequence[int]) -> "Weights":
        """From non-negative integer weights, at least one positive."""
        return _weighted(np.asarray(weights, dtype=np.int64).tobytes())

    def at(self, hashes: U64) -> NDArray[np.int64]:
        """One index a hash."""
        shift = np.uint64(64 - (len(self.lookup).bit_length() - 1))
        return self.lookup[(hashes >> shift).astype(np.int64)]


@lru_cache(maxsize=256)
def _weighted(weights: bytes) -> Weights:
    """The table of these 64-bit weights; one table however many plans ask for it."""
    given = np.frombuffer(weights, dtype=np.int64)
    size = 1 << _WEIGHT_BITS
    while size < 4 * len(given):
        size <<= 1
    total = int(given.sum())
    if total <= 0 or int(given.min()) < 0:
        raise ValueError(f"weights must be non-negative with a positive sum: {given[:10].tolist()}")
    return Weights(np.repeat(np.arange(len(given), dtype=np.int64), _shares(given, total, size)))


def _shares(given: NDArray[np.int64], total: int, size: int) -> NDArray[np.int64]:
    """How many of so many places each weight has: its part, rounded so that they add up, and one at the least.

    What rounding leaves goes to those that lost most by it, one to each: all of it would make one of a thousand places
    forty times as likely as it is.
    """
    shares, lost = np.divmod(given * size, total)
    lost[shares == 0] = 0  # they have one for nothing
    shares = np.maximum(shares, given > 0)
    left = size - int(shares.sum())
    shares[np.argsort(-lost, kind="stable")[: max(left, 0)]] += 1
    while left < 0:
        most = np.argsort(-shares, kind="stable")[: min(-left, np.count_nonzero(shares > 1))]
        shares[most] -= 1
        left += len(most)
    return shares
