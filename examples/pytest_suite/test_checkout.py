"""Carts at the checkout: what they cost, and which are refused."""

from decimal import Decimal

import pytest
from shop import SHIPPING, Refused, Shop, discounted

from testdata_agent.testing import Record, TestData


def test_a_cart_of_fifty_dollars_is_sent_for_nothing(shop: Shop, testdata: TestData) -> None:
    cart = testdata.one("cart", total="50-100")

    assert shop.place(cart) == Decimal(str(cart["total"]))


def test_a_smaller_cart_pays_for_shipping(shop: Shop, testdata: TestData) -> None:
    cart = testdata.one("cart", total="5-49.99", **{"items.length": 1})

    assert shop.place(cart) == Decimal(str(cart["total"])) + SHIPPING


def test_what_a_customer_spent_is_the_sum_of_the_orders(shop: Shop, testdata: TestData) -> None:
    customer = testdata.fork("customer").one("user")
    shop.register([customer])
    carts = testdata.many("cart", 5, customer_id=customer["user_id"], total="60-200")

    assert sum(map(shop.place, carts)) == shop.spent_by(customer["user_id"])


def test_carts_that_are_broken_are_refused(shop: Shop, testdata: TestData) -> None:
    for cart in testdata.many("cart", 60, defects=["cross_field"]):
        if cart["_defect"]["verdict"] == "reject":
            with pytest.raises(Refused):
                shop.place(cart)


def test_a_cart_is_taken_once(shop: Shop, testdata: TestData) -> None:
    cart = testdata.one("cart")
    shop.place(cart)

    with pytest.raises(Refused, match="seen before"):
        shop.place(cart)


@pytest.mark.parametrize("percent", [1, 50])
def test_a_coupon_takes_its_share_off(testdata: TestData, percent: int) -> None:
    coupon = testdata.one(schema="coupon.json", percent=percent, minimum="0-50")

    assert discounted(Decimal(100), coupon) == 100 - percent


def test_no_coupon_makes_a_total_larger(testdata: TestData, coupons: list[Record]) -> None:
    totals = [Decimal(str(cart["total"])) for cart in testdata.many("cart", 10)]

    assert all(0 < discounted(total, coupon) <= total for total in totals for coupon in coupons)


@pytest.mark.testdata(locale="ja_JP")
def test_parcels_go_to_names_of_other_scripts(shop: Shop, testdata: TestData) -> None:
    customer = testdata.fork("customer").one("user")
    shop.register([customer])

    label = shop.label_of(customer["user_id"])
    assert not label.isascii()
    assert customer["last_name"] in label
