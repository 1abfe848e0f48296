"""Ids that are unique by construction: a keyed bijection of the row number into the format's space.

A number is written with two digits of unlike bases whose product is the space, and the two are shuffled in turn, each
by a hash of the other (a Feistel network with modular addition: Black, Rogaway, "Ciphers with arbitrary finite
domains", 2002). Where the product is larger than the space, what falls outside goes round again.
"""

from functools import lru_cache
from math import isqrt

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64

#: Each digit is shuffled this often.
_ROUNDS = 2
#: Spaces from here on are too large for products to stay within 64 bits.
MAX_SPACE = 2**62


def permute(rows: I64, space: int, key: int) -> I64:
    """Maps distinct numbers in [0, space) to distinct numbers in [0, space); `space` is at most MAX_SPACE."""
    if space <= 1:
        return np.zeros_like(rows)
    high, low = _bases(space)
    values = _shuffled(rows, high, low, key)
    if high * low == space:
        return values
    outside = np.flatnonzero(values >= space)
    while len(outside):
        values[outside] = _shuffled(values[outside], high, low, key)
        outside = outside[values[outside] >= space]
    return values


@lru_cache(maxsize=1024)
def _bases(space: int) -> tuple[int, int]:
    """Two numbers of about the same size whose product is the space, or a little more."""
    power = len(str(space)) - 1
    if space == 10**power and power > 1:
        return int(10 ** (power // 2)), int(10 ** (power - power // 2))
    low = isqrt(space - 1) + 1
    return -(-space // low), low


def _shuffled(values: I64, high: int, low: int, key: int) -> I64:
    left, right = np.divmod(values, low)
    for number in range(_ROUNDS):
        left += _hashed(right, key + 2 * number)
        left %= high
        right += _hashed(left, key + 2 * number + 1)
        right %= low
    left *= low
    left += right
    return left


def _hashed(values: I64, key: int) -> I64:
    """Non-negative hashes below 2**31, of values below 2**32."""
    hashes = values.astype(np.uint64)
    hashes += np.uint64(hashing.mix_one(key))
    hashes *= _ODD
    hashes ^= hashes >> _HALF
    hashes *= _ODD
    hashes >>= _TOP
    return hashes.view(np.int64)


_ODD = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_TOP = np.uint64(33)
