"""What a misspelt word is taken for."""

import pytest

from testdata_agent.stores.patterns.embedder import shipped_spelling
from testdata_agent.stores.patterns.spelling import Spelling, whole_words

WORDS = ["stop", "transfer", "currency", "stove", "stock", "emory", "refund", "emoji"]
SPELLING = Spelling({word: rank for rank, word in enumerate(WORDS)}, preferred_from=6)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("tranfser", "transfer"),
        ("trannsfer", "transfer"),
        ("transfr", "transfer"),
        ("currancy", "currency"),
        ("currencies", "currencies"),
        ("transfers", "transfer"),
        ("stok", "stock"),  # one letter left out is likelier than `stop`
        ("emojy", "emoji"),  # of the subject, so before `emory`
        ("stock", "stock"),
        ("sto", "sto"),
        ("ransfer", "ransfer"),  # the first letter is taken to be right
        ("tarnfser", "tarnfser"),  # two slips
        ("st0ck", "st0ck"),
        ("stöck", "stöck"),
        ("", ""),
    ],
)
def test_a_slip_of_the_keys_is_seen_through_and_all_else_left_alone(written: str, meant: str) -> None:
    assert SPELLING.meant(written) == meant


def test_pieces_within_words_are_no_words() -> None:
    assert whole_words(["back", "##order", "cart"]) == {"back": 0, "cart": 2}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("chargback", "chargeback"), ("esspresso", "espresso"), ("delievry", "delivery"), ("chekcout", "checkout")],
)
def test_the_shipped_words_are_those_of_shops_too(written: str, meant: str) -> None:
    assert shipped_spelling().meant(written) == meant
