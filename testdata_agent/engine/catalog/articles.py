"""The shop's shelf: concrete articles, expanded from the base products in `reference/products.psv`.

A line of that file is `Noun|thing|Category|low-high US dollars|most in a basket|variants|feature`; a line that begins
with `@` opens a theme: `@name|code|weight|brands|lines|…`. An article is a base product of one brand, line and variant.
Its price is a function of the article alone, so the same thing costs the same everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog import currencies

#: Articles of one base product.
PER_BASE = 18
_BRAND_STEP, _LINE_STEP, _PRICE_STEPS = 5, 7, 17


@dataclass(frozen=True, slots=True)
class Articles:
    """All articles, by theme, then base product; every sequence has one entry an article unless it says otherwise.

    Attributes:
        things: Short singular noun phrases that read after "this".
        prices: US cents, with a shop's endings.
        quantity_cap: What one basket sensibly holds.
        base_start: Articles of base product b are `base_start[b]:base_start[b + 1]`.
        theme_start: Base products of theme t are `theme_start[t]:theme_start[t + 1]`.
        themes, theme_weights: One entry a theme.
    """

    names: tuple[str, ...]
    skus: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    things: tuple[str, ...]
    descriptions: tuple[str, ...]
    prices: NDArray[np.int64]
    quantity_cap: NDArray[np.int64]
    base_start: NDArray[np.int64]
    theme_start: NDArray[np.int64]
    themes: tuple[str, ...]
    theme_weights: NDArray[np.int64]

    def theme_names(self) -> list[str]:
        """The theme of each article."""
        ends = self.base_start[self.theme_start]
        return [name for name, size in zip(self.themes, np.diff(ends).tolist(), strict=True) for _ in range(size)]


@lru_cache(maxsize=1)
def load_articles() -> Articles:
    """Reads and expands the shelf."""
    text = (resources.files("testdata_agent.engine.catalog") / "reference" / "products.psv").read_text(encoding="utf-8")
    rows: list[tuple[str, str, str, str, str, str, int, int]] = []
    themes, weights, theme_start = [], [], []
    code, brands, lines, bases, number = "", [""], [""], 0, 0
    for line in text.splitlines():
        cells = line.split("|")
        if line.startswith("@"):
            themes.append(cells[0][1:])
            code, brands, lines, number = cells[1], cells[3].split(", "), cells[4].split(", "), 0
            weights.append(int(cells[2]))
            theme_start.append(bases)
            continue
        noun, thing, category, span, cap, variants, feature = cells
        low, high = (100 * int(end) for end in span.split("-"))
        choices = variants.split(", ")
        for turn in range(PER_BASE):
            size = turn % len(choices)
            brand = brands[(turn * _BRAND_STEP + turn // len(brands) + bases) % len(brands)]
            kind = lines[(turn * _LINE_STEP + turn // len(choices) + bases) % len(lines)]
            # Larger variants stand later in the list and cost more; brand and line move the rest.
            step = (turn * 11 + bases * 3) % _PRICE_STEPS
            cents = low + (high - low) * (size * _PRICE_STEPS + step) // (len(choices) * _PRICE_STEPS)
            number += 1
            name = f"{brand} {kind} {noun}, {choices[size]}"
            about = f"From the {kind} line of {brand}: this {thing} {feature}. Sold as {choices[size]}."
            rows.append((name, f"{code}-{number:05d}", category, brand, thing, about, _ending(cents), int(cap)))
        bases += 1
    names, skus, categories, makers, things, descriptions, prices, caps = zip(*rows, strict=True)
    return Articles(
        names, skus, categories, makers, things, descriptions,
        np.array(prices, dtype=np.int64), np.array(caps, dtype=np.int64),
        np.arange(0, len(rows) + 1, PER_BASE, dtype=np.int64),
        np.array([*theme_start, bases], dtype=np.int64),
        tuple(themes), np.array(weights, dtype=np.int64),
    )  # fmt: skip


def _ending(cents: int) -> int:
    """The nearest price that a shop would write: .49 or .99 for small things, .99 or .00 for large ones."""
    if cents < 1000:
        return max(149, cents // 50 * 50 + 49)
    if cents < 10_000:
        return cents // 100 * 100 + (95 if cents // 100 % 5 == 0 else 99)
    return cents // 1000 * 1000 + 900


def shop_price(cents: NDArray[np.int64], currency: str) -> NDArray[np.int64]:
    """Prices in minor units of a currency, as its shops write them; integer arithmetic only."""
    numerator, denominator = currencies.RATES.get(currency, (1, 1))
    digits = currencies.digits(currency)
    if currency == "USD":
        return cents
    if digits == 0:
        whole = np.maximum(cents * numerator // denominator // 100, 1)
        yen: NDArray[np.int64] = np.maximum(whole // 100 * 100 + 80, 80)
        return yen
    minor = cents * numerator // denominator * 10 ** (digits - 2)
    unit = int(10**digits)
    priced: NDArray[np.int64] = minor // unit * unit + unit - 10 ** (digits - 2)
    return priced


@lru_cache(maxsize=1)
def taxonomy() -> Mapping[str, frozenset[str]]:
    """Category to the themes that it belongs to."""
    stock = load_articles()
    result: dict[str, set[str]] = {}
    for theme, name in enumerate(stock.themes):
        first, last = stock.base_start[stock.theme_start[theme]], stock.base_start[stock.theme_start[theme + 1]]
        for category in set(stock.categories[first:last]):
            result.setdefault(category, set()).add(name)
    return {category: frozenset(names) for category, names in result.items()}
