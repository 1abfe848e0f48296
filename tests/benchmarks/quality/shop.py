"""Products and baskets: names, prices, themes, quantities."""

from collections import Counter

import numpy as np

from testdata_agent.engine.catalog.articles import load_articles
from tests.benchmarks.quality.records import COUNT, Made
from tests.benchmarks.table import Figure

#: Cents that prices of shops end in.
ENDINGS = ("00", "49", "95", "99")


def figures(made: Made) -> list[Figure]:
    """Of the shelf, of products, and of carts."""
    products, carts = made.of("product"), made.of("cart")
    stock = load_articles()
    theme_of = dict(zip(stock.skus, stock.theme_names(), strict=True))
    items = [item for cart in carts for item in cart["items"]]
    mixed = sum(len({theme_of[item["sku"]] for item in cart["items"]}) > 1 for cart in carts)
    endings = Counter(f"{product['price']:.2f}"[-2:] for product in products)
    prices, quantities = sorted(item["price"] for item in items), Counter(item["quantity"] for item in items)
    return [
        Figure("themes of the shelf", len(stock.themes), least=12),
        Figure("base products of the smallest theme", int(np.diff(stock.theme_start).min()), least=25),
        Figure(f"distinct names of {COUNT} products", len({product["name"] for product in products}), least=600),
        Figure(f"distinct descriptions of {COUNT} products", len({p["description"] for p in products}), least=600),
        Figure.share(
            f"prices that end as shops' prices do ({', '.join(f'.{end}' for end in ENDINGS)})",
            sum(endings[end] for end in ENDINGS), len(products), least=1.0,
        ),
        Figure("largest share of one ending", 100 * max(endings.values()) / len(products), " %", most=80),
        Figure("carts whose items come from more than one theme", mixed, most=0),
        Figure("most carts of a theme with the same basket of two or more", _equal_baskets(carts), most=3),
        Figure("price of an item: 99th percentile in medians", prices[len(prices) * 99 // 100] / _median(prices),
               digits=1, least=5),
        Figure("items of which a cart holds one", 100 * quantities[1] / len(items), " %", least=50),
        Figure("largest quantity of an item", max(quantities), most=24),
    ]  # fmt: skip


def _equal_baskets(carts: list[dict[str, list[dict[str, str]]]]) -> int:
    baskets = Counter(frozenset(item["sku"] for item in cart["items"]) for cart in carts if len(cart["items"]) > 1)
    return max(baskets.values())


def _median(values: list[float]) -> float:
    return values[len(values) // 2]
