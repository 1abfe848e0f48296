"""The shop's shelf: concrete articles, expanded from the base products in `reference/products.psv`.

A line of that file is `Noun|thing|Category|low-high US dollars|most in a basket|variants|feature`; variants that begin
with `~` (colors, sizes of clothes) cost the same, others cost more the later they stand. A line that begins with `@`
opens a theme: `@name|code|weight|brands|lines`; one that begins with `+` gives some of its categories makers of their
own: `+Category, …|brands|lines`. An article is a base product of one brand, line and variant. Its price is a function
of the article alone, so the same thing costs the same everywhere. `reference/categories.psv` has sentences for the
descriptions: `Category|sentence|…`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from math import gcd

import numpy as np
from numpy.typing import NDArray

from testdata_agent.engine.catalog import currencies

#: Articles of one base product.
PER_BASE = 18
#: Levels of price that brands and lines make up.
_TIERS = 17
#: How a shop speaks of a thing: each with the thing, what it does, and a sentence of its category.
_FORMS = (
    "This {thing} {feature}. {more}",
    "{An} {thing} that {feature}. {more}",
    "{brand} {line}: {an} {thing} that {feature}. {more}",
    "This {thing} by {brand} {feature}. {more}",
    "From the {line} line of {brand}: this {thing} {feature}. {more}",
    "This {thing} {feature}. {more} Part of the {line} line by {brand}.",
    "The {thing} of the {line} line {feature}. {more}",
)


@dataclass(frozen=True, slots=True)
class Articles:
    """All articles, by theme, then base product; every sequence has one entry an article unless it says otherwise.

    Attributes:
        things: Short singular noun phrases that read after "this".
        features: What the thing does, to be read after it.
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
    lines: tuple[str, ...]
    features: tuple[str, ...]
    prices: NDArray[np.int64]
    quantity_cap: NDArray[np.int64]
    base_start: NDArray[np.int64]
    theme_start: NDArray[np.int64]
    themes: tuple[str, ...]
    theme_weights: NDArray[np.int64]

    @property
    def descriptions(self) -> tuple[str, ...]:
        """What the shop says of each article; they are written when first asked for."""
        return _descriptions()

    def theme_names(self) -> list[str]:
        """The theme of each article."""
        ends = self.base_start[self.theme_start]
        return [name for name, size in zip(self.themes, np.diff(ends).tolist(), strict=True) for _ in range(size)]


@lru_cache(maxsize=1)
def load_articles() -> Articles:
    """Reads and expands the shelf."""
    rows: list[tuple[str, str, str, str, str, str, str, int, int]] = []
    themes, weights, theme_start = [], [], []
    code, makers, bases, before = "", {"": ([""], [""])}, 0, 0
    for cells in _cells("products"):
        first = cells[0]
        if first.startswith("@"):
            themes.append(first[1:])
            weights.append(int(cells[2]))
            theme_start.append(bases)
            code, makers, before = cells[1], {"": (cells[3].split(", "), cells[4].split(", "))}, len(rows)
        elif first.startswith("+"):
            makers |= {category: (cells[1].split(", "), cells[2].split(", ")) for category in first[1:].split(", ")}
        else:
            noun, thing, category, span, cap, variants, feature = cells
            for brand, line, variant, cents in _kinds(bases, span, variants, *makers.get(category, makers[""])):
                name, sku = f"{brand} {line} {noun}, {variant}", f"{code}-{len(rows) - before + 1:05d}"
                rows.append((name, sku, category, brand, thing, line, feature, cents, int(cap)))
            bases += 1
    names, skus, categories, brands, things, lines, features, prices, caps = zip(*rows, strict=True)
    return Articles(
        names, skus, categories, brands, things, lines, features,
        np.array(prices, dtype=np.int64), np.array(caps, dtype=np.int64),
        np.arange(0, len(rows) + 1, PER_BASE, dtype=np.int64),
        np.array([*theme_start, bases], dtype=np.int64),
        tuple(themes), np.array(weights, dtype=np.int64),
    )  # fmt: skip


def _cells(name: str) -> Iterator[list[str]]:
    file = resources.files("testdata_agent.engine.catalog") / "reference" / f"{name}.psv"
    return (line.split("|") for line in file.read_text(encoding="utf-8").splitlines())


def _kinds(
    base: int, span: str, variants: str, brands: list[str], lines: list[str]
) -> Iterator[tuple[str, str, str, int]]:
    """Brand, line, variant and price of each article of a base product, all of them different."""
    low, high = (100 * int(end) for end in span.split("-"))
    choices, same_price = variants.removeprefix("~").split(", "), variants.startswith("~")
    sizes = len(choices)
    ways = sizes * len(brands) * len(lines)
    # A step near the golden section of all ways, and coprime to them: each way comes once, and neighbors differ.
    step = next(step for step in range(ways * 618 // 1000, ways + 1) if gcd(step, ways) == 1)
    for turn in range(PER_BASE):
        way = (turn + base) * step % ways
        size, brand, line = way % sizes, way // sizes % len(brands), way // sizes // len(brands)
        tier = (brand * 7 + line * 4 + base * 3) % _TIERS
        at, of = (tier, _TIERS) if same_price else (size * _TIERS + tier, sizes * _TIERS)
        yield brands[brand], lines[line], choices[size], _ending(low + (high - low) * at // of)


@lru_cache(maxsize=1)
def _descriptions() -> tuple[str, ...]:
    sentences = {cells[0]: cells[1:] for cells in _cells("categories")}
    stock = load_articles()
    result = []
    told = zip(stock.things, stock.features, stock.brands, stock.lines, stock.categories, strict=True)
    for number, (thing, feature, brand, line, category) in enumerate(told):
        base, turn = divmod(number, PER_BASE)
        more = sentences[category][(turn // len(_FORMS) + turn + base) % len(sentences[category])]
        form = _FORMS[(turn + base * 2) % len(_FORMS)]
        an = "an" if thing[0] in "aeio" else "a"
        result.append(
            form.format(thing=thing, feature=feature, brand=brand, line=line, more=more, an=an, An=an.title())
        )
    return tuple(result)


def _ending(cents: int) -> int:
    """The nearest price that a shop would write: .49 or .99 for small things, .99 or .00 for large ones."""
    if cents < 1000:
        return max(149, cents // 50 * 50 + 49)
    if cents < 10_000:
        return cents // 100 * 100 + (95 if cents // 100 % 5 == 0 else 99)
    return cents // 1000 * 1000 + 900


def shop_price(cents: NDArray[np.int64], currency: str) -> NDArray[np.int64]:
    """Prices in minor units of a currency, as its shops write them; integer arithmetic only.

    Currencies of which a dollar buys many are written without broken units: 1,980 yen, 349 crowns, 19,900 won.
    """
    if currency == "USD":
        return cents
    numerator, denominator = currencies.RATES.get(currency, (1, 1))
    minor = 10 ** currencies.digits(currency)
    priced: NDArray[np.int64] = cents * numerator // denominator
    for least, step, ending in ((1000, 1000, 900), (100, 100, 80), (15, 10, 9)):
        if numerator >= least * denominator:
            whole: NDArray[np.int64] = (priced // 100 // step * step + ending) * minor
            return whole
    if minor == 1:
        return np.maximum(priced // 100, 1)
    small = np.maximum(priced // 50 * 50 + 49, 149)
    broken: NDArray[np.int64] = np.where(priced < 1000, small, priced // 100 * 100 + 99) * minor // 100
    return broken


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
