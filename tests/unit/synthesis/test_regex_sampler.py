"""Strings from patterns: they match, they repeat, they can be counted."""

import itertools

import numpy as np
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from testdata_agent.engine.synthesis.hashing import U64, mix
from testdata_agent.engine.synthesis.regex import RegexFault, RegexSampler

HASHES = mix(np.arange(1, 301, dtype=np.uint64))

PATTERNS = [
    r"[A-Z]{3}-\d{4}",
    r"[a-z0-9._%+-]+@[a-z0-9-]+\.[a-z]{2,6}",
    r"(red|green|blue)",
    r"(a|ab)(c|bcd)(d*)",
    r"\w+",
    r".*",
    r"[^a-z]{5}",
    r"0|[1-9][0-9]*",
    r"([01]\d|2[0-3]):[0-5]\d",
    r"https?://[\w.-]+(/\S*)?",
    r"^\d{5}(-\d{4})?$",
    r"\A[a-f]+\z",
    r"\bfoo\b.*\bbar\b",
    r"\Bx\B|y\b",
    r"(?m)^a$\n^b$",
    r"(?s)a.b",
    r"(?i)straße",
    r"(a(?i)b|c)d",
    r"(?i:k)(?-i:k)",
    r"(?U)a+?b",
    r"a(?i)*b",
    r"(?P<year>\d{4})-(?<month>0[1-9]|1[0-2])",
    r"\Qa.b\E+",
    r"a\Qbc\E*",
    r"a{,3}",
    r"x{2",
    r"[]a]+",
    r"[^]a]+",
    r"[a\]b-]+",
    r"[[:alpha:]_]{4}[[:^digit:]]",
    r"\pN\p{Lu}\P{Lu}\p{^Lu}",
    r"\p{Greek}{3}[а-яё]+[一-龥]",
    r"[\p{Greek}\]]{2}",
    r"\x41\x{1F600}\101\08\n\t\a\f\v\r",
    r"[\t\n]+",
    r"(?s).\x00",
    r"\x00+",
    r"",
    r"()",
    r"a||b",
    r"(\w+\s?)+",
    r"(.*a){5}",
    r"\.\*\+\?\(\)\[\]\{\}\|\^\$\\\/\-\_",
]


