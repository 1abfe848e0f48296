"""Weights: each entry has as much of the table as it is told to have, as far as there are places."""

import numpy as np
import pytest
from numpy.typing import NDArray

from testdata_agent.engine.catalog.places import load_places
from testdata_agent.engine.synthesis.tables import Weights


def parts(weights: list[int]) -> NDArray[np.int64]:
    return np.bincount(Weights.of(weights).lookup, minlength=len(weights))


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param([1] * 3000, id="thousands alike"),
        pytest.param([7] * 11, id="a few alike"),
        pytest.param([1000, 1], id="one nearly alone"),
        pytest.param([10**12, *[1] * 2000], id="one heavy, many light"),
        pytest.param(list(range(500)), id="rising, one without any"),
    ],
)
def test_no_entry_has_more_than_its_part_but_the_least_that_there_is(weights: list[int]) -> None:
    found = parts(weights)
    size, due = int(found.sum()), np.array(weights) * int(found.sum()) / sum(weights)
    assert size & (size - 1) == 0  # a hash's first bits say which
    assert (found[np.array(weights) > 0] >= 1).all()
    assert (found[np.array(weights) == 0] == 0).all()
    assert (found <= np.maximum(np.ceil(due), 1)).all()


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "ja_JP"])
def test_no_place_is_drawn_far_more_often_than_it_should_be(locale: str) -> None:
    places = load_places(locale)
    assert places is not None
    weights = [int(weight) for weight in places.weights]
    assert parts(weights).max() / parts(weights).sum() < max(weights) / sum(weights) + 0.001
