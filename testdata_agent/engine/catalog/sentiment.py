"""A small lexicon of how reviewers praise and complain, with negation."""

import re
from typing import Final

_GOOD = (
    "good great wonderful fantastic superb lovely brilliant perfect perfectly excellent love loved loves joy"
    " happy happier glad recommend recommended worth best delight impressive outstanding solid nice pleased"
    " easy enjoys well like likes easier beautifully beautiful amazing awesome favorite enjoy sturdy reliable"
    " comfortable deserved care new"
)
_BAD = (
    "bad awful terrible useless dreadful horrible pathetic broke broken disappointed disappointing"
    " disappointment poor poorly cheap flimsy waste avoid worst defective refund regret unhappy late damaged"
    " overpriced annoying awkward fails failed wrong scratches complain complaint trouble weak sadly unusable"
    " junk fell hate hated"
)
#: Phrases whose words mean the opposite of what they mean alone.
_PRAISE = re.compile(r"(could not|couldn't) be happier|never disappoint\w*|no (trouble|complaint)\w*")
LEXICON: Final = {**dict.fromkeys(_GOOD.split(), 1), **dict.fromkeys(_BAD.split(), -1)}
_NEGATIONS: Final = frozenset(
    ["not", "never", "no", "cannot", "hardly", "isn't", "wasn't", "don't", "nothing", "nobody"],
)
_SENTENCE = re.compile(r"[.!?;:]")
_WORD = re.compile(r"[a-z']+")
#: Words that a negation reaches.
_REACH = 3


def polarity(text: str) -> float | None:
    """From -1 (complaint) to 1 (praise); None where no word is known."""
    total = known = 0
    for sentence in _SENTENCE.split(_PRAISE.sub("perfect", text.lower())):
        since = _REACH
        for word in _WORD.findall(sentence):
            weight = LEXICON.get(word)
            if weight is not None:
                total += -weight if since < _REACH else weight
                known += 1
            since = 0 if word in _NEGATIONS else since + 1
    return total / known if known else None
