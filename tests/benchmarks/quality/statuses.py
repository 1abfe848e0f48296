"""Statuses and the dates beside them, flags and what they say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.benchmarks.quality.records import Made
from tests.benchmarks.table import Figure

#: Hours that an order of a status has had, at least, when its status last changed.
LEAST_HOURS = {"pending": 0, "processing": 0, "shipped": 4, "delivered": 24, "cancelled": 0, "refunded": 72}
#: What a payment of a status has behind it.
_TAKEN = {"authorized_at", "captured_at"}
REACHED = {"authorized": {"authorized_at"}, "captured": _TAKEN, "refunded": _TAKEN}
CARDS = {"credit_card", "debit_card"}

Record = dict[str, Any]


def figures(made: Made) -> list[Figure]:
    """Records that contradict themselves; there may be none."""
    judged: tuple[tuple[str, str, Callable[[Record], bool]], ...] = (
        ("order", "orders whose status came too soon", _came_too_soon),
        ("payment", "payments whose dates disagree with their status", _has_other_dates),
        ("payment", "payments with a card number and no card, or the other way round", _has_other_card),
        ("user", "users who logged in before they had an account", lambda r: _later(r, "created_at", "last_login")),
        (
            "user",
            "users without exactly one default address",
            lambda r: sum(a["is_default"] for a in r["addresses"]) != 1,
        ),
        (
            "product",
            "products whose stock disagrees with in_stock",
            lambda r: r["in_stock"] != (r["stock_quantity"] > 0),
        ),
        ("product", "products changed before they were listed", lambda r: _later(r, "created_at", "updated_at")),
        ("cart", "carts changed before they were begun", lambda r: _later(r, "created_at", "updated_at")),
    )
    return [Figure(name, sum(map(wrong, made.of(entity))), most=0) for entity, name, wrong in judged]


def _came_too_soon(order: Record) -> bool:
    hours = (_moment(order["updated_at"]) - _moment(order["created_at"])).total_seconds() / 3600
    return hours < LEAST_HOURS[order["status"]]


def _has_other_dates(payment: Record) -> bool:
    there = {name for name in ("authorized_at", "captured_at") if payment.get(name) is not None}
    unordered = _later(payment, "created_at", "authorized_at") or _later(payment, "authorized_at", "captured_at")
    return unordered or there != REACHED.get(payment["status"], set())


def _has_other_card(payment: Record) -> bool:
    return (payment["method"] in CARDS) != ("card_last_four" in payment)


def _later(record: Record, first: str, second: str) -> bool:
    """Whether `first` comes after `second`, where both are there."""
    return bool(record.get(first) and record.get(second) and _moment(record[first]) > _moment(record[second]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
