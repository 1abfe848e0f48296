"""What numbers come to by their parts is a rule: made by it, checked by it, and told in words."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
import pytest

from testdata_agent import generate
from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.semantics.understanding import understood

NUMBER, WHOLE, TEXT = {"type": "number"}, {"type": "integer"}, {"type": "string"}


def an_object(**fields: Any) -> dict[str, Any]:
    """A JSON Schema of an object that has all of its fields in every record."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def many(**fields: Any) -> dict[str, Any]:
    """An array of such objects."""
    return {"type": "array", "items": an_object(**fields)}


def rules(schema: dict[str, Any]) -> tuple[str, ...]:
    """The sentences that the schema does not say, and that follow from what its fields mean."""
    return understood(given_schema(SchemaSource(kind="custom_schema", text=orjson.dumps(schema).decode()), "")).rules


def cents(value: Any) -> Decimal:
    """A number rounded to cents, halves away from zero."""
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_an_invoice_adds_up_from_its_lines_to_its_total() -> None:
    lines = many(description=TEXT, qty=WHOLE, unit_price=NUMBER, amount=NUMBER)
    schema = an_object(line_items=lines, subtotal=NUMBER, tax_rate=NUMBER, tax=NUMBER, total=NUMBER)
    for record in generate(schema=schema, count=200, seed=4):
        for line in record["line_items"]:
            assert cents(line["amount"]) == cents(line["qty"] * Decimal(str(line["unit_price"])))
        assert cents(record["subtotal"]) == sum(cents(line["amount"]) for line in record["line_items"])
        exact = Decimal(str(record["subtotal"])) * Decimal(str(record["tax_rate"])) / 100
        assert cents(record["tax"]) == cents(exact)
        assert cents(record["total"]) == cents(record["subtotal"]) + cents(record["tax"])


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        (
            an_object(items=many(quantity=WHOLE, price=NUMBER), total=NUMBER),
            "total = sum(items.quantity * items.price)",
        ),
        (an_object(quantity=WHOLE, unit_price=NUMBER, total_price=NUMBER), "total_price = quantity * unit_price"),
        (an_object(expenses=NUMBER, items=many(amount=NUMBER), total=NUMBER), "total = sum(items.amount)"),
        (
            an_object(subtotal=NUMBER, tax_rate={"type": "number", "minimum": 0, "maximum": 1}, tax_amount=NUMBER),
            "tax_amount = subtotal * tax_rate",
        ),
        (
            an_object(gross_pay=NUMBER, income_tax=NUMBER, pension=NUMBER, net_pay=NUMBER),
            "net_pay = gross_pay - income_tax - pension",
        ),
        (
            an_object(previous_reading=NUMBER, current_reading=NUMBER, consumption=NUMBER),
            "consumption = current_reading - previous_reading",
        ),
        (an_object(comments=many(text=TEXT), comment_count=WHOLE), "comment_count = count(comments)"),
        (an_object(tags={"type": "array", "items": TEXT}, number_of_tags=WHOLE), "number_of_tags = count(tags)"),
    ],
)
def test_parts_beside_a_number_make_a_rule(schema: dict[str, Any], rule: str) -> None:
    assert rule in rules(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {**an_object(subtotal=NUMBER, tax=NUMBER, total=NUMBER), "required": ["subtotal", "total"]},
        an_object(subtotal=NUMBER, tax=NUMBER, total={"type": "number", "maximum": 100}),
        an_object(payments=many(amount=NUMBER), refunds=many(amount=NUMBER), total=NUMBER),
    ],
    ids=["a part that may be absent", "a total with a limit", "two arrays of amounts"],
)
def test_where_it_is_not_certain_there_is_no_rule(schema: dict[str, Any]) -> None:
    assert not [rule for rule in rules(schema) if rule.startswith("total =")]


def test_a_discount_is_never_more_than_what_the_lines_come_to() -> None:
    schema = an_object(items=many(quantity=WHOLE, price=NUMBER), discount=NUMBER, total=NUMBER)
    for record in generate(schema=schema, count=200, seed=4):
        lines = sum(item["quantity"] * Decimal(str(item["price"])) for item in record["items"])
        assert cents(record["total"]) == cents(lines) - cents(record["discount"])
        assert 0 <= record["discount"] <= lines
