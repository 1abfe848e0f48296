"""Which of the shop's things an article is, whoever wrote it down, and which articles are of its kind."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog.articles import PER_BASE, load_articles, shop_price
from testdata_agent.engine.synthesis.hashing import mix_one

_KEPT_NAMES: Final = 4096
#: What is about as dear costs this much, in percent.
_LEAST_PRICE, _MOST_PRICE = 60, 165
#: Fewer are a poor choice: then as many are taken as are nearest in price, though none that costs three times as much
#: or a third; where these are very few, those.
FEW: Final = 36
_LEAST_OF_FEW, _MOST_OF_FEW = 33, 300
_VERY_FEW: Final = 6
#: One article in so many is set apart for a use of its own.
_SET_APART: Final = 2


@lru_cache(maxsize=1)
def nouns() -> Mapping[str, int]:
    """What the shop sells (`Glass Baby Bottles`) to its base product, the longest names first."""
    stock = load_articles()
    found: dict[str, int] = {}
    for code in range(0, len(stock.names), PER_BASE):
        noun = stock.names[code].removeprefix(f"{stock.brands[code]} {stock.lines[code]} ").rpartition(", ")[0]
        found[noun] = code // PER_BASE
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=_KEPT_NAMES)
def base_of(name: str) -> int | None:
    """The base product that a name is of, by the last words before a comma; None: the shop has no such thing."""
    heads = [f" {part.strip()}" for part in name.split(",")]
    return next((base for noun, base in nouns().items() if any(head.endswith(f" {noun}") for head in heads)), None)


@lru_cache(maxsize=1)
def _known() -> Mapping[str, int]:
    stock = load_articles()
    return {text: code for texts in (stock.names, stock.skus) for code, text in enumerate(texts)}


def article_of(text: str) -> int | None:
    """The article of exactly this name or number."""
    return _known().get(text)


@lru_cache(maxsize=_KEPT_NAMES)
def of_category(category: str, theme: str | None = None) -> NDArray[np.int64]:
    """Numbers of all articles of a category, of one theme where it is said; in an order that mixes base products."""
    stock = load_articles()
    themes = _themes()
    found = [
        code
        for code, own in enumerate(stock.categories)
        if own == category and (theme is None or themes[code] == theme)
    ]
    return np.array(sorted(found, key=mix_one), dtype=np.int64)


@lru_cache(maxsize=1)
def _themes() -> tuple[str, ...]:
    return tuple(load_articles().theme_names())


def theme_of(base: int) -> str:
    """The theme of a base product."""
    return _themes()[base * PER_BASE]


def category_of(base: int) -> str:
    """The category of a base product."""
    return load_articles().categories[base * PER_BASE]


@lru_cache(maxsize=64)
def prices_in(currency: str) -> NDArray[np.int64]:
    """Prices of all articles in minor units of a currency."""
    return shop_price(load_articles().prices, currency)


@lru_cache(maxsize=_KEPT_NAMES)
def about_as_dear(
    category: str, theme: str | None, price: int | None, currency: str, *, apart: bool | None = None
) -> tuple[int, ...]:
    """Articles of a category that cost about as much, in an order that mixes base products.

    Args:
        category: Of the catalogue; of another one there is nothing.
        theme: Of which they are; None: of any.
        price: In minor units of the currency; None: however dear.
        currency: ISO code.
        apart: Whether those that are set apart or those that are not; None: all.
    """
    codes = of_category(category, theme)
    if apart is not None:
        codes = codes[_set_apart()[codes] == apart]
    if price is None or not len(codes):
        return tuple(codes.tolist())
    prices = prices_in(currency)[codes] * 100
    near = codes[(prices >= price * _LEAST_PRICE) & (prices <= price * _MOST_PRICE)]
    if len(near) < FEW:
        nearest = np.argsort(np.abs(prices - price * 100), kind="stable")
        about = (prices >= price * _LEAST_OF_FEW) & (prices <= price * _MOST_OF_FEW)
        near = codes[np.sort(nearest[: max(_VERY_FEW, min(FEW, int(about.sum())))])]
    return tuple(near.tolist())


@lru_cache(maxsize=1)
def _set_apart() -> NDArray[np.bool_]:
    return np.array([mix_one(code + 1) % _SET_APART == 0 for code in range(len(load_articles().names))], dtype=bool)
