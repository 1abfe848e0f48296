"""What a class holds, compared with RE2 one character at a time."""

import pytest
import re2

from testdata_agent.engine.synthesis.regex import charsets


def codes(ranges: charsets.Ranges) -> set[int]:
    return {code for first, last in ranges for code in range(first, last + 1)}


@pytest.mark.parametrize(
    "text", ["[a-z]", r"\d", r"\w", r"\s", r"[\d_-]", "[^a]", ".", r"[[:punct:]]", r"\W", r"[\x20-\x{FF}]", "[éa]"]
)
def test_members_match_one_by_one(text: str) -> None:
    assert all(re2.fullmatch(text, chr(code)) for code in codes(charsets.members(text, fold=False)))


@pytest.mark.parametrize("text", ["[à-ÿa-c]", r"\p{Greek}", r"[\x{3B1}-\x{3C9}]"])
def test_no_letter_of_a_class_beyond_ascii_is_missed(text: str) -> None:
    letters = {code for code in range(0x250 if "p{" not in text else 0x2000) if chr(code).isalpha()}
    expected = {code for code in letters if re2.fullmatch(text, chr(code))}
    assert expected - codes(charsets.members(text, fold=False)) == set()


@pytest.mark.parametrize(("text", "found"), [("[k]", "kK"), ("[a-c]", "abcABC"), ("[ß]", "ßẞ")])
def test_folding_is_that_of_re2(text: str, found: str) -> None:
    assert codes(charsets.members(text, fold=True)) == {ord(char) for char in found}


def test_a_folded_literal_has_its_other_cases() -> None:
    assert codes(charsets.literal("é", fold=True)) == {ord("é"), ord("É")}
    assert codes(charsets.literal("1", fold=True)) == {ord("1")}


def test_code_points_above_the_surrogates_are_not_shifted() -> None:
    assert codes(charsets.members("[\ufa00-\ufa05]", fold=False)) == set(range(0xFA00, 0xFA06))
    assert codes(charsets.members("[\U0001f600-\U0001f603]", fold=False)) == set(range(0x1F600, 0x1F604))
    assert codes(charsets.members("[\u07f0-\u07f2]", fold=False)) <= set(range(0x7F0, 0x7F3))


def test_private_characters_are_used_where_nothing_else_is_left() -> None:
    assert codes(charsets.members(r"[\x{E000}-\x{E002}]", fold=False)) == {0xE000, 0xE001, 0xE002}


def test_the_size_of_ranges_counts_both_ends() -> None:
    assert charsets.size(((0x30, 0x39), (0x41, 0x41))) == 11
