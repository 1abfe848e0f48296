"""Reviews told in other words: most of an exemplar's sentences, and others that agree with its stars after them.

What is put there holds no fact: closings of the catalogue go with any review of as many stars.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from testdata_agent.engine.catalog.reviews import STARS, load_reviews
from testdata_agent.engine.catalog.sentiment import polarity
from testdata_agent.engine.synthesis.hashing import mix_one

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
#: Words of which an English text of several sentences has some.
_ENGLISH: Final = re.compile(r"\b(?:the|and|it|is|was|this|for|but|not|with)\b", re.IGNORECASE)
_LEAST_ENGLISH: Final = 2
#: From so many sentences on one may be left out.
_MANY: Final = 3
_TRIES: Final = 3
_TITLES_OWN: Final = 40


def told_otherwise(text: str, record: Mapping[str, Any], part: str, hashed: int, fits: Callable[[str], bool]) -> str:
    """A title or body in other words, or as it is where that cannot be told otherwise.

    Args:
        text: The exemplar's.
        record: The exemplar, for its stars.
        part: `title` or `body`.
        hashed: 64 bits of the row.
        fits: Whether the field can hold a text.
    """
    stars = record.get("rating")
    if not isinstance(stars, int) or stars not in STARS or not _is_english(str(record.get("body", ""))):
        return text
    for turn in range(_TRIES):
        bits = mix_one(hashed + turn)
        told = _titled(text, stars, bits) if part == "title" else _retold(text, stars, bits)
        if fits(told) and _agrees(told, stars):
            return told
    return text


def _titled(text: str, stars: int, bits: int) -> str:
    titles = load_reviews().titles[stars]
    return text if bits % 100 < _TITLES_OWN else titles[(bits >> 8) % len(titles)]


def _retold(text: str, stars: int, bits: int) -> str:
    sentences = _SENTENCE_END.split(text)
    if len(sentences) >= _MANY and bits & 1:
        del sentences[1 + (bits >> 1 & 0xFF) % (len(sentences) - 1)]
    closings = _closings(stars)
    if not sentences[1:] or bits >> 9 & 3:
        sentences.append(closings[(bits >> 11) % len(closings)])
    return " ".join(sentences)


@lru_cache(maxsize=len(STARS))
def _closings(stars: int) -> tuple[str, ...]:
    """Last sentences that name no thing."""
    forms = load_reviews().parts[stars, "closing"]
    return tuple(text for template in forms for text in template if "{" not in text)


@lru_cache(maxsize=1024)
def _is_english(text: str) -> bool:
    """Whether a text of several words in one paragraph is English."""
    return "\n" not in text and len({word.lower() for word in _ENGLISH.findall(text)}) >= _LEAST_ENGLISH


@lru_cache(maxsize=4096)
def _agrees(text: str, stars: int) -> bool:
    """Whether the words do not speak against the stars."""
    tone = polarity(text)
    middle = (STARS[0] + STARS[-1]) // 2
    return tone is None or stars == middle or (tone >= 0) == (stars > middle)
