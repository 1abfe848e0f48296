"""How texts are cut into words and pieces."""

import pytest

from testdata_agent.stores.patterns.wordpiece import MAX_WORD_CHARACTERS, WordPieces, words_of

VOCABULARY = ["back", "##order", "##ord", "##er", "##ed", "cart", "##s", "a", "##a", "%"]
PIECES = WordPieces({piece: number for number, piece in enumerate(VOCABULARY)})


def cut(text: str) -> list[str]:
    return [VOCABULARY[number] for number in PIECES.pieces(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two Words", ["two", "words"]),
        ("unit_price", ["unit", "_", "price"]),
        ("unitPrice2", ["unit", "price2"]),
        ("SKU-42: 20% off!", ["sku", "-", "42", ":", "20", "%", "off", "!"]),
        ("Café Größe", ["cafe", "große"]),
        ("don't", ["don", "'", "t"]),
        ("a\u200b \t\nb\x00", ["a", "\u200b", "b", "\x00"]),
        ("", []),
    ],
)
def test_words_are_lower_case_without_accents_and_signs_stand_alone(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_longest_piece_is_taken_first() -> None:
    assert cut("backorders") == ["back", "##order", "##s"]
    assert cut("backorded") == ["back", "##ord", "##ed"]


def test_a_word_that_no_pieces_make_up_says_nothing_and_the_others_still_do() -> None:
    assert cut("cart zzz carts 5 %") == ["cart", "cart", "##s", "%"]


def test_an_endless_word_says_nothing() -> None:
    assert cut("a" * MAX_WORD_CHARACTERS) == ["a"] + ["##a"] * (MAX_WORD_CHARACTERS - 1)
    assert cut("a" * (MAX_WORD_CHARACTERS + 1)) == []
