"""The measures of ranked lists, against values worked out by hand."""

import pytest

from testdata_agent.stores.patterns.base import Scope
from tests.retrieval.judging import Answer, Quality
from tests.retrieval.labelled import Labelled
from tests.retrieval.measures import ndcg_at, recall_at, reciprocal_rank


def test_recall_counts_those_of_the_wanted_that_are_near_the_top() -> None:
    assert recall_at(3, ["a", "x", "b", "c"], {"a", "b", "c", "d"}) == pytest.approx(2 / 3)
    assert recall_at(5, ["x", "a"], {"a", "b"}) == 0.5
    assert recall_at(5, [], {"a"}) == 0
    assert recall_at(1, ["a"], {"a", "b"}) == 1


def test_reciprocal_rank_is_of_the_first_wanted_one() -> None:
    assert reciprocal_rank(["x", "y", "a", "b"], {"a", "b"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(["a"], {"a"}) == 1
    assert reciprocal_rank(["x"], {"a"}) == 0


def test_discounted_gain_is_that_of_the_textbook() -> None:
    # Gains 7, 0, 3 at log2 of 2, 3, 4: 7 + 3/2 = 8.5; the best order has 7 + 3/1.585 + 1/2 = 9.39279.
    assert ndcg_at(10, ["a", "x", "b"], {"a": 3, "b": 2, "c": 1}) == pytest.approx(8.5 / 9.39279, abs=1e-5)
    # Of the best order only what fits the depth counts: 7/7.
    assert ndcg_at(1, ["a", "b"], {"a": 3, "b": 3}) == 1
    assert ndcg_at(10, ["b", "a"], {"a": 3, "b": 1}) == pytest.approx((1 + 7 / 1.584963) / (7 + 1 / 1.584963), abs=1e-5)
    assert ndcg_at(10, ["x"], {"a": 3}) == 0


def test_measures_need_something_to_find() -> None:
    with pytest.raises(ValueError, match="wanted"):
        recall_at(5, ["a"], set())
    with pytest.raises(ValueError, match="above 0"):
        ndcg_at(5, ["a"], {})


def query(grades: dict[str, int], allowed: str = "abc") -> Labelled:
    return Labelled("what", Scope("cart"), "lexical", "test", grades, frozenset(allowed))


def test_quality_takes_queries_with_and_without_an_answer_apart() -> None:
    quality = Quality.of(
        [
            Answer(query({"a": 3}), ("a", "b"), (0.8, 0.2)),
            Answer(query({"a": 3, "b": 1}), ("b", "a", "z"), (0.8, 0.7, 0.1)),
            Answer(query({}), ()),
            Answer(query({}), ("c", "y", "z")),
        ]
    )
    assert quality.count == 4
    assert quality.recall == 1
    assert quality.mrr == 0.75
    assert quality.ndcg == pytest.approx((1 + 0.70981) / 2, abs=1e-5)
    assert quality.served == 0.75
    assert quality.refused == 0.5
    assert quality.leaks == 3


def test_quality_of_no_answers_at_all_is_no_number() -> None:
    assert Quality.of([]) == Quality(count=0, recall=None, mrr=None, ndcg=None, served=None, refused=None, leaks=0)
