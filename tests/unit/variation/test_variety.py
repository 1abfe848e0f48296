"""What is made of one pattern differs as a tester expects, and keeps what the pattern is about."""

import json
from collections import Counter, defaultdict
from typing import Any

import pytest

from testdata_agent.engine.catalog.articles import taxonomy
from testdata_agent.engine.request import FieldConstraint, GenerationRequest
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.patterns import Variation
from testdata_agent.stores.patterns import Draft
from tests.benchmarks.quality import variations
from tests.unit.engine.making import GENERATOR

ENTITIES = ["cart", "order", "payment", "product", "review", "user"]


def named(entity: str, name: str) -> Draft:
    return next(draft for draft in variations.shipped(entity) if draft.name.startswith(name))


def grown(draft: Draft, count: int = 100, *, faithful: bool = False, **request: Any) -> list[dict[str, Any]]:
    run = GENERATOR.prepare_now(GenerationRequest(entity=draft.entity, count=count, seed=7, **request))
    variation = Variation(run, [Exemplar(draft.name, draft.record, draft.locked_paths)], faithful=faithful)
    found = variation.rows(0, count).rows
    assert len(found) == count
    return [json.loads(found[row]) for row in range(count)]


@pytest.mark.parametrize("entity", ENTITIES)
def test_patterns_give_distinct_records_that_keep_what_is_locked(entity: str) -> None:
    missed = [figure.name for figure in variations.figures_of(entity) if figure.missed]
    assert not missed


def test_a_nursery_cart_holds_other_things_of_the_nursery() -> None:
    draft = named("cart", "Expecting parents")
    carts = grown(draft)
    categories = [item["category"] for item in draft.record["items"]]
    assert all([item["category"] for item in cart["items"]] == categories for cart in carts)
    assert len({frozenset(item["name"] for item in cart["items"]) for cart in carts}) > 90
    own = {item["name"] for item in draft.record["items"]}
    kept = [len(own & {item["name"] for item in cart["items"]}) for cart in carts]
    assert 1 < sum(kept) / len(kept) < len(own) - 1
    spent = sorted(cart["subtotal"] for cart in carts)
    assert draft.record["subtotal"] / 2 < spent[50] < draft.record["subtotal"] * 2


def test_a_free_basket_grows_and_shrinks_within_its_theme() -> None:
    draft = named("cart", "Wish list")
    carts = grown(draft)
    themes = frozenset.intersection(*(taxonomy()[item["category"]] for item in draft.record["items"]))
    for cart in carts:
        assert all(taxonomy()[item["category"]] & themes for item in cart["items"])
        assert max(Counter(item["name"] for item in cart["items"]).values()) == 1
    assert {len(cart["items"]) for cart in carts} == {2, 3, 4}
    assert len({tuple(item["quantity"] for item in cart["items"]) for cart in carts}) > 3


def test_a_locked_price_is_kept_by_other_articles_and_each_has_one_price() -> None:
    carts = grown(named("cart", "Home cinema"))
    draft = named("cart", "Home cinema")
    prices = [item["price"] for item in draft.record["items"]]
    assert all([item["price"] for item in cart["items"]] == prices for cart in carts)
    costs = defaultdict(set)
    for cart in carts:
        for item in cart["items"]:
            costs[item["sku"]].add(item["price"])
            costs[item["name"]].add(item["price"])
    assert {len(each) for each in costs.values()} == {1}
    assert len(costs) > 20


def test_articles_that_stand_in_keep_to_the_wishes_of_the_request() -> None:
    draft = named("cart", "Family weekend")
    free = Draft(
        kind=draft.kind, domain=draft.domain, entity=draft.entity, name="free", intent=draft.intent, record=draft.record
    )
    carts = grown(free, constraints={"items.price": FieldConstraint(max=400)}, overrides={"items.length": "5-7"})
    assert all(item["price"] <= 400 for cart in carts for item in cart["items"])
    assert {len(cart["items"]) for cart in carts} == {5, 6, 7}


