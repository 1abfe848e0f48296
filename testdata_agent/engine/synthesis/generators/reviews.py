"""What reviewers write: words that agree with the stars and speak of the thing reviewed."""

from collections.abc import Callable, Sequence

from testdata_agent.engine.catalog.reviews import Reviews
from testdata_agent.engine.synthesis import hashing
from testdata_agent.engine.synthesis.columns import I64, Choices, Column, Numbers, Texts
from testdata_agent.engine.synthesis.frame import Frame, Level, Maker
from testdata_agent.engine.synthesis.hashing import U64

_STARS = range(1, 6)


def title(rating: str, reviews: Reviews) -> Maker:
    """A headline that agrees with the stars."""
    titles = {stars: reviews.titles(stars) for stars in _STARS}

    def make(frame: Frame, _level: Level, hashes: Sequence[U64]) -> Column:
        stars = frame.columns[rating]
        assert isinstance(stars, Numbers)
        picked = zip(stars.values.tolist(), hashes[0].tolist(), strict=True)
        return Texts([titles[s][h % len(titles[s])] for s, h in picked])

    return make


def body(rating: str, things: Callable[[Frame, Level], Sequence[str]], reviews: Reviews) -> Maker:
    """An opening, one to three details of different topics, often a closing."""
    openings = {stars: reviews.sentences(stars, "opening", "") for stars in _STARS}
    closings = {stars: reviews.sentences(stars, "closing", "") for stars in _STARS}
    details = {stars: reviews.details(stars) for stars in _STARS}

    def write(stars: int, first: int, second: int, thing: str) -> str:
        topics = details[stars]
        opening, closing = openings[stars], closings[stars]
        parts = [opening[first % len(opening)]]
        at = (first >> 24) % len(topics)
        for number in range(1 + (second & 3) % 3):
            topic = topics[(at + number * (1 + (second >> 40) % max(1, len(topics) // 3))) % len(topics)]
            parts.append(topic[(second >> (4 + 11 * number)) % len(topic)])
        if (second >> 60) % 3:
            parts.append(closing[(first >> 40) % len(closing)])
        return " ".join(dict.fromkeys(parts)).replace("{thing}", thing)

    def make(frame: Frame, level: Level, hashes: Sequence[U64]) -> Column:
        stars = frame.columns[rating]
        assert isinstance(stars, Numbers)
        second = hashing.again(hashes[0], 7)
        drawn = (stars.values.tolist(), hashes[0].tolist(), second.tolist(), things(frame, level))
        return Texts(list(map(write, *drawn)))

    return make


def thing_of(
    article_at: Callable[[Frame, I64], Column], rows_path: str, things: Sequence[str]
) -> Callable[..., list[str]]:
    """The short names of the things that the referred rows of `product` are."""

    def look(frame: Frame, _level: Level) -> list[str]:
        rows = frame.columns[rows_path]
        assert isinstance(rows, Numbers)
        articles = article_at(frame, rows.values)
        assert isinstance(articles, Choices)
        return [things[code] for code in articles.codes.tolist()]

    return look
