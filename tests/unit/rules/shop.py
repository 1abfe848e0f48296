"""The shape of a shop's order, which rules are read against."""

from testdata_agent.engine.rules.rulebook import Rule, compile_rules
from testdata_agent.engine.rules.shape import Kind, Leaf

AS_OF = 1_767_225_600  # 2026-01-01T00:00:00Z

SHAPE = {
    "items": Leaf(Kind.ARRAY),
    "items.quantity": Leaf(Kind.NUMBER, 0, "items"),
    "items.price": Leaf(Kind.NUMBER, 2, "items"),
    "items.parts": Leaf(Kind.ARRAY, 0, "items"),
    "items.parts.cost": Leaf(Kind.NUMBER, 2, "items.parts"),
    "coupons": Leaf(Kind.ARRAY),
    "coupons.value": Leaf(Kind.NUMBER, 2, "coupons"),
    "subtotal": Leaf(Kind.NUMBER, 2),
    "tax": Leaf(Kind.NUMBER, 2),
    "total": Leaf(Kind.NUMBER, 2),
    "rating": Leaf(Kind.NUMBER),
    "status": Leaf(Kind.TEXT),
    "email": Leaf(Kind.TEXT),
    "paid": Leaf(Kind.BOOLEAN),
    "address": Leaf(Kind.OBJECT),
    "address.zip": Leaf(Kind.TEXT),
    "birth_date": Leaf(Kind.DATE),
    "created_at": Leaf(Kind.INSTANT),
    "shipped_at": Leaf(Kind.INSTANT),
}


def rule(text: str) -> Rule:
    """The one rule that a sentence is."""
    book, faults = compile_rules([text], SHAPE)
    assert not faults
    (found,) = book.deriving + book.checking
    return found
