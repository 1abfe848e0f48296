"""Reviews: how much they repeat, and whether their words agree with the stars."""

import re
from collections import Counter
from typing import Any

from tests.benchmarks.quality.records import COUNT, Made
from tests.benchmarks.table import Figure

_PRAISE = (
    "good great nice love loves loved like likes happy pleased glad perfect excellent wonderful superb fantastic"
    " amazing brilliant best better lovely beautiful recommend recommended joy pleasure delighted impressed satisfied"
)
_COMPLAINT = (
    "bad poor terrible awful horrible dreadful useless worst worse hate hates disappointed disappointing disappointment"
    " annoying annoyed waste broke broken failed angry unhappy regret disgrace pathetic frustrating weak worthless"
    " disappoints misleading overpriced dislike"
)
_TURNING = "not no never cannot nobody hardly without"
#: Plain words, chosen without a look at the product's own lexicon.
PRAISE, COMPLAINT, TURNING = (frozenset(words.split()) for words in (_PRAISE, _COMPLAINT, _TURNING))


def figures(made: Made) -> list[Figure]:
    """Of bodies, sentences, titles and their tone."""
    reviews = made.of("review")
    sentences = Counter(text for review in reviews for text in set(re.split(r"(?<=[.!?]) ", review["body"])))
    sentence, times = sentences.most_common(1)[0]
    titles = Counter(review["title"] for review in reviews)
    return [
        Figure(f"distinct bodies of {COUNT} reviews", len({review["body"] for review in reviews}), least=950),
        Figure(f"most reviews with one sentence ({sentence!r})", times, most=30),
        Figure("distinct sentences", len(sentences), least=1000),
        Figure(f"distinct titles of {COUNT} reviews", len(titles), least=200),
        _agreeing("bodies of 1 and 2 stars that complain", reviews, "body", (1, 2), -1, 0.95),
        _agreeing("bodies of 4 and 5 stars that praise", reviews, "body", (4, 5), 1, 0.95),
        _agreeing("titles of 1 and 2 stars that praise", reviews, "title", (1, 2), 1, None),
        _agreeing("titles of 4 and 5 stars that complain", reviews, "title", (4, 5), -1, None),
    ]


def _agreeing(
    name: str, reviews: list[dict[str, Any]], field: str, stars: tuple[int, ...], sign: int, least: float | None
) -> Figure:
    """The share of texts whose tone has this sign; without a least share there may be none."""
    tones = [_tone(review[field]) * sign > 0 for review in reviews if review["rating"] in stars]
    if least is None:
        return Figure(name, sum(tones), most=0)
    return Figure.share(name, sum(tones), len(tones), least=least)


def _tone(text: str) -> int:
    """Words of praise less words of complaint; a negation turns the two words after it."""
    words, tone = re.findall(r"[a-z']+", text.lower()), 0
    for at, word in enumerate(words):
        sign = -1 if TURNING.intersection(words[max(0, at - 2) : at]) else 1
        tone += sign * ((word in PRAISE) - (word in COMPLAINT))
    return tone
