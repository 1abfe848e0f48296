"""Which words are counted, and which are the same."""

import pytest

from testdata_agent.stores.patterns.terms import stem, terms_of


@pytest.mark.parametrize(
    "words",
    [
        ("coupon", "coupons"),
        ("delivery", "deliveries"),
        ("address", "addresses"),
        ("box", "boxes"),
        ("discount", "discounts", "discounted", "discounting"),
        ("cancel", "cancels", "cancelled", "cancelling", "canceled"),
        ("ship", "ships", "shipped", "shipping"),
        ("decline", "declines", "declined", "declining"),
        ("price", "prices", "priced"),
        ("purchase", "purchases", "purchased", "purchasing"),
    ],
)
def test_number_and_tense_do_not_matter(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("status", "state"), ("bus", "bu"), ("process", "proce"), ("sing", "s"), ("king", "k"), ("address", "addres")],
)
def test_other_words_stay_others(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_signs_and_stop_words_are_not_counted() -> None:
    assert terms_of("Please generate a cart with the 2 gift_cards!") == ("cart", "2", "gift", "card")
