"""Payments of the engine's fields, their dates in order, as scripts make them with Faker and with mimesis."""

import json
from datetime import datetime, timedelta

from faker import Faker
from mimesis import Generic

from tests.benchmarks.instants import written

_METHODS = ("credit_card", "debit_card", "paypal", "apple_pay", "google_pay", "bank_transfer")
_STATUSES = ("pending", "authorized", "captured", "failed", "refunded", "cancelled")
_CARDS = frozenset(["credit_card", "debit_card"])


def by_faker(fake: Faker, count: int) -> bytes:
    """`count` payments as JSON."""
    return json.dumps([_faker_payment(fake, number) for number in range(count)]).encode()


def by_mimesis(source: Generic, count: int) -> bytes:
    """`count` payments as JSON."""
    return json.dumps([_mimesis_payment(source, number) for number in range(count)]).encode()


def _faker_payment(fake: Faker, number: int) -> dict[str, object]:
    method, status = fake.random_element(_METHODS), fake.random_element(_STATUSES)
    payment = {
        "payment_id": fake.numerify("PAY-#########"),
        "order_id": fake.numerify("ORD-2025-#######"),
        "method": method,
        "amount": fake.random_int(300, 50_000) / 100,
        "currency": "USD",
        "status": status,
        "transaction_id": fake.numerify("TXN-##########"),
        "_index": number,
        "_scenario": "default",
    }
    if method in _CARDS:
        payment["card_last_four"] = fake.numerify("####")
    return payment | _dates(fake.date_time_between("-1y"), status, fake.random_int(1, 60))


def _mimesis_payment(source: Generic, number: int) -> dict[str, object]:
    method, status = source.random.choice(_METHODS), source.random.choice(_STATUSES)
    payment = {
        "payment_id": source.code.pin("PAY-#########"),
        "order_id": source.code.pin("ORD-2025-#######"),
        "method": method,
        "amount": source.finance.price(3, 500),
        "currency": "USD",
        "status": status,
        "transaction_id": source.code.pin("TXN-##########"),
        "_index": number,
        "_scenario": "default",
    }
    if method in _CARDS:
        payment["card_last_four"] = source.code.pin("####")
    return payment | _dates(source.datetime.datetime(2025, 2025), status, source.random.randint(1, 60))


def _dates(created: datetime, status: str, minutes: int) -> dict[str, object]:
    dates: dict[str, object] = {"created_at": written(created)}
    if status in {"authorized", "captured", "refunded"}:
        dates["authorized_at"] = written(created + timedelta(minutes=minutes))
    if status in {"captured", "refunded"}:
        dates["captured_at"] = written(created + timedelta(hours=minutes))
    return dates
