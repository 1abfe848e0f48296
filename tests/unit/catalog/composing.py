"""Reviews put together as the engine does: an opening, one to three details of different topics, often a closing."""

import random

from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.catalog.reviews import Reviews


def compose(reviews: Reviews, rng: random.Random, stars: int) -> str:
    """A body about a random article."""
    articles = load_articles()
    themes, at = articles.theme_names(), rng.randrange(len(articles.names))
    topics = reviews.details(stars, reviews.departments[themes[at]], used_up=articles.categories[at] in reviews.used_up)
    parts = [reviews.parts[stars, "opening"], *rng.sample(topics, rng.randint(1, 3))]
    if rng.random() < 0.67:
        parts.append(reviews.parts[stars, "closing"])
    return " ".join(rng.choice(rng.choice(sentences)) for sentences in parts).replace("{thing}", articles.things[at])
