"""Records are made of what is nearly as near as the best."""

import pytest

from testdata_agent.stores.patterns.embedder import StaticEmbedder
from testdata_agent.stores.patterns.library import Found
from testdata_agent.stores.patterns.nearness import NEARLY, how_many_meant
from tests.retrieval.judging import stored


@pytest.mark.parametrize(
    ("scores", "meant"),
    [
        ((), 0),
        ((0.9,), 1),
        ((0.8, 0.8 * NEARLY, 0.8 * NEARLY - 0.01), 2),
        ((0.95, 0.9, 0.8, 0.75), 4),
        ((0.3, 0.1), 1),
        ((0.0, 0.0), 2),
    ],
)
def test_what_is_far_behind_the_best_is_not_meant(scores: tuple[float, ...], meant: int) -> None:
    assert how_many_meant(scores) == meant


def test_what_a_library_finds_says_what_is_meant() -> None:
    patterns = stored(StaticEmbedder())[:3]
    assert Found(patterns, (0.8, 0.7, 0.2), "memory", "").meant == patterns[:2]
    assert Found((), (), "memory", "").meant == ()
