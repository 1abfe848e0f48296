"""What an index elsewhere proposes, scored by the measure of the index in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from testdata_agent.stores.patterns.base import Hit
from testdata_agent.stores.patterns.nearness import answer, score


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pattern that may be near.

    Attributes:
        terms: Of its text; see terms.
    """

    pattern_id: str
    terms: Sequence[str]
    vector: NDArray[np.float32]
    quality: float


def ranked(
    candidates: Sequence[Candidate], terms: Sequence[str], vector: NDArray[np.float32], limit: int
) -> tuple[Hit, ...]:
    """Those that are near enough to what is asked, best first; among equals by id. None, where not even the best is.

    Of the words that are asked for, each that a candidate has counts the same: how rare they are is not known here.
    """
    asked = set(terms)
    hits = []
    for one in candidates:
        words = len(asked.intersection(one.terms)) / len(asked) if asked else 0.0
        hits.append(Hit(one.pattern_id, score(float(one.vector @ vector), words, one.quality)))
    return answer(hits, limit)
