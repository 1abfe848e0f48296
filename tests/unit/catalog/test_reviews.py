"""The sentences of reviews: enough of them, clean, and varied when put together."""

import random
import re
from collections import Counter

import pytest

from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.catalog.reviews import STARS, Reviews, Sentences, expanded, load_reviews
from tests.unit.catalog.composing import compose

PARTS = ("opening", "closing")
DEPARTMENTS = sorted(set(load_reviews().departments.values()))


def flat(*parts: Sentences) -> list[str]:
    """All sentences of some parts, each once."""
    return list({text: None for part in parts for forms in part for text in forms})


def texts_of(reviews: Reviews, stars: int) -> list[str]:
    """Every sentence of a rating."""
    topics = [topic for name in ["", *DEPARTMENTS] for topic in reviews.details(stars, name)]
    return flat(*topics, *reviews.details(stars, used_up=True), *(reviews.parts[stars, part] for part in PARTS))


@pytest.mark.parametrize("stars", STARS)
def test_every_part_has_many_sentences(stars: int) -> None:
    reviews = load_reviews()

    assert min(len(flat(reviews.parts[stars, part])) for part in PARTS) >= 150
    assert len(flat(*reviews.details(stars))) >= 150
    assert min(len(flat(topic)) for topic in reviews.details(stars, used_up=True)) >= 7


@pytest.mark.parametrize("stars", STARS)
def test_titles_are_many_short_and_distinct(stars: int) -> None:
    titles = load_reviews().titles[stars]

    assert len(set(titles)) == len(titles) >= 60
    assert max(map(len, titles)) <= 40


@pytest.mark.parametrize("stars", STARS)
def test_sentences_are_clean(stars: int) -> None:
    unclean = re.compile(r'["\\|]|  | [,.;!?]|[,.;]\.|\{(?!thing\})|^\{|\b[Aa] \{thing|\ba [aeio]\w')

    texts = texts_of(load_reviews(), stars)
    assert [text for text in texts if not text.isascii() or unclean.search(text) or text[-1] not in ".!?"] == []
    assert [text for text in texts if text[0] != text[0].upper()] == []


@pytest.mark.parametrize("stars", STARS)
def test_a_department_adds_a_topic_of_its_own(stars: int) -> None:
    reviews = load_reviews()
    general = reviews.details(stars)

    for department in DEPARTMENTS:
        assert reviews.details(stars, department)[1:] == general
        assert len(flat(reviews.details(stars, department)[0])) >= 20
    assert reviews.details(stars, "no such department") == general


@pytest.mark.parametrize("stars", STARS)
def test_what_is_used_up_is_not_said_to_have_lasted_for_months(stars: int) -> None:
    reviews = load_reviews()
    long = re.compile(r"\b(half a year|a whole season|(two|three|four) months)\b")

    assert [text for text in flat(*reviews.details(stars, "baby", used_up=True)) if long.search(text)] == []


def test_no_sentence_belongs_to_two_ratings() -> None:
    reviews = load_reviews()
    seen = Counter(text for stars in STARS for text in texts_of(reviews, stars))

    assert [text for text, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("stars", STARS)
def test_a_length_of_time_stands_in_one_topic_alone(stars: int) -> None:
    reviews = load_reviews()
    long = re.compile(r"\b(half a year|a whole season|(two|three|four) months|a month)\b")

    assert [text for part in PARTS for text in flat(reviews.parts[stars, part]) if long.search(text)] == []
    assert sum(any(long.search(text) for text in flat(topic)) for topic in reviews.details(stars)) <= 1


def test_a_thousand_reviews_hardly_repeat() -> None:
    reviews, rng = load_reviews(), random.Random(7)
    bodies = [compose(reviews, rng, rng.choices([1, 2, 3, 4, 5], [10, 7, 13, 25, 45])[0]) for _ in range(1000)]
    sentences = Counter(text for body in bodies for text in set(re.split(r"(?<=[.!?]) ", body)))

    assert len(set(bodies)) >= 950
    assert sentences.most_common(1)[0][1] <= 30


def test_departments_and_themes_of_the_catalogue_are_the_same() -> None:
    assert set(load_reviews().departments) == set(load_articles().themes)


def test_what_is_used_up_are_categories_of_the_catalogue() -> None:
    assert load_reviews().used_up <= set(load_articles().categories)


def test_alternatives_and_lists_expand_within_one_another() -> None:
    lists = {"who": ["my sister", "my son"]}

    assert expanded(["{who} likes this {thing}{|, {a lot|much}}."], lists) == (
        "My sister likes this {thing}.",
        "My sister likes this {thing}, a lot.",
        "My sister likes this {thing}, much.",
        "My son likes this {thing}.",
        "My son likes this {thing}, a lot.",
        "My son likes this {thing}, much.",
    )


def test_an_open_brace_is_an_error() -> None:
    with pytest.raises(ValueError, match="not closed"):
        expanded(["A {good|nice thing."], {})


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(KeyError):
        expanded(["It is {wonderfull}."], {})
