"""Addressable randomness: a value is a function of its seed, its field and its row, and of nothing else.

The mixing function is the finaliser of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
generators", 2014). Everything is unsigned 64-bit integer arithmetic modulo 2**64, which is the same on every CPU.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]

_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
#: Odd constants that keep the counters of rows, children and attempts apart.
_CHILD = 0xD1B54A32D192ED03
_ATTEMPT = 0xABC98388FB8FAC03

_GOLDEN_64 = np.uint64(_GOLDEN)
_FIRST_64 = np.uint64(_FIRST)
_SECOND_64 = np.uint64(_SECOND)
_CHILD_64 = np.uint64(_CHILD)
_ATTEMPT_64 = np.uint64(_ATTEMPT)
_S27, _S30, _S31, _S32 = (np.uint64(n) for n in (27, 30, 31, 32))


def mix(values: U64) -> U64:
    """Mixes `values` in place and returns them."""
    values ^= values >> _S30
    values *= _FIRST_64
    values ^= values >> _S27
    values *= _SECOND_64
    values ^= values >> _S31
    return values


def mix_one(value: int) -> int:
    """`mix` of one Python integer."""
    value &= _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def name_key(*parts: str) -> int:
    """A 64-bit key of the names, the same in every process."""
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "little")


def seeded_keys(seed: int, names: U64) -> U64:
    """The keys of fields under a seed: `names` are those of `name_key`."""
    return mix((names ^ np.uint64(mix_one(seed + _GOLDEN))) + _GOLDEN_64)


def counters(rows: NDArray[np.int64], children: NDArray[np.int64] | None = None, attempts: U64 | None = None) -> U64:
    """Where values stand: row, child within the row, attempt at the row."""
    result = rows.astype(np.uint64)
    if children is not None:
        result += (children.astype(np.uint64) + np.uint64(1)) * _CHILD_64
    if attempts is not None:
        result += attempts * _ATTEMPT_64
    return result


def draws(keys: U64, positions: U64) -> U64:
    """Hashes of every key at every position: shape (keys, positions)."""
    return mix(keys[:, None] + (positions * _GOLDEN_64)[None, :])


def again(hashes: U64, salt: int) -> U64:
    """Further hashes out of hashes, for a node that needs more than one draw."""
    return mix(hashes + np.uint64((salt * _GOLDEN) & _MASK))


def below(hashes: U64, limit: int | NDArray[np.int64]) -> NDArray[np.int64]:
    """Integers in [0, limit) by multiply and shift; `limit` (scalar or one each) is below 2**32."""
    limits = np.uint64(limit) if isinstance(limit, int) else limit.astype(np.uint64)
    return (((hashes >> _S32) * limits) >> _S32).astype(np.int64)


def between(hashes: U64, low: NDArray[np.int64] | int, high: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Integers in [low, high], both inclusive, spans up to 2**63; modulo bias is below 2**-20 for spans under 2**44."""
    span = np.asarray(high, dtype=np.int64) - np.asarray(low, dtype=np.int64)
    return (hashes % (span.astype(np.uint64) + np.uint64(1))).astype(np.int64) + low
