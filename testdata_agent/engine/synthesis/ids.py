"""Ids that are unique by construction: a keyed bijection of the row number into the format's space.

A number is written with two digits of unlike bases whose product is the space, and the two are shuffled in turn, each
by a hash of the other (a Feistel network with modular addition: Black, Rogaway, "Ciphers with arbitrary finite
domains", 2002). Where the product is larger than the space, what falls outside goes round again.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import isqrt
from typing import Any

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.hashing import U64

#: Spaces from here on are too large for products to stay within 64 bits.
MAX_SPACE = 2**62

#: One digit is shuffled by the other, then the other by the one: neighbours lie far apart, and nobody guesses at ids
#: that are no secret.
_TURNS = 2
_MASK = 2**64 - 1
_STEP = 0x9E3779B97F4A7C15
_ODD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_TOP = np.uint64(33)


def permute(rows: I64, space: int, key: int) -> I64:
    """Maps distinct numbers in [0, space) to distinct numbers in [0, space); `space` is at most MAX_SPACE."""
    if space <= 1:
        return np.zeros_like(rows)
    high, low = _bases(space)
    keys = _keys(key)
    values = _joined(*_shuffled(rows, high, low, keys), low)
    if high * low != space:
        outside = np.flatnonzero(values >= space)
        while len(outside):
            values[outside] = _joined(*_shuffled(values[outside], high, low, keys), low)
            outside = outside[values[outside] >= space]
    return values


def permute_each(numbers: I64, space: int, hashes: U64) -> I64:
    """As `permute`, each number by a key of its own: those that share one stay distinct."""
    if space <= 1:
        return np.zeros_like(numbers)
    high, low = _bases(space)
    keys = [hashes + np.uint64(turn * _STEP & _MASK) for turn in range(_TURNS)]
    values = _joined(*_shuffled(numbers, high, low, keys), low)
    outside = np.flatnonzero(values >= space)
    while len(outside):
        here = [key[outside] for key in keys]
        values[outside] = _joined(*_shuffled(values[outside], high, low, here), low)
        outside = outside[values[outside] >= space]
    return values


def permute_digits(rows: I64, width: int, key: int) -> tuple[I64, I64]:
    """`permute` in a space of 10**width: the first width // 2 decimal digits, and the others; `width` is 2 to 18."""
    high, low = _bases(10**width)
    left, right = _shuffled(rows, high, low, _keys(key))
    return left.view(np.int64), right.view(np.int64)


def _keys(key: int) -> Sequence[np.uint64]:
    """A key for each turn."""
    mixed = hashing.mix_one(key)
    return [np.uint64((mixed + turn * _STEP) & _MASK) for turn in range(_TURNS)]


@lru_cache(maxsize=1024)
def _bases(space: int) -> tuple[int, int]:
    """Two numbers of about the same size whose product is the space, or a little more."""
    power = len(str(space)) - 1
    if space == 10**power and power > 1:
        return int(10 ** (power // 2)), int(10 ** (power - power // 2))
    low = isqrt(space - 1) + 1
    return -(-space // low), low


def _shuffled(values: I64, high: int, low: int, keys: Sequence[Any]) -> tuple[U64, U64]:
    """Both digits: below `high` and below `low`; a key is a number, or one a value."""
    above, below = np.uint64(high), np.uint64(low)
    left, right = np.divmod(values.view(np.uint64), below)
    left += _hashed(right, keys[0])
    left %= above
    right += _hashed(left, keys[1])
    right %= below
    return left, right


def _joined(left: U64, right: U64, low: int) -> I64:
    left *= np.uint64(low)
    left += right
    return left.view(np.int64)


def _hashed(values: U64, key: Any) -> U64:
    """Hashes below 2**31, of values below 2**32."""
    hashes: U64 = values + key
    hashes *= _ODD
    hashes ^= hashes >> _HALF
    hashes *= _ODD
    hashes >>= _TOP
    return hashes
