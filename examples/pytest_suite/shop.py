"""A small shop, the code under test: it takes carts, keeps orders in SQLite, and takes coupons off."""

import sqlite3
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
FREE_SHIPPING_FROM = Decimal(50)
SHIPPING = Decimal("4.95")


class Refused(Exception):  # noqa: N818 - what becomes of the cart
    """A cart that the shop does not take, and why."""


class Shop:
    """The shop and its database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Makes the tables."""
        self._database = database
        self._seen: set[str] = set()
        database.execute("CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL)")
        database.execute("CREATE TABLE placed (id TEXT PRIMARY KEY, customer TEXT NOT NULL, cents INTEGER NOT NULL)")

    def register(self, users: Iterable[Mapping[str, Any]]) -> None:
        """Makes users customers."""
        rows = [
            (user["user_id"], f"{user['first_name']} {user['last_name']}", user["addresses"][0]["city"])
            for user in users
        ]
        self._database.executemany("INSERT INTO customer VALUES (?, ?, ?)", rows)

    def place(self, cart: Mapping[str, Any]) -> Decimal:
        """Takes a cart and gives what it costs with shipping; raises Refused."""
        self._check(cart)
        total = _money(cart["total"])
        if total < FREE_SHIPPING_FROM:
            total += SHIPPING
        self._database.execute(
            "INSERT INTO placed VALUES (?, ?, ?)", (cart["cart_id"], cart["customer_id"], int(total * 100))
        )
        return total

    def spent_by(self, customer_id: str) -> Decimal:
        """What a customer has spent."""
        (cents,) = self._database.execute(
            "SELECT coalesce(sum(cents), 0) FROM placed WHERE customer = ?", (customer_id,)
        ).fetchone()
        return Decimal(cents) / 100

    def label_of(self, customer_id: str) -> str:
        """What is written on a customer's parcel."""
        name, city = self._database.execute("SELECT name, city FROM customer WHERE id = ?", (customer_id,)).fetchone()
        return f"{name}, {city}"

    def _check(self, cart: Mapping[str, Any]) -> None:
        if cart["cart_id"] in self._seen:
            raise Refused("this cart was seen before")
        self._seen.add(cart["cart_id"])
        if self._database.execute("SELECT 1 FROM customer WHERE id = ?", (cart["customer_id"],)).fetchone() is None:
            raise Refused("nobody knows this customer")
        if cart["currency"] != "USD":
            raise Refused("only dollars are taken")
        if not all(1 <= item["quantity"] <= 99 for item in cart["items"]):
            raise Refused("from 1 to 99 of each article")
        subtotal = sum(item["quantity"] * _money(item["price"]) for item in cart["items"])
        if subtotal != _money(cart["subtotal"]) or subtotal + _money(cart["tax"]) != _money(cart["total"]):
            raise Refused("the sums are wrong")
        if cart["updated_at"] < cart["created_at"]:
            raise Refused("it was changed before it was made")


def discounted(total: Decimal, coupon: Mapping[str, Any]) -> Decimal:
    """What is left of a total after a coupon, to the cent."""
    if total < _money(coupon["minimum"]):
        return total
    return (total * (100 - coupon["percent"]) / 100).quantize(CENT, ROUND_HALF_UP)


def _money(number: float) -> Decimal:
    return Decimal(str(number)).quantize(CENT)
