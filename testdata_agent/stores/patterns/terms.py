"""What of a text's words is counted when patterns are found by their words."""

from functools import lru_cache
from typing import Final

from testdata_agent.stores.patterns.embedder import REQUEST_WORDS, shipped_spelling
from testdata_agent.stores.patterns.wordpiece import MAX_CHARACTERS, words_of

_STOP_WORDS = """
a about all also am an and any are as at be because been being but by can could did do does doing each for
from get given gives had has have having her here his how i if in into is it its itself just makes me more
most my needs no nor of off on one only or other our out over own same shall she should so some such than that
the their them then there these they this those to too us use used using very wants was we were what when
where which while who whose why will with would you your
"""
#: Words that say nothing about what is wanted, in patterns' intents and testers' requests alike.
STOP_WORDS: Final = frozenset(_STOP_WORDS.split()) | REQUEST_WORDS
_VOWELS: Final = frozenset("aeiouy")


def terms_of(text: str) -> tuple[str, ...]:
    """The counted words of a text by their stems, in order; signs and stop words are none.

    A misspelt word counts as what was meant.
    """
    meant = shipped_spelling().meant
    words = words_of(text[:MAX_CHARACTERS])
    return tuple(stem(meant(word)) for word in words if word not in STOP_WORDS and word.isalnum())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without the endings of number and tense: `deliveries`, `delivery`; `discounted`, `discount`.

    Two words of one stem count as the same, so it is careful: what is left has four letters or more, and a vowel.
    """
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 4 and _VOWELS & set(rest):
            doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
            word = rest[:-1] if doubled else rest
            break
    # Of `purchase` and `purchased`; of `cancel` and `cancelled`.
    spare = (len(word) > 4 and word.endswith("e")) or (len(word) > 5 and word.endswith("ll"))
    return word[:-1] if spare else word


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]
