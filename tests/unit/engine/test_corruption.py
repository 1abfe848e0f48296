"""The score is proven by corruption: one field at a time, and the fault names it."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator

GENERATOR = Generator()


def corrupted(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda record: record.update(changes)


def swapped_dates(record: dict[str, Any]) -> None:
    record["updated_at"] = "2001-01-01T00:00:00Z"


def foreign_category(record: dict[str, Any]) -> None:
    record["items"][0]["category"] = "Cat Food"
    record["items"][1]["category"] = "Baby Feeding"


def wrong_zip(record: dict[str, Any]) -> None:
    record["shipping_address"] |= {"city": "Anchorage", "state": "AK", "zip": "10003"}


CASES = [
    ("cart", corrupted(total=0.01), "total"),
    ("cart", corrupted(subtotal=1.0), "subtotal"),
    ("cart", corrupted(cart_id="CART 1"), "cart_id"),
    ("cart", corrupted(currency=None), "currency"),
    ("cart", corrupted(extra=1), "extra"),
    ("cart", corrupted(items="none"), "items"),
    ("cart", swapped_dates, "updated_at"),
    ("cart", foreign_category, "items[1].category"),
    ("order", corrupted(status="lost"), "status"),
    ("order", wrong_zip, "shipping_address.zip"),
    ("payment", corrupted(amount="12"), "amount"),
    ("payment", corrupted(card_last_four="12a4"), "card_last_four"),
    ("product", corrupted(price=-1.0), "price"),
    ("product", corrupted(price=1.999), "price"),
    ("review", corrupted(rating=6), "rating"),
    ("review", corrupted(rating=1, title="Perfect", body="Wonderful, I love it."), "body"),
    ("user", corrupted(email="nobody"), "email"),
    ("user", corrupted(created_at="yesterday"), "created_at"),
]


@pytest.mark.parametrize(("entity", "corrupt", "field"), CASES)
def test_one_corrupted_field_lowers_the_score_and_is_named(
    entity: str, corrupt: Callable[[dict[str, Any]], None], field: str
) -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=30, seed=5))
    records = [json.loads(row) for row in run.rows(0, 30)]
    row = next(i for i, record in enumerate(records) if len(record.get("items", [1, 2])) > 1)
    broken = copy.deepcopy(records)
    corrupt(broken[row])
    report = run.score([json.dumps(record) for record in broken])
    assert report.score is not None
    assert report.score < 1
    assert (row, field) in {(fault.row, fault.field) for fault in report.faults}
    assert {fault.row for fault in report.faults} == {row}


def test_a_repeated_id_is_a_duplicate() -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity="user", count=5, seed=5))
    made = run.rows(0, 5)
    faults = run.score([*made, made[2]]).faults
    assert {(fault.row, fault.check) for fault in faults} == {(5, "duplicates")}
