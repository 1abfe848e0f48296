"""Patterns that cannot be honoured are refused by name, and at a bounded price."""

import pytest

from testdata_agent.engine.synthesis.regex import RegexFault, RegexSampler, faults
from testdata_agent.engine.synthesis.regex.faults import Budget


def fault_of(pattern: str, *, min_length: int = 0, max_length: int | None = None, search: bool = False) -> RegexFault:
    with pytest.raises(RegexFault) as caught:
        RegexSampler(pattern, min_length=min_length, max_length=max_length, search=search)
    return caught.value


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("(?=a)b", "look-ahead"),
        ("(?!a)b", "look-ahead"),
        ("(?<=a)b", "look-behind"),
        ("(?<!a)b", "look-behind"),
        (r"(a)\1", "back-reference"),
        (r"(?P<n>a)(?P=n)", "back-reference"),
        (r"(?P<n>a)\k<n>", "back-reference"),
        ("(?>a)", "atomic"),
        ("(?#note)a", "comment"),
        ("(?x) a", "extended"),
        (r"a\Z", r"\Z"),
        (r"\C", r"\C"),
    ],
)
def test_what_re2_does_not_have_is_refused_by_name(pattern: str, word: str) -> None:
    fault = fault_of(pattern)
    assert fault.reason == faults.UNSUPPORTED
    assert word in fault.message


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "missing )"),
        ("[z-a]", "invalid character class range: z-a"),
        ("a**", "bad repetition operator: **"),
        ("a{1001}", "invalid repetition size"),
        ("[[:foo:]]", "[:foo:]"),
        ("*a", "no argument for repetition operator: *"),
        ("\ud800", "not valid Unicode"),
    ],
)
def test_a_broken_pattern_is_refused_in_the_words_of_re2(pattern: str, words: str) -> None:
    fault = fault_of(pattern)
    assert fault.reason == faults.SYNTAX
    assert words in fault.message


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("a{5}", 6, None),
        ("a{5}", 0, 4),
        ("(aa)*", 3, 3),
        ("a*", 5, 4),
        ("a*", 0, -1),
        (r"a\bb", 0, None),
        ("a^b", 0, None),
        (r"a*[^\x{0}-\x{10FFFF}]", 0, None),
        (r"(ab)*$a", 0, None),
    ],
)
def test_what_no_string_can_meet_is_refused(pattern: str, least: int, most: int | None) -> None:
    assert fault_of(pattern, min_length=least, max_length=most).reason == faults.NO_MATCH


def test_the_refusal_names_the_length() -> None:
    assert "of length 3" in fault_of("(aa)*", min_length=3, max_length=3).message
    assert "of length at least 6" in fault_of("a{5}", min_length=6).message


def test_a_search_cannot_pad_what_is_anchored_at_both_ends() -> None:
    assert fault_of("^(a|b)$", min_length=3, search=True).reason == faults.NO_MATCH


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|b)*a(a|b){20}",
        "(.{0,30}a){1,30}",
        "(a?){1000}a{1000}",
        "a?" * 500 + "a" * 500,
        "a{1000}" * 600,
        r"(?:\b|a|\B|b){1,900}",
        "(?:" + "|".join(f"a{{{n}}}" for n in range(1, 300)) + ")*b",
        "((a*b*c*d*e*)*f*)*" * 200,
        "".join(f"[a-{chr(0x100 + n)}]" for n in range(100)),
        "(?:" * 51 + "a" + ")" * 51,
        "x" * 1_000_000,
        "(" * 1_000_000,
    ],
    ids=lambda pattern: pattern[:24],
)
@pytest.mark.timeout(5)
def test_what_would_cost_too_much_is_refused_soon(pattern: str) -> None:
    assert fault_of(pattern).reason == faults.TOO_LARGE


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|aa)+", "(.*)*", "(a*)*b", "(x{1000})", "((a{10}){10}){10}", "(.*a){20}", "(?:[a-z]|[b-y])*" * 200],
)
@pytest.mark.timeout(5)
def test_what_ruins_a_backtracking_matcher_is_no_trouble(pattern: str) -> None:
    sampler = RegexSampler(pattern)
    assert sampler.matches(sampler.unrank(sampler.space - 1))


def test_lengths_beyond_reason_are_refused() -> None:
    assert fault_of(".*", min_length=2**31 - 1).reason == faults.TOO_LARGE
    assert RegexSampler("a*", max_length=2**31 - 1).space == 25


def test_the_price_is_counted_in_steps_so_that_every_machine_refuses_alike() -> None:
    budget = Budget(10)
    budget.spend(10)
    with pytest.raises(RegexFault, match="too many ways"):
        budget.spend(1)
