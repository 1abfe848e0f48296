"""Makers of an article's parts, all of one article to an object and of one theme to a basket."""

from functools import lru_cache
from typing import Any

import numpy as np

from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.schema.model import Field
from testdata_agent.engine.synthesis.draft import VALUE, Draft, Found, scope_of
from testdata_agent.engine.synthesis.fields import texts
from testdata_agent.engine.synthesis.fields.groups import allowed
from testdata_agent.engine.synthesis.frame import ROOT
from testdata_agent.engine.synthesis.generators import articles, numbers
from testdata_agent.engine.synthesis.literals import limited
from testdata_agent.engine.synthesis.scales import scaled_bounds


def part(draft: Draft, path: str, spec: Field, level: str, hint: dict[str, Any]) -> Found:
    """A part of the article at the field's scope."""
    scope, wanted = scope_of(path, level), hint["part"]
    article = _drawn(draft, scope, level)
    resources = draft.resources
    shelf, found = _shelf(draft, scope)
    if wanted == "quantity":
        low, high = scaled_bounds(spec, 0)
        draft.bounded.add(path)
        return articles.quantity(article, resources.articles.quantity_cap, low or 1, high), (article,), VALUE
    if wanted == "price":
        scale = draft.scale(spec)
        low, high = scaled_bounds(spec, scale)
        if not found or draft.touched(path) or (high is None and int(resources.prices.min()) >= (low or 0)):
            draft.bounded.add(path)
        if found:
            if scale == resources.currency_digits:
                return articles.price(article, resources.prices, scale, resources.written_prices), (article,), ()
            units = np.maximum(resources.prices * 10**scale // 10**resources.currency_digits, 1)
            return articles.price(article, units, scale, None), (article,), ()
        return numbers.uniform(low or 1, high if high is not None else (low or 1) * 3, scale), (), VALUE
    if not found and draft.touched(path):
        return texts.text(draft, path, spec, level)
    if wanted == "sku" and level == ROOT:
        words = resources.article_words("sku")
        if spec.unique and limited(spec):
            if not set(spec.values or ()) <= set(words.texts):
                return texts.chosen(draft, path, spec, level)
            # The number of a round, by which skus never run out, would break the limits.
            draft.room(path, level, len(shelf.order))
        return articles.unique_sku(article, words, len(shelf.order)), (article,), ()
    return articles.word(article, resources.article_words(wanted)), (article,), ()


def _drawn(draft: Draft, scope: str, level: str) -> str:
    """The hidden column of the article that belongs to the object at `scope`."""
    path = scope + "#article"
    if path in draft.nodes:
        return path
    shelf, _ = _shelf(draft, scope)
    names = draft.resources.article_words("name")
    if level == ROOT:
        return draft.add(path, level, articles.single(shelf, names, draft.key(path)), (), ())
    theme = draft.add(level + "#theme", ROOT, articles.theme(shelf, draft.resources.theme_words()))
    walk = draft.add(level + "#walk", ROOT, articles.walk(shelf, theme), (theme,), ("start", "stride"))
    return draft.add(path, level, articles.basket(shelf, theme, walk, names), (theme, walk))


def _shelf(draft: Draft, scope: str) -> tuple[articles.Shelf, bool]:
    """The shelf of the group at `scope`, and whether its articles meet the request's limits."""
    found: tuple[articles.Shelf, bool] | None = draft.groups.get(scope + "#shelf")
    if found is None:
        stock = draft.resources.articles
        lines = allowed(draft, scope, "article", draft.resources.article_words)
        met = lines is None or bool(lines.any())
        if lines is None or not met:
            lines = np.ones(len(stock.names), dtype=bool)
        shelf = _shelf_of(lines.tobytes())
        found = draft.groups[scope + "#shelf"] = (shelf, met)
    return found


@lru_cache(maxsize=64)
def _shelf_of(lines: bytes) -> articles.Shelf:
    """The shelf of these lines of the catalogue, a byte each; one however many plans ask for it."""
    return articles.Shelf.of(load_articles(), np.frombuffer(lines, dtype=bool))
