"""Formats that a request gives: they hold together with what a field is already, or they are refused."""

import re
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest


def reasons(entity: str, count: int, **constraints: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        generate(entity, count=count, seed=7, constraints=constraints)
    return {violation.field: violation.reason for violation in refused.value.violations}


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ("order", "status"),
        ("order", "payment_method"),
        ("payment", "method"),
        ("payment", "status"),
        ("payment", "card_last_four"),
        ("user", "loyalty_tier"),
        ("user", "addresses.label"),
    ],
)
@pytest.mark.parametrize("text", ["ZZ-{random:5}", "email", "uuid"])
def test_a_format_that_no_value_of_a_field_has_is_refused(entity: str, path: str, text: str) -> None:
    assert reasons(entity, 5, **{path: {"format": text}}) == {f"constraints[{path}].format": "CONTRADICTION"}


def test_values_are_kept_as_far_as_they_have_the_format() -> None:
    limits = {"customer_id": {"enum_values": ["a@shop.example", "nobody"], "format": "email"}}
    assert {cart["customer_id"] for cart in generate("cart", count=50, seed=7, constraints=limits)} == {
        "a@shop.example"
    }


def test_a_format_within_the_expression_of_a_field_holds() -> None:
    payments = generate("payment", count=200, seed=7, constraints={"card_last_four": {"format": "00{random:2}"}})
    digits = [payment["card_last_four"] for payment in payments if "card_last_four" in payment]
    assert len(digits) > 50
    assert all(re.fullmatch("00[0-9]{2}", text) for text in digits)


def test_an_expression_within_a_format_holds() -> None:
    limits = {"customer_id": {"format": "email", "regex": r"[a-z]{5}@corp\.example"}}
    carts = generate("cart", count=50, seed=7, constraints=limits)
    assert all(re.fullmatch(r"[a-z]{5}@corp\.example", cart["customer_id"]) for cart in carts)


def test_a_short_pattern_has_its_digits_and_no_more() -> None:
    short = {"cart_id": {"format": "C{random:2}"}}
    ids = [cart["cart_id"] for cart in generate("cart", count=100, seed=7, constraints=short)]
    assert sorted(ids) == [f"C{number:02}" for number in range(100)]
    assert reasons("cart", 101, **short) == {"cart_id": "NOT_ENOUGH_VALUES"}
    assert reasons("cart", 101, cart_id={"format": "C{seq:2}"}) == {"cart_id": "NOT_ENOUGH_VALUES"}


def test_a_short_pattern_of_a_field_that_need_not_be_unique_repeats_its_digits() -> None:
    users = generate("user", count=300, seed=7, constraints={"first_name": {"format": "N{random:1}"}})
    names = [user["first_name"] for user in users]
    assert set(names) == {f"N{number}" for number in range(10)}


def test_numbers_of_records_never_run_out() -> None:
    limits = {"cart_id": {"format": "C{random:6}"}}
    carts = generate("cart", count=20, seed=7, first_row=999_990, constraints=limits)
    ids = [cart["cart_id"] for cart in carts]
    assert len(set(ids)) == 20
    assert [re.fullmatch("C[0-9]{6}", text) is not None for text in ids] == [True] * 10 + [False] * 10
    assert all(re.fullmatch("C[A-Z][0-9A-Z]{5}", text) for text in ids[10:])


def test_limits_of_a_unique_article_number_hold_and_run_out() -> None:
    one = {"sku": {"enum_values": ["SCH-00157"]}}
    assert [product["sku"] for product in generate("product", count=1, seed=7, constraints=one)] == ["SCH-00157"]
    assert reasons("product", 2, **one) == {"sku": "NOT_ENOUGH_VALUES"}

    own = {"sku": {"enum_values": ["SCH-00157", "OWN-1"]}}
    found = {product["sku"] for product in generate("product", count=2, seed=7, constraints=own)}
    assert found == {"SCH-00157", "OWN-1"}


def test_a_currency_is_a_code_whatever_its_field_is_called() -> None:
    fields = {"settled_in": {"type": "string", "format": "currency"}, "note": "string"}
    limits = {"note": {"format": "currency"}}

    records = generate(schema={"name": "deal", "fields": fields}, count=20, seed=7, locale="de_DE", constraints=limits)

    assert {(record["settled_in"], record["note"]) for record in records} == {("EUR", "EUR")}


@pytest.mark.parametrize("kind", ["email", "phone", "uuid", "address", "string"])
@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("date", r"\d{4}-\d\d-\d\d"),
        ("ipv4", r"\d+\.\d+\.\d+\.\d+"),
        ("email", r"\S+@\S+"),
        ("phone", r"\+1-\d{3}-555-\d{4}"),
        ("uuid", r"[0-9a-f-]{36}"),
    ],
)
def test_a_format_holds_over_the_type_of_a_text(kind: str, text: str, expression: str) -> None:
    schema = {"name": "note", "fields": {"a": kind}}

    records = generate(schema=schema, count=20, seed=7, constraints={"a": {"format": text}})

    assert all(re.fullmatch(expression, record["a"]) for record in records)
