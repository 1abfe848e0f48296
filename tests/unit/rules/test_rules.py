"""The rule language: what a sentence is taken for, and what it means."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from testdata_agent.engine.rules.columns import OutOfRangeError, Vector, checking, deriving
from testdata_agent.engine.rules.records import compile_check, failures
from testdata_agent.engine.rules.rulebook import Kind, Leaf, Rule, compile_rules

SHAPE = {
    "items": Leaf(Kind.ARRAY, 0, ""),
    "items.quantity": Leaf(Kind.NUMBER, 0, "items"),
    "items.price": Leaf(Kind.NUMBER, 2, "items"),
    "subtotal": Leaf(Kind.NUMBER, 2, ""),
    "tax": Leaf(Kind.NUMBER, 2, ""),
    "total": Leaf(Kind.NUMBER, 2, ""),
    "status": Leaf(Kind.TEXT, 0, ""),
    "created_at": Leaf(Kind.INSTANT, 0, ""),
    "updated_at": Leaf(Kind.INSTANT, 0, ""),
}
AS_OF = 1_767_225_600


@dataclass
class Columns:
    """Columns by path, for rules."""

    columns: dict[str, Vector]
    rows: int
    item_offsets: list[int] = field(default_factory=lambda: [0])
    as_of: int = AS_OF

    def column(self, path: str) -> Vector:
        return self.columns[path]

    def offsets(self, array_path: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        if array_path != "items":
            raise KeyError(array_path)
        return np.array(self.item_offsets, dtype=np.int64)


def numbers(*values: int, scale: int = 2) -> Vector:
    return Vector(Kind.NUMBER, np.array(values, dtype=np.int64), scale)


def rule(text: str) -> Rule:
    book, faults = compile_rules([text], SHAPE)
    assert not faults
    return (book.deriving + book.checking)[0]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("total = subtotal + tax", "derives"),
        ("subtotal = sum(items.quantity * items.price)", "derives"),
        ("updated_at >= created_at", "checks"),
        ("items.quantity must be between 1 and 99", "checks"),
        ("updated_at >= created_at if updated_at exists", "checks"),
        ("updated_at exists implies status in [shipped, delivered]", "checks"),
        ("created_at <= now - 3 days", "checks"),
        ("items should be thematically related", "prose"),
        ("alert when stock < threshold", "prose"),
    ],
)
def test_a_sentence_derives_checks_or_is_prose(sentence: str, kind: str) -> None:
    book, faults = compile_rules([sentence], SHAPE)
    assert faults == ()
    assert [bool(book.deriving), bool(book.checking), bool(book.prose)] == [
        kind == k for k in ("derives", "checks", "prose")
    ]


@pytest.mark.parametrize(
    ("sentences", "reason"),
    [
        (["total = subtotal +"], "RULE_SYNTAX"),
        (["total = nothing + tax"], "RULE_UNKNOWN_FIELD"),
        (["total = items.price"], "RULE_TYPE"),
        (["total = status + tax"], "RULE_TYPE"),
        (["total = tax", "total = subtotal"], "RULE_DERIVED_TWICE"),
        (["total = subtotal + 1", "subtotal = total - 1"], "RULE_CYCLE"),
        (["total = tax.__class__"], "RULE"),
        (["total = 9**9"], "RULE_SYNTAX"),
        (["total = " + "(" * 5000], "RULE_SYNTAX"),
    ],
)
def test_a_formula_that_cannot_hold_is_refused_with_its_reason(sentences: list[str], reason: str) -> None:
    _, faults = compile_rules(sentences, SHAPE)
    assert faults
    assert faults[0].reason.startswith(reason)


def test_columns_derive_exactly_and_half_up() -> None:
    scope = Columns({"subtotal": numbers(1005, -1005), "tax": numbers(50, 0)}, rows=2)
    assert deriving(rule("total = subtotal * 0.5"), 2)(scope).values.tolist() == [503, -503]
    assert deriving(rule("total = subtotal / 3"), 2)(scope).values.tolist() == [335, -335]


def test_what_no_record_can_hold_is_out_of_range() -> None:
    scope = Columns({"subtotal": numbers(2**62, 1), "tax": numbers(2**62, 1)}, rows=2)
    with pytest.raises(OutOfRangeError, match="18 digits"):
        deriving(rule("total = subtotal + tax"), 2)(scope)
    scope.columns["tax"].present = np.array([False, True])
    assert deriving(rule("total = subtotal + tax"), 2)(scope).values.tolist() == [0, 2]
    with pytest.raises(OutOfRangeError, match="9999"):
        deriving(rule("created_at = now" + " + 999 years" * 9), 0)(scope)


def test_a_sum_over_items_counts_rows_without_items_as_nothing() -> None:
    columns = {"items.quantity": numbers(2, 1, 3, scale=0), "items.price": numbers(150, 999, 10)}
    scope = Columns(columns, rows=3, item_offsets=[0, 2, 2, 3])
    assert deriving(rule("subtotal = sum(items.quantity * items.price)"), 2)(scope).values.tolist() == [1299, 0, 30]


def test_a_rule_on_items_passes_where_all_items_do() -> None:
    scope = Columns({"items.quantity": numbers(1, 100, 5, scale=0)}, rows=2, item_offsets=[0, 2, 3])
    applicable, passed = checking(rule("items.quantity must be between 1 and 99"))(scope)
    assert applicable.tolist() == [True, True]
    assert passed.tolist() == [False, True]


def test_records_are_checked_by_the_decimals_that_their_text_shows() -> None:
    holds = compile_check(rule("total = subtotal + tax"), as_of=AS_OF)
    assert holds({"total": 0.3, "subtotal": 0.1, "tax": 0.2}) is True
    assert holds({"total": 0.31, "subtotal": 0.1, "tax": 0.2}) is False
    assert holds({"total": 0.3, "subtotal": None, "tax": 0.2}) is None


def test_a_failure_is_explained_with_its_values() -> None:
    record = {"total": 120.5, "subtotal": 110.0, "tax": 9.5}
    found = list(failures(rule("total = subtotal + tax"), record, as_of=AS_OF))
    assert found == [("total", "total: 120.50 is not subtotal 110.00 + tax 9.50 (119.50)")]
