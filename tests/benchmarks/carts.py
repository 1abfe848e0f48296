"""Carts of the engine's fields, their sums computed, as scripts make them with Faker and with mimesis."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from faker import Faker
from mimesis import Generic

from tests.benchmarks.instants import written

_CATEGORIES = ("Makeup", "Skin Care", "Laptops", "Kitchen", "Toys", "Garden")


def by_faker(fake: Faker, items: Sequence[int]) -> bytes:
    """One cart for each number of items, as JSON."""
    return json.dumps([_faker_cart(fake, number, count) for number, count in enumerate(items)]).encode()


def by_mimesis(source: Generic, items: Sequence[int]) -> bytes:
    """One cart for each number of items, as JSON."""
    return json.dumps([_mimesis_cart(source, number, count) for number, count in enumerate(items)]).encode()


def _faker_cart(fake: Faker, number: int, count: int) -> dict[str, object]:
    items = [
        {
            "sku": fake.bothify("???-#####"),
            "name": fake.catch_phrase(),
            "quantity": fake.random_int(1, 5),
            "price": fake.random_int(100, 20_000) / 100,
            "category": fake.random_element(_CATEGORIES),
        }
        for _ in range(count)
    ]
    created = fake.date_time_between("-1y")
    return {
        "cart_id": fake.numerify("CRT-2025-#######"),
        "customer_id": fake.numerify("USR-#######"),
        "items": items,
        **_sums(items),
        "currency": "USD",
        "created_at": written(created),
        "updated_at": written(created + timedelta(minutes=fake.random_int(1, 5000))),
        "_index": number,
        "_scenario": "default",
    }


def _mimesis_cart(source: Generic, number: int, count: int) -> dict[str, object]:
    choice, whole = source.random.choice, source.random.randint
    items = [
        {
            "sku": source.code.pin("@@@-#####"),
            "name": f"{source.text.color()} {source.text.word()} {source.text.word()}",
            "quantity": whole(1, 5),
            "price": source.finance.price(1, 200),
            "category": choice(_CATEGORIES),
        }
        for _ in range(count)
    ]
    created = source.datetime.datetime(2025, 2025)
    return {
        "cart_id": source.code.pin("CRT-2025-#######"),
        "customer_id": source.code.pin("USR-#######"),
        "items": items,
        **_sums(items),
        "currency": "USD",
        "created_at": written(created),
        "updated_at": written(created + timedelta(minutes=whole(1, 5000))),
        "_index": number,
        "_scenario": "default",
    }


def _sums(items: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    subtotal = sum(item["quantity"] * item["price"] for item in items)
    tax = round(subtotal * 0.0725, 2)
    return {"subtotal": round(subtotal, 2), "tax": tax, "total": round(subtotal + tax, 2)}
