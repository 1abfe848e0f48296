"""How much of the words asked for a text has."""

import numpy as np
import pytest

from testdata_agent.stores.patterns.postings import Postings


def scores(postings: Postings, terms: list[str], texts: int, slots: int) -> list[float]:
    into = np.zeros(slots, np.float32)
    postings.score(terms, texts, into, 1.0)
    return [float(score) for score in into]


def test_rare_words_count_more_and_all_of_them_are_the_whole() -> None:
    postings = Postings()
    for slot in range(20):
        postings.add(slot, ["cart"] * 1 + ["filler"] * 22 + (["coupon"] if slot == 3 else ["other"]))
    found = scores(postings, ["cart", "coupon"], 20, 20)
    assert found[3] == pytest.approx(1, abs=0.02)
    assert max(found[:3] + found[4:]) < 0.05


def test_a_word_that_no_text_has_lessens_what_the_others_are_worth() -> None:
    postings = Postings()
    postings.add(0, ["coupon"])
    postings.add(1, ["other"])
    (alone, _), (beside, _) = scores(postings, ["coupon"], 2, 2), scores(postings, ["coupon", "zebra"], 2, 2)
    assert 0 < beside < alone


def test_a_word_that_very_many_texts_all_have_is_worth_something_still() -> None:
    postings = Postings()
    for slot in range(12_000):
        postings.add(slot, ["cart"])
    assert min(scores(postings, ["cart"], 12_000, 12_000)) > 1


def test_what_is_removed_is_gone_and_its_slot_may_be_taken_again_in_any_order() -> None:
    postings = Postings()
    for slot in range(5):
        postings.add(slot, ["coupon", "coupon", "cart"])
    postings.remove(1, ["coupon", "coupon", "cart"])
    postings.remove(3, ["coupon", "coupon", "cart"])
    assert postings.having("coupon").tolist() == [0, 2, 4]
    postings.add(1, ["coupon"])
    assert postings.having("coupon").tolist() == [0, 1, 2, 4]
    assert postings.having("cart").tolist() == [0, 2, 4]
    assert postings.having("zebra").tolist() == []