def test_products_are_other_articles_of_the_category_with_numbers_of_their_own() -> None:
    draft = named("product", "Product untouched")
    products = grown(draft)
    assert {product["category"] for product in products} == {draft.record["category"]}
    assert len({product["name"] for product in products}) > 40
    assert len({product["sku"] for product in products}) == 100
    assert {product["sku"][:4] for product in products} == {draft.record["sku"][:4]}
    assert {
        len({p["price"] for p in products if p["name"] == one["name"]})
        for one in products
        if one["name"] != draft.record["name"]
    } == {1}


def test_reviews_are_told_otherwise_and_keep_their_subject() -> None:
    draft = named("review", "One star for an expensive machine")
    reviews = grown(draft)
    assert len({review["body"] for review in reviews}) > 60
    assert all(review["body"].startswith("For the better part of nine hundred dollars") for review in reviews)
    assert len({review["title"] for review in reviews}) > 10


def test_reviews_in_other_languages_are_left_as_they_are() -> None:
    draft = named("review", "Five stars in German")
    free = Draft(
        kind=draft.kind, domain=draft.domain, entity=draft.entity, name="frei", intent=draft.intent, record=draft.record
    )
    assert {review["body"] for review in grown(free)} == {draft.record["body"]}


def test_how_it_is_paid_varies_unless_it_is_locked_and_the_card_follows() -> None:
    payments = grown(named("payment", "Refunded on the same day"))
    methods = Counter(payment["method"] for payment in payments)
    assert methods.most_common(1)[0][0] == "paypal"
    assert len(methods) > 2
    cards = {"credit_card", "debit_card"}
    assert all(("card_last_four" in payment) == (payment["method"] in cards) for payment in payments)
    assert {payment["method"] for payment in grown(named("payment", "Declined"))} == {"debit_card"}


def test_what_follows_samples_takes_articles_as_they_are() -> None:
    draft = named("cart", "Wish list")
    own = [item["name"] for item in draft.record["items"]]
    assert all([item["name"] for item in cart["items"]] == own for cart in grown(draft, faithful=True))


def test_quantities_keep_to_the_wishes_of_the_request() -> None:
    draft = named("cart", "Wish list")
    carts = grown(draft, constraints={"items.quantity": FieldConstraint(min=1, max=2)})
    assert {item["quantity"] for cart in carts for item in cart["items"]} == {1, 2}
    high = named("cart", "Reseller empties")
    carts = grown(high, constraints={"items.quantity": FieldConstraint(min=80)})
    assert min(item["quantity"] for cart in carts for item in cart["items"]) >= 80


def test_stand_ins_cost_what_shops_of_the_locale_ask() -> None:
    draft = named("cart", "Family weekend")
    carts = grown(draft, locale="ja_JP")
    assert {cart["currency"] for cart in carts} == {"JPY"}
    assert min(item["price"] for cart in carts for item in cart["items"]) > 100
    own = {item["name"] for item in draft.record["items"]}
    assert {item["name"] for cart in carts for item in cart["items"]} - own


def test_what_no_shop_of_the_catalogue_sells_stays() -> None:
    draft = named("order", "Business fits out")
    items = [
        {**item, "name": f"Consulting on Desk Lamp Design {at}", "sku": f"C{at}"}
        for at, item in enumerate(draft.record["items"])
    ]
    own = Draft(
        kind=draft.kind, domain=draft.domain, entity=draft.entity, name="consulting", intent=draft.intent,
        record={**draft.record, "items": items},
    )  # fmt: skip
    orders = grown(own)
    assert {item["name"] for order in orders for item in order["items"]} == {item["name"] for item in items}
    assert len({tuple(item["name"] for item in order["items"]) for order in orders}) > 10


def test_a_total_that_is_asked_for_is_met_by_other_baskets_before_prices_are_scaled() -> None:
    carts = grown(named("cart", "Expecting parents"), overrides={"total": "400-900"})
    assert all(400 <= cart["total"] <= 900 for cart in carts)
    costs = defaultdict(set)
    for cart in carts:
        for item in cart["items"]:
            costs[item["sku"]].add(item["price"])
    assert {len(each) for each in costs.values()} == {1}
