"""Ids that are unique by construction: a keyed bijection of the row number into the format's space.

A Feistel network over the smallest even number of bits that holds the space, walked until the value lies
inside it ("cycle walking": Black, Rogaway, "Ciphers with arbitrary finite domains", 2002).
"""

import numpy as np

from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64
from testdata_agent.engine.synthesis.hashing import U64

_ROUNDS = 4


def permute(rows: I64, space: int, key: int) -> I64:
    """Maps distinct numbers in [0, space) to distinct numbers in [0, space); `space` is at most 2**62."""
    if space <= 1:
        return np.zeros_like(rows)
    half_bits = max(1, ((space - 1).bit_length() + 1) // 2)
    values = rows.astype(np.uint64)
    outside = np.ones(len(values), dtype=bool)
    while True:
        values[outside] = _feistel(values[outside], half_bits, key)
        outside = values >= np.uint64(space)
        if not outside.any():
            return values.astype(np.int64)


def _feistel(values: U64, half_bits: int, key: int) -> U64:
    shift, mask = np.uint64(half_bits), np.uint64((1 << half_bits) - 1)
    left, right = values >> shift, values & mask
    for round_number in range(_ROUNDS):
        round_key = np.uint64(hashing.mix_one(key + round_number))
        left, right = right, left ^ (hashing.mix(right + round_key) & mask)
    return (left << shift) | right
