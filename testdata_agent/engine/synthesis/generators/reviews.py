"""What reviewers write: words that agree with the stars and speak of the thing reviewed."""

from collections.abc import Callable, Sequence

import numpy as np

from testdata_agent.engine.catalog.articles import Articles
from testdata_agent.engine.catalog.reviews import STARS, Reviews, Topics
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Choices, Column, Numbers, Texts, Words
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64


def title(rating: str, reviews: Reviews) -> Maker:
    """A headline that agrees with the stars."""
    titles = [reviews.titles[stars] for stars in STARS]
    words = Words([text for texts in titles for text in texts])
    sizes = np.array([len(texts) for texts in titles], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        stars = frame.columns[rating]
        assert isinstance(stars, Numbers)
        mood = np.clip(stars.values, STARS[0], STARS[-1]) - 1
        return Choices(starts[mood] + hashing.below(hashes[0], sizes[mood]), words)

    return make


def body(rating: str, reviewed: Callable[[Frame], I64], articles: Articles, reviews: Reviews) -> Maker:
    """An opening, one to three details of different topics, often a closing."""
    openings = {stars: reviews.parts[stars, "opening"] for stars in STARS}
    closings = {stars: reviews.parts[stars, "closing"] for stars in STARS}
    details, things = _details(articles, reviews), articles.things

    def write(stars: int, first: int, second: int, third: int, article: int) -> str:
        topics = details[article][stars]
        opening, closing = openings[stars], closings[stars]
        size = len(topics)
        forms = opening[(first & 0xFFFF) % len(opening)]
        parts = [forms[(first >> 16 & 0xFFFF) % len(forms)]]
        # Every second review speaks of its department; as steps are at most a third of the topics, none comes twice.
        at = 0 if first >> 32 & 1 else (first >> 33 & 0xFFF) % size
        step = 1 + (first >> 45 & 0xFFF) % (size // 3)
        for number in range(1 + (first >> 57 & 3) % 3):
            topic = topics[(at + number * step) % size]
            forms = topic[(second >> 20 * number & 0xFF) % len(topic)]
            parts.append(forms[(second >> 20 * number + 8 & 0xFFF) % len(forms)])
        if (third & 0xFF) % 3:
            forms = closing[(third >> 8 & 0xFFFF) % len(closing)]
            parts.append(forms[(third >> 24) % len(forms)])
        return " ".join(parts).replace("{thing}", things[article])

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        stars = frame.columns[rating]
        assert isinstance(stars, Numbers)
        mood = np.clip(stars.values, STARS[0], STARS[-1])
        drawn = (hashes[0], hashing.again(hashes[0], 7), hashing.again(hashes[0], 8))
        return Texts(list(map(write, mood.tolist(), *(h.tolist() for h in drawn), reviewed(frame).tolist())))

    return make


def _details(articles: Articles, reviews: Reviews) -> list[dict[int, Topics]]:
    """For each article its topics by stars."""
    kinds: dict[tuple[str, bool], dict[int, Topics]] = {}
    result = []
    for theme, category in zip(articles.theme_names(), articles.categories, strict=True):
        department, used_up = reviews.departments.get(theme, ""), category in reviews.used_up
        kind = kinds.get((department, used_up))
        if kind is None:
            kind = {stars: reviews.details(stars, department, used_up=used_up) for stars in STARS}
            kinds[department, used_up] = kind
        result.append(kind)
    return result


def reviewed(article_at: Callable[[Frame, I64], Column], rows_path: str) -> Callable[[Frame], I64]:
    """The articles that the referred rows of `product` are."""

    def look(frame: Frame) -> I64:
        rows = frame.columns[rows_path]
        assert isinstance(rows, Numbers)
        articles = article_at(frame, rows.values)
        assert isinstance(articles, Choices)
        return articles.codes

    return look
