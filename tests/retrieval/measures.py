"""Measures of one ranked list against graded labels. See Manning, Raghavan, Schütze, Introduction to IR, chapter 8."""

from collections.abc import Collection, Mapping, Sequence
from math import log2


def recall_at(depth: int, ranked: Sequence[str], wanted: Collection[str]) -> float:
    """Of those wanted, the share among the first `depth`; of more than `depth` wanted ones, only so many can be."""
    if not wanted:
        raise ValueError("recall needs something wanted")
    return len(set(ranked[:depth]) & set(wanted)) / min(depth, len(wanted))


def reciprocal_rank(ranked: Sequence[str], wanted: Collection[str]) -> float:
    """One divided by the place of the first wanted one, from 1; 0 where there is none."""
    return next((1 / place for place, found in enumerate(ranked, start=1) if found in wanted), 0.0)


def ndcg_at(depth: int, ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Discounted gain of the first `depth` over that of the best order; the gain of grade g is 2**g - 1."""
    best = _discounted(sorted(grades.values(), reverse=True)[:depth])
    if not best:
        raise ValueError("nDCG needs a grade above 0")
    return _discounted([grades.get(found, 0) for found in ranked[:depth]]) / best


def _discounted(grades: Sequence[int]) -> float:
    return sum(((1 << grade) - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))
