"""Fields that follow the row that a reference points to."""

from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest

AS_OF = 1_767_225_600


def schema(of: str, kind: str = "string", **reference: Any) -> dict[str, Any]:
    """A record that refers to an order, and one field of that order."""
    return {
        "name": "note",
        "fields": {
            "order": {"type": "string", "reference": "order.order_id", **reference},
            "seen": {"type": kind, "generate": {"kind": "referred", "of": of}},
        },
    }


@pytest.mark.parametrize("count", [10, 1000])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("total", "float"),
        ("status", "string"),
        ("created_at", "datetime"),
        ("customer_id", "string"),
        ("shipping_address.city", "string"),
    ],
)
def test_a_field_is_that_of_the_row_referred_to(path: str, kind: str, count: int) -> None:
    orders = {order["order_id"]: order for order in generate("order", count=1000, seed=5, as_of=AS_OF)}
    notes = generate(schema=schema(f"order.{path}", kind), count=count, seed=5, as_of=AS_OF)

    for note in notes:
        expected: Any = orders[note["order"]]
        for name in path.split("."):
            expected = expected[name]
        assert note["seen"] == expected


def test_small_blocks_and_large_ones_are_the_same() -> None:
    large = generate(schema=schema("order.total", "float"), count=1000, seed=5, as_of=AS_OF)
    small = generate(schema=schema("order.total", "float"), count=10, seed=5, as_of=AS_OF, first_row=400)

    assert [note["seen"] for note in small] == [note["seen"] for note in large[400:410]]


def test_in_turn_each_row_refers_to_its_own() -> None:
    orders = generate("order", count=20, seed=5, as_of=AS_OF)
    notes = generate(schema=schema("order.total", "float", generate={"kind": "in_turn"}), count=20, seed=5, as_of=AS_OF)

    assert [note["order"] for note in notes] == [order["order_id"] for order in orders]


@pytest.mark.parametrize("path", ["nothing", "items.price"])
def test_a_field_that_the_target_does_not_have_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequest, match=f"order has no field '{path}' of its own"):
        generate(schema=schema(f"order.{path}"), count=1)
