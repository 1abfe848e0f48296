"""Names of fields taken apart, however they are written."""

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+|[^\W\d_a-zA-Z]+")
#: Words at the end of a name that say nothing of what it is.
_NOISE = frozenset({"value", "val", "text", "str", "field", "info", "data", "1", "2", "3"})


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `homeZipCode` and `home-zip_code` are (home, zip, code)."""
    return tuple(word.lower() for word in _WORD.findall(name[:200]))


def without_noise(words: Sequence[str]) -> tuple[str, ...]:
    """The words without those at the end that say nothing."""
    end = len(words)
    while end > 1 and words[end - 1] in _NOISE:
        end -= 1
    return tuple(words[:end])


def singular(words: Sequence[str]) -> tuple[str, ...]:
    """What one of many is called: `skills` hold a skill."""
    *rest, last = words
    if last.endswith("ies") and len(last) > 4:
        last = last[:-3] + "y"
    elif last.endswith(("gnoses", "lyses", "theses", "crises")):
        last = last[:-2] + "is"
    elif last.endswith(("sses", "xes", "ches", "shes")) or (
        last.endswith("uses") and not last.endswith(("auses", "ouses"))
    ):
        last = last[:-2]
    elif last.endswith("s") and not last.endswith("ss"):
        last = last[:-1]
    return (*rest, last)
