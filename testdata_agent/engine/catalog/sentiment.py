"""Whether a text praises or complains, by a lexicon of words and short phrases (`reference/sentiment.tsv`).

A negation turns what follows it within a few words and before a comma; words such as "very" strengthen the next one,
"slightly" weaken it; what stands before a "but" counts half, what an "if" supposes next to nothing. Phrases go
before their words: "no complaints" is praise.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Final

#: The lexicon's weights are from -3 to 3.
_STRONGEST: Final = 3.0
_NEGATING = (
    "not never no cannot can't don't doesn't didn't isn't wasn't aren't weren't won't wouldn't shouldn't couldn't"
    " haven't hasn't hadn't hardly rarely barely scarcely nothing nobody none neither nor without ain't"
)
_STRENGTHENING = "very really so extremely absolutely totally completely utterly truly incredibly such"
_WEAKENING = "slightly somewhat bit little fairly minor small touch"
_NEGATIONS: Final = frozenset(_NEGATING.split())
#: Words after a negation that it reaches.
_REACH: Final = 3
#: What is left of a negated weight: "not good" is milder than "bad", and "not bad" much milder than "good".
_NEGATED_PRAISE, _NEGATED_COMPLAINT = -0.8, -0.5
_DEGREES: Final[Mapping[str, float]] = {
    **dict.fromkeys(_STRENGTHENING.split(), 1.3),
    **dict.fromkeys(_WEAKENING.split(), 0.5),
}
_CONTRASTS: Final = frozenset(["but", "however", "although", "yet"])
_BEFORE_CONTRAST: Final = 0.5
#: What comes after these, up to the next comma, is supposed: "if you hate scrubbing", "I feared it would break".
_SUPPOSING: Final = frozenset(["if", "worried", "afraid", "feared", "thought", "skeptical", "whenever", "unless"])
_SUPPOSED: Final = 0.15
_TOKEN: Final = re.compile(r"[a-z0-9']+|[.,!?;:]")
_STOPS: Final = frozenset(".!?;:")


def polarity(text: str) -> float | None:
    """From -1 (complaint) to 1 (praise); None where no word of it is in the lexicon."""
    words, phrases = _lexicon()
    tokens = _TOKEN.findall(text.lower().replace("\u2019", "'"))
    total = sentence = 0.0
    known, at, negated_until, degree, real = 0, 0, 0, 1.0, 1.0
    size = len(tokens)
    while at < size:
        token = tokens[at]
        length = 1
        weight = None
        if token in phrases:
            length, weight = _phrase(phrases[token], tokens, at)
        if weight is None:
            weight = words.get(token)
        if weight is not None:
            known += 1
            if weight and at < negated_until:
                weight *= _NEGATED_PRAISE if weight > 0 else _NEGATED_COMPLAINT
            sentence += weight * degree * real
            degree = 1.0
        elif token in _DEGREES:
            degree = _DEGREES[token]
        elif token in _NEGATIONS:
            negated_until = at + 1 + _REACH
        elif token in _STOPS:
            total, sentence, negated_until, degree, real = total + sentence, 0.0, 0, 1.0, 1.0
        elif token == ",":
            negated_until, real = 0, 1.0
        elif token in _CONTRASTS:
            sentence, negated_until, degree, real = sentence * _BEFORE_CONTRAST, 0, 1.0, 1.0
        elif token in _SUPPOSING:
            real = _SUPPOSED
        at += length
    if not known:
        return None
    mean = (total + sentence) / (known * _STRONGEST)
    return max(-1.0, min(1.0, mean))


#: The rest of each phrase that begins with a word, longest first, and its weight.
_Tails = tuple[tuple[list[str], float], ...]


def _phrase(tails: _Tails, tokens: list[str], at: int) -> tuple[int, float | None]:
    """Length in words and weight of the longest phrase that stands at a word; (1, None) where none does."""
    for tail, weight in tails:
        if tokens[at + 1 : at + 1 + len(tail)] == tail:
            return 1 + len(tail), weight
    return 1, None


@lru_cache(maxsize=1)
def _lexicon() -> tuple[Mapping[str, float], Mapping[str, _Tails]]:
    """Weights of single words, and phrases by their first word."""
    words: dict[str, float] = {}
    phrases: dict[str, list[tuple[list[str], float]]] = {}
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "sentiment.tsv"
    for line in file.read_text(encoding="utf-8").splitlines():
        weight, entries = line.split("\t")
        for entry in entries.split(", "):
            first, *rest = entry.split(" ")
            if rest:
                phrases.setdefault(first, []).append((rest, float(weight)))
            else:
                words[first] = float(weight)
    return words, {first: tuple(sorted(found, key=lambda p: -len(p[0]))) for first, found in phrases.items()}
