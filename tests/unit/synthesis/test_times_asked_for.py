"""Dates that a request sets or bounds: those before and after them agree, and keep their shape."""

import pytest

from testdata_agent import generate


def test_what_comes_before_a_date_that_is_asked_for_moves_before_it() -> None:
    carts = generate("cart", count=200, seed=7, overrides={"updated_at": "2020-01-01"})
    created = [cart["created_at"] for cart in carts]
    assert max(created) <= "2020-01-01T00:00:00Z"
    assert len(set(created)) == len(created)


def test_what_comes_after_a_date_that_is_asked_for_follows_it() -> None:
    orders = generate("order", count=200, seed=7, overrides={"created_at": "2025-06-01..2025-06-30"})
    assert all("2025-06" in order["created_at"] <= order["updated_at"] for order in orders)


def test_a_range_for_the_later_date_holds_and_the_earlier_one_agrees() -> None:
    carts = generate("cart", count=200, seed=7, overrides={"updated_at": "2025-03-01..2025-03-31"})
    for cart in carts:
        assert cart["created_at"] <= cart["updated_at"]
        assert "2025-03-01" <= cart["updated_at"] <= "2025-03-31T00:00:00Z"


@pytest.mark.parametrize(
    ("entity", "name"), [("review", "created_at"), ("payment", "created_at"), ("payment", "captured_at")]
)
def test_a_date_that_follows_another_row_is_as_it_is_asked_for_all_the_same(entity: str, name: str) -> None:
    records = generate(entity, count=200, seed=7, overrides={name: "2021-01-01..2021-01-31"})
    found = [record[name] for record in records if name in record]

    assert found
    assert all("2021-01-01" <= moment <= "2021-01-31T00:00:00Z" for moment in found)