def texts_of(sampler: RegexSampler) -> list[str]:
    count = min(sampler.space, 200)
    return sampler.sample(HASHES) + [sampler.unrank(index * (sampler.space // count)) for index in range(count)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_string_matches_in_full(pattern: str) -> None:
    sampler = RegexSampler(pattern)
    assert [text for text in texts_of(sampler) if not re2.fullmatch(pattern, text)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_different_indexes_give_different_strings(pattern: str) -> None:
    sampler = RegexSampler(pattern)
    count = min(sampler.space, 300)
    edges = {*range(count), *range(sampler.space - count, sampler.space)}
    indexes = sorted(edges | {index * (sampler.space // count) for index in range(count)})
    assert len({sampler.unrank(index) for index in indexes}) == len(indexes)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_hash_gives_the_same_string_in_any_company(pattern: str) -> None:
    together = RegexSampler(pattern).sample(HASHES)
    sampler = RegexSampler(pattern)
    alone = [sampler.sample(HASHES[at : at + 1])[0] for at in range(60)]
    assert together[:60] == alone
    assert sampler.sample(HASHES[::-1])[::-1] == together


@pytest.mark.parametrize("pattern", [r"[a-z]{8}", r"\w+", r"[A-Z]{2}\d{6}"])
def test_a_large_space_is_used_widely(pattern: str) -> None:
    assert len(set(RegexSampler(pattern).sample(HASHES))) > 270


@pytest.mark.parametrize(
    ("pattern", "space"),
    [
        (r"yes|no|maybe", 3),
        (r"(a|aa)+?b|ab", 25),
        (r"[ab]{3}|[bc]{3}", 15),
        (r"a?a?a?", 4),
        (r"[0-9]{5}", 100_000),
        (r"\d{18}", 10**18),
        (r"\d{19}", 2**62),
        (r"[a-z]{40}", 2**62),
        (r"(?i)ab", 4),
    ],
)
def test_the_space_is_counted_without_doubles(pattern: str, space: int) -> None:
    assert RegexSampler(pattern).space == space


def test_a_space_below_the_cap_is_walked_whole() -> None:
    sampler = RegexSampler(r"[ab]{1,4}c?|a+")
    every = [sampler.unrank(index) for index in range(sampler.space)]
    assert len(set(every)) == sampler.space
    assert all(sampler.matches(text) for text in every)


def test_indexes_beyond_the_cap_spread_over_all_characters() -> None:
    sampler = RegexSampler(r"[a-z]{40}")
    step = sampler.space // 500
    texts = [sampler.unrank(index * step) for index in range(500)]
    assert len({text[0] for text in texts}) == 26
    assert len({text[-1] for text in texts}) == 26


@pytest.mark.parametrize("index", [-1, 3, 2**70])
def test_an_index_outside_the_space_is_refused(index: int) -> None:
    with pytest.raises(IndexError, match="not within the 3 strings"):
        RegexSampler(r"a|b|c").unrank(index)


@pytest.mark.parametrize(("least", "most"), [(0, 0), (1, 1), (5, 9), (30, 30), (100, 110)])
def test_lengths_are_kept(least: int, most: int) -> None:
    lengths = {len(text) for text in texts_of(RegexSampler(r"[a-zé]*", min_length=least, max_length=most))}
    assert lengths == set(range(least, most + 1))


def test_an_open_length_stays_near_the_shortest_match() -> None:
    assert {len(text) for text in texts_of(RegexSampler(r"[a-z]{3,}"))} == set(range(3, 28))


def test_wanted_strings_stretch_the_lengths() -> None:
    assert RegexSampler(r"a*", max_length=1000).space == 25
    assert RegexSampler(r"a*", max_length=1000, wanted=90).space >= 90


def test_wide_classes_give_what_a_person_would_type() -> None:
    for pattern in (r".{20}", r"[^x]{20}", r"\W{20}", r"\D{20}", r"[\x{0}-\x{10FFFF}]{20}", r"\pL{20}"):
        assert all(text.isascii() and text.isprintable() for text in texts_of(RegexSampler(pattern)))


def test_letters_that_are_named_are_used() -> None:
    assert set("".join(texts_of(RegexSampler(r"[äöüß]{9}")))) == set("äöüß")


def test_surrogates_are_never_drawn() -> None:
    drawn = "".join(texts_of(RegexSampler(r"[\x{D000}-\x{F000}]{30}")))
    assert drawn.encode("utf-8")


@pytest.mark.parametrize(
    ("pattern", "text", "found"), [("b+", "abc", True), ("^b+", "abc", False), ("^a", "abc", True), ("x", "abc", False)]
)
def test_search_matches_anywhere(pattern: str, text: str, found: bool) -> None:
    assert RegexSampler(pattern, search=True).matches(text) is found
    assert RegexSampler(pattern).matches(text) is False


def test_a_searched_string_is_the_match_alone_where_that_will_do() -> None:
    assert set(RegexSampler("^(red|green)", search=True).sample(HASHES)) == {"red", "green"}


@pytest.mark.parametrize("pattern", ["^A", "foo$", "b", "^$|x", r"\bx\b", "(?m)^a$"])
def test_a_searched_string_is_padded_where_length_or_number_asks_for_it(pattern: str) -> None:
    sampler = RegexSampler(pattern, search=True, min_length=12, max_length=20, wanted=1000)
    texts = texts_of(sampler)
    assert sampler.space >= 1000
    assert all(re2.search(pattern, text) and 12 <= len(text) <= 20 for text in texts)


def test_no_hashes_give_no_strings() -> None:
    assert RegexSampler(r"\d").sample(np.array([], dtype=np.uint64)) == []


def test_small_families_come_evenly() -> None:
    hashes = mix(np.arange(6000, dtype=np.uint64))
    texts = RegexSampler(r"yes|no|maybe|y|n|[pq]r").sample(hashes)
    counts = {text: texts.count(text) for text in set(texts)}
    assert len(counts) == 7
    assert max(counts.values()) < 1.3 * min(counts.values())


# --- random patterns ---------------------------------------------------------------------------------------------

LETTERS = "ab_ "
ATOMS = st.sampled_from(["a", "b", "_", " ", "[ab]", "[b_]", "[ab_ ]", "(?i:b)", "", r"\b", r"\B", "^", "$"])


def _combined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(children, min_size=1, max_size=3).map(lambda parts: "(?:" + "".join(parts) + ")"),
        st.lists(children, min_size=2, max_size=3).map(lambda parts: "(?:" + "|".join(parts) + ")"),
        st.tuples(children, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    )


RANDOM_PATTERNS = st.recursive(ATOMS, _combined, max_leaves=8)
RANDOM_HASHES = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=40).map(lambda n: np.array(n, dtype=np.uint64))


def sampler_or_none(pattern: str, least: int, most: int | None) -> RegexSampler | None:
    try:
        return RegexSampler(pattern, min_length=least, max_length=most)
    except RegexFault as fault:
        assert fault.reason in {"REGEX_NO_MATCH", "REGEX_TOO_LARGE"}, fault.message
        return None


@settings(max_examples=200, deadline=None)
@given(RANDOM_PATTERNS, st.integers(0, 4), st.none() | st.integers(0, 6), RANDOM_HASHES)
def test_samples_of_random_patterns_match_and_keep_their_lengths(
    pattern: str, least: int, most: int | None, hashes: U64
) -> None:
    sampler = sampler_or_none(pattern, least, most)
    for text in sampler.sample(hashes) if sampler else ():
        assert re2.fullmatch(pattern, text)
        assert least <= len(text) <= (least + 1000 if most is None else most)


@settings(max_examples=200, deadline=None)
@given(RANDOM_PATTERNS, st.integers(0, 4))
def test_random_patterns_give_exactly_the_strings_that_match(pattern: str, length: int) -> None:
    """Against brute force. (?i:b) draws B as well, so the alphabet has it."""
    sampler = sampler_or_none(pattern, length, length)
    every = ("".join(chars) for chars in itertools.product(LETTERS + "B", repeat=length))
    matching = {text for text in every if re2.fullmatch(pattern, text)}
    drawn = {sampler.unrank(index) for index in range(sampler.space)} if sampler else set()
    assert drawn == matching
    assert len(drawn) == (sampler.space if sampler else 0)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from(r"ab.*+?|()[]^$\dw{}12,-:<>P=!Q\E"), max_size=12))
def test_random_text_is_sampled_rightly_or_refused_by_reason(pattern: str) -> None:
    try:
        sampler = RegexSampler(pattern)
    except RegexFault as fault:
        assert fault.reason in {"REGEX_SYNTAX", "REGEX_UNSUPPORTED", "REGEX_NO_MATCH", "REGEX_TOO_LARGE"}
        assert fault.message
        assert fault.message != "the pattern uses a form that cannot be sampled"
    else:
        assert all(re2.fullmatch(pattern, text) for text in sampler.sample(HASHES[:30]))
