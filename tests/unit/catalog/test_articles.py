"""The shelf, as a shopper sees it."""

import re
from collections import Counter, defaultdict
from importlib import resources

import numpy as np
import pytest

from testdata_agent.engine.catalog import currencies
from testdata_agent.engine.catalog.articles import PER_BASE, load_articles, shop_price, taxonomy


def base_products() -> list[list[str]]:
    """The cells of the lines that are base products."""
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "products.psv"
    return [line.split("|") for line in file.read_text(encoding="utf-8").splitlines() if line[0] not in "@+"]


def test_there_are_many_themes_of_many_products() -> None:
    stock = load_articles()

    assert len(stock.themes) >= 12
    assert np.diff(stock.theme_start).min() >= 25


def test_names_skus_and_descriptions_are_distinct() -> None:
    stock = load_articles()

    for texts in (stock.names, stock.skus, stock.descriptions):
        assert len(set(texts)) == len(texts) == len(stock.prices)


def test_no_name_says_a_word_twice() -> None:
    words = [re.findall(r"[A-Za-z]{3,}", name.partition(",")[0]) for name in load_articles().names]

    assert [parts for parts in words if len(set(parts)) < len(parts)] == []


def test_a_brand_keeps_to_its_trade() -> None:
    stock = load_articles()
    trades = defaultdict(set)
    for brand, category in zip(stock.brands, stock.categories, strict=True):
        trades[brand].add(category)

    assert max(map(len, trades.values())) <= 8
    assert not trades["Papyr & Co"] & {"Computer Accessories", "Office Furniture"}


def test_descriptions_speak_of_the_thing_in_several_forms() -> None:
    stock = load_articles()
    forms = Counter(text.split(" ")[0] for text in stock.descriptions)

    assert all(thing in text for thing, text in zip(stock.things, stock.descriptions, strict=True))
    assert [text for text in stock.descriptions if re.search(r"[{}|]|  |\ba [aeio]", text) or text[-1] != "."] == []
    assert forms.most_common(1)[0][1] < 0.5 * len(stock.descriptions)


def test_prices_stay_near_what_such_things_cost_and_end_as_shops_end_them() -> None:
    stock = load_articles()

    for base, cells in enumerate(base_products()):
        low, high = (int(end) for end in cells[3].split("-"))
        prices = stock.prices[base * PER_BASE : (base + 1) * PER_BASE] / 100
        assert prices.min() >= min(low, 1.49)
        assert prices.max() <= high + 10
    assert set((stock.prices % 100).tolist()) <= {0, 49, 95, 99}


def test_a_larger_variant_of_one_line_costs_more_and_a_color_the_same() -> None:
    stock, compared = load_articles(), Counter[bool]()
    for base, (_, _, _, _, _, variants, _) in enumerate(base_products()):
        order, same = variants.removeprefix("~").split(", "), variants.startswith("~")
        kinds: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for at in range(base * PER_BASE, (base + 1) * PER_BASE):
            name, _, variant = stock.names[at].partition(", ")
            kinds[name][order.index(variant)] = int(stock.prices[at])
        for prices in kinds.values():
            rising = [prices[size] for size in sorted(prices)]
            assert len(set(rising)) == (1 if same else len(rising)), (base, prices)
            assert rising == sorted(rising)
            compared[same] += len(rising) - 1
    assert min(compared[True], compared[False]) > 50


@pytest.mark.parametrize(
    ("currency", "usual"),
    [
        ("EUR", r"\d+\.(49|99)"),
        ("GBP", r"\d+\.(49|99)"),
        ("JPY", r"\d*80"),
        ("KRW", r"\d*900"),
        ("CZK", r"\d*9\.00"),
        ("INR", r"\d*9\.00"),
        ("HUF", r"\d*80\.00"),
        ("KWD", r"\d+\.(490|990)"),
    ],
)
def test_prices_end_as_in_the_shops_of_a_currency(currency: str, usual: str) -> None:
    digits = currencies.digits(currency)
    texts = {f"{price / 10**digits:.{digits}f}" for price in shop_price(load_articles().prices, currency).tolist()}

    assert [text for text in texts if not re.fullmatch(usual, text)] == []


def test_prices_in_other_currencies_are_worth_about_the_same() -> None:
    cents = load_articles().prices
    for currency, (numerator, denominator) in currencies.RATES.items():
        back = shop_price(cents, currency) / 10 ** currencies.digits(currency) * denominator / numerator * 100
        assert np.abs(back - cents).mean() < 0.05 * cents.mean(), currency


def test_every_category_of_a_theme_is_known() -> None:
    stock = load_articles()

    assert set(taxonomy()) == set(stock.categories)
    assert len(stock.theme_names()) == len(stock.names)
