"""What an index elsewhere proposes is answered with as the index in memory would."""

import numpy as np
import pytest

from testdata_agent.stores.patterns.candidates import Candidate, ranked
from testdata_agent.stores.patterns.nearness import FLOOR, FLOOR_OF_OTHERS, MEANING_SHARE, QUALITY_SHARE

ASKED = np.array([1, 0], np.float32)


def candidate(name: str, nearness: float, *terms: str, quality: float = 0.5) -> Candidate:
    return Candidate(name, terms, np.array([nearness, np.sqrt(1 - nearness**2)], np.float32), quality)


def names(*candidates: Candidate, terms: tuple[str, ...] = (), limit: int = 10) -> list[str]:
    return [hit.pattern_id for hit in ranked(candidates, terms, ASKED, limit)]


def test_those_beside_a_good_one_may_be_farther() -> None:
    between = (FLOOR + FLOOR_OF_OTHERS) / 2 / MEANING_SHARE
    good, fair = candidate("good", 0.8), candidate("fair", between, quality=0)
    far = candidate("far", FLOOR_OF_OTHERS / MEANING_SHARE - 0.01, quality=0)
    assert names(far, fair, good) == ["good", "fair"]
    assert names(far, fair) == []


def test_words_and_meaning_are_shared_out() -> None:
    (hit,) = ranked([candidate("one", 0.6, "gift", "card", quality=1)], ("gift", "voucher"), ASKED, 1)
    nearness = MEANING_SHARE * 0.6 + (1 - MEANING_SHARE) * 0.5
    assert hit.score == pytest.approx((1 - QUALITY_SHARE) * nearness + QUALITY_SHARE, abs=1e-6)


def test_quality_then_id_decide_between_equals() -> None:
    found = [candidate("b", 0.7), candidate("a", 0.7), candidate("c", 0.7, quality=0.9)]
    assert names(*found) == ["c", "a", "b"]
    assert names(*found, limit=2) == ["c", "a"]


def test_nothing_proposed_is_nothing_found() -> None:
    assert names() == []
