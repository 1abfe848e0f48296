"""Statuses, and the dates beside them."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator

NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
AS_OF = int(NOW.timestamp())


@lru_cache
def made(entity: str) -> list[dict[str, Any]]:
    request = GenerationRequest(entity=entity, count=2000, seed=11, as_of=AS_OF)
    return Generator().prepare_now(request).records(0, 2000)


def moment(record: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(record[name])


@pytest.mark.parametrize(
    ("status", "least", "most"),
    [("pending", 0, 9), ("processing", 0.2, 40), ("shipped", 5, 60), ("delivered", 26, 220), ("refunded", 100, 700)],
)
def test_an_order_has_had_the_time_that_its_status_takes(status: str, least: float, most: float) -> None:
    taken = [moment(r, "updated_at") - moment(r, "created_at") for r in made("order") if r["status"] == status]

    assert taken
    assert min(taken) >= timedelta(hours=least)
    assert max(taken) <= timedelta(hours=most, seconds=1)


@pytest.mark.parametrize("entity", ["order", "payment", "cart", "product", "review", "user"])
def test_nothing_happens_after_now(entity: str) -> None:
    for record in made(entity):
        for name in ("created_at", "updated_at", "authorized_at", "captured_at", "last_login"):
            if record.get(name) is not None:
                assert moment(record, name) <= NOW
                assert moment(record, name) >= moment(record, "created_at")


def test_orders_that_are_still_open_are_young() -> None:
    ages = defaultdict(list)
    for record in made("order"):
        ages[record["status"]].append(NOW - moment(record, "created_at"))

    assert max(ages["pending"]) <= timedelta(days=2, seconds=1)
    assert max(ages["processing"]) <= timedelta(days=4, seconds=1)
    assert max(ages["shipped"]) <= timedelta(days=9, seconds=1)
    assert min(ages["delivered"]) >= timedelta(days=3)


def test_a_payment_shows_the_instants_that_its_status_has_reached() -> None:
    reached = {"authorized": ("authorized_at",), "captured": ("authorized_at", "captured_at")}
    reached["refunded"] = reached["captured"]
    for record in made("payment"):
        times = tuple(name for name in ("authorized_at", "captured_at") if record.get(name) is not None)
        assert times == reached.get(record["status"], ()), record
        assert list(times) == sorted(times, key=lambda name: moment(record, name))


def test_stock_and_availability_agree() -> None:
    assert all((record["stock_quantity"] > 0) == record["in_stock"] for record in made("product"))


def test_a_user_has_one_default_address() -> None:
    assert {sum(a["is_default"] for a in record["addresses"]) for record in made("user")} == {1}


@pytest.mark.parametrize(("locale", "rate"), [("en_US", 1), ("de_DE", 0.92), ("en_GB", 0.79), ("ja_JP", 150)])
def test_shipping_and_payments_cost_what_they_cost_in_a_currency(locale: str, rate: float) -> None:
    orders, payments = (
        Generator().prepare_now(GenerationRequest(entity=entity, count=300, seed=5, locale=locale)).records(0, 300)
        for entity in ("order", "payment")
    )
    charged = {order["shipping"] for order in orders} - {0}

    assert 4 * rate < min(charged) < max(charged) < 16 * rate
    assert 20 * rate < sorted(payment["amount"] for payment in payments)[150] < 200 * rate


def test_a_review_comes_after_its_product_and_its_writer() -> None:
    listed = {product["product_id"]: moment(product, "created_at") for product in made("product")}
    joined = {user["user_id"]: moment(user, "created_at") for user in made("user")}

    for review in made("review"):
        assert moment(review, "created_at") >= max(listed[review["product_id"]], joined[review["user_id"]])


def test_a_payment_is_that_of_its_order() -> None:
    orders = {order["order_id"]: order for order in made("order")[:1000]}
    reached = {"pending": {"pending", "authorized", "failed"}, "processing": {"authorized", "captured"}}
    reached |= {"shipped": {"captured"}, "delivered": {"captured"}, "refunded": {"refunded"}}
    reached["cancelled"] = {"failed", "refunded", "cancelled"}

    for payment in made("payment"):
        order = orders[payment["order_id"]]
        assert payment["method"] == order["payment_method"]
        assert payment["status"] in reached[order["status"]]
        assert timedelta(0) <= moment(payment, "created_at") - moment(order, "created_at") <= timedelta(hours=1.5)


@pytest.mark.parametrize("status", ["pending", "authorized"])
def test_a_payment_whose_status_is_asked_for_is_as_old_as_that_status(status: str) -> None:
    request = GenerationRequest(entity="payment", count=300, seed=11, as_of=AS_OF, overrides={"status": status})

    ages = [NOW - moment(payment, "created_at") for payment in Generator().prepare_now(request).records(0, 300)]

    assert max(ages) <= timedelta(days=6, seconds=1)


def test_the_last_four_digits_are_those_of_cards_alone() -> None:
    for payment in made("payment"):
        assert ("card_last_four" in payment) == (payment["method"] in {"credit_card", "debit_card"})
