"""Yes-no fields that a request sets or narrows."""

import pytest

from testdata_agent import generate


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize(("entity", "name"), [("product", "in_stock"), ("review", "verified_purchase")])
def test_a_boolean_is_what_it_is_set_to(entity: str, name: str, value: bool) -> None:
    for asked in ({"overrides": {name: str(value).lower()}}, {"constraints": {name: {"enum_values": [value]}}}):
        records = generate(entity, count=50, seed=5, **asked)
        assert {record[name] for record in records} == {value}


def test_stock_follows_a_flag_that_is_set() -> None:
    products = generate("product", count=50, seed=5, overrides={"in_stock": "false"})
    assert {product["stock_quantity"] for product in products} == {0}


def test_a_share_sets_a_boolean_for_its_own_rows() -> None:
    share = {"name": "unverified", "count": 10, "overrides": {"verified_purchase": "false"}}
    reviews = generate("review", count=100, seed=5, scenarios=[share])

    assert not any(review["verified_purchase"] for review in reviews[:10])
    assert any(review["verified_purchase"] for review in reviews[10:])


def test_booleans_inside_of_an_array_are_set() -> None:
    users = generate("user", count=20, seed=5, overrides={"addresses.is_default": "false"})
    assert not any(address["is_default"] for user in users for address in user["addresses"])
