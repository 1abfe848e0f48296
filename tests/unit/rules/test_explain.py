"""Rules in words, and why a record breaks one."""

from typing import Any

import pytest

from testdata_agent.engine.rules.explain import in_words
from testdata_agent.engine.rules.records import failures
from tests.unit.rules.shop import AS_OF, rule

RECORD: dict[str, Any] = {
    "items": [
        {"quantity": 2, "price": 10.0, "parts": [{"cost": 3.5}, {"cost": 30}]},
        {"quantity": 120, "price": 5.25},
    ],
    "subtotal": 110.0,
    "tax": 9.5,
    "total": 120.5,
    "rating": 7,
    "status": "pending",
    "paid": False,
    "address": {},
    "birth_date": "2020-01-01",
    "created_at": "2026-01-02T00:00:00Z",
    "shipped_at": "2026-01-01T12:30:00Z",
}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("subtotal = sum(items.quantity * items.price)", "subtotal is the sum of items.quantity times items.price"),
        ("total = subtotal - (tax - 1)", "total is subtotal minus (tax minus 1)"),
        ("items.quantity must be between 1 and 99", "for each of items, items.quantity is between 1 and 99"),
        (
            "shipped_at >= created_at if shipped_at exists",
            "if shipped_at is there, then shipped_at is at or after created_at",
        ),
        ('shipped_at exists implies status in ["a", "b"]', 'if shipped_at is there, then status is one of "a", "b"'),
        ("birth_date <= current_date - 18 years", "birth_date is at or before today minus 18 years"),
        ("count(items.price > 5) >= 1", "the number of items where items.price is more than 5 is at least 1"),
        ("avg(items.price) < 10", "the mean of items.price is less than 10"),
        ("shipped_at - created_at <= 36 hours", "shipped_at is at or before created_at plus 36 hours"),
        ("not paid and (status = a or status = b)", 'paid is false and (status is "a" or status is "b")'),
        ("status not in [a]", 'status is none of "a"'),
        ("tax = round(abs(subtotal) / 3, 1)", "tax is the absolute value of subtotal divided by 3 rounded to 1 digits"),
    ],
)
def test_a_rule_in_words(sentence: str, words: str) -> None:
    assert in_words(rule(sentence)) == words


@pytest.mark.parametrize(
    ("sentence", "failure"),
    [
        ("total = subtotal + tax", "total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)"),
        (
            "subtotal = sum(items.quantity * items.price)",
            "subtotal: 110.00 is not sum(items.quantity * items.price) (650.00)",
        ),
        ("total + tax < subtotal", "total: total 120.50 + tax 9.50 (130.00) is not less than subtotal 110.00"),
        ("rating must be between 1 and 5", "rating: 7 is not between 1 and 5"),
        ("items.quantity must be between 1 and 99", "items[1].quantity: 120 is not between 1 and 99"),
        ("tax >= items.price", "items[0].price: tax 9.50 is not at least items.price 10.00"),
        ("items.parts.cost < items.price", "items[0].parts[1].cost: 30.00 is not less than items.price 10.00"),
        ("not paid implies paid", "paid: false is not true although paid is false"),
        ("rating not in [1, 7]", "rating: 7 is one of the values that it must not have"),
        ('created_at < "2026-01-01"', "created_at: 2026-01-02T00:00:00Z is not before 2026-01-01"),
        ("tax = subtotal / 3", "tax: 9.50 is not subtotal 110.00 / 3 (36.67)"),
        ("items.price = sum(items.parts.cost)", "items[0].price: 10.00 is not sum(items.parts.cost) (33.50)"),
        (
            "shipped_at > created_at if not paid",
            "shipped_at: 2026-01-01T12:30:00Z is not after created_at 2026-01-02T00:00:00Z although paid is false",
        ),
        (
            "birth_date <= current_date - 18 years",
            "birth_date: 2020-01-01 is not at or before current_date - 18 years (2008-01-01)",
        ),
        ("status in [shipped]", 'status: pending is not one of "shipped"'),
        ("status != pending", "status: must not be pending"),
        ("paid implies tax > 0", None),
        ("status = pending implies paid", 'paid: false is not true although status is "pending"'),
        ("address.zip exists", "address.zip: is missing"),
        ("shipped_at must not exist", "shipped_at: must not be there, and is 2026-01-01T12:30:00Z"),
        ("paid or status = shipped", "paid: 'paid or status = shipped' does not hold with paid false, status pending"),
        ("count(items) = 1", "items: count(items) (2) is not 1"),
    ],
)
def test_a_failure_is_told_with_its_values(sentence: str, failure: str | None) -> None:
    found = [words for _, words in failures(rule(sentence), RECORD, as_of=AS_OF)]
    assert found == ([] if failure is None else [failure])


def test_each_item_that_breaks_a_rule_is_named() -> None:
    record = {"items": [{"quantity": 0}, {"quantity": 5}, {}, {"quantity": 100}]}
    found = [field for field, _ in failures(rule("items.quantity must be between 1 and 99"), record, as_of=AS_OF)]
    assert found == ["items[0].quantity", "items[3].quantity"]


def test_a_value_is_told_as_the_record_has_it() -> None:
    def told(total: Any) -> str:
        ((_, words),) = failures(rule("total = subtotal + tax"), {**RECORD, "total": total}, as_of=AS_OF)
        return words.split(" is not")[0]

    assert told(120) == "total: 120.00"
    assert told(119.505) == "total: 119.505"
    assert told(1e300).endswith("000.00")
