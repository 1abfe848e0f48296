import json
from decimal import Decimal
from typing import Any

import pytest

from testdata_agent.engine.creative.acceptance import Acceptance, Refusal
from testdata_agent.engine.creative.mending import mended
from testdata_agent.engine.request import FieldConstraint, OutputFormat, Scenario, SchemaSource
from tests.unit.creative.writing import a_cart, a_completion, written

LAMP = ("Reading Lamp", 1, 39.99, "Home")
DESK = ("Oak Desk", 1, 240.0, "Home")


def an_acceptance(entity: str = "cart", **request: Any) -> Acceptance:
    return Acceptance(a_completion(entity, **request), 0.85, set())


def accepted(acceptance: Acceptance, record: Any, row: int = 0) -> dict[str, Any]:
    verdict = acceptance.judge(row, record)
    assert verdict.row is not None, verdict.reasons
    result: dict[str, Any] = json.loads(verdict.row)
    return result


@pytest.mark.parametrize("entity", ["cart", "order", "product", "review", "user"])
def test_what_the_engine_wrote_itself_makes_the_same_record_again(entity: str) -> None:
    completion = a_completion(entity)
    records = completion.run.records(0, 20)
    acceptance = Acceptance(completion, 0.85, set())
    for row, record in enumerate(records):
        values = completion.values_of(record)
        assert values is not None
        assert accepted(acceptance, written(completion.parts, values), row) == record


def test_everything_else_is_made_around_what_was_written_and_derived_from_it() -> None:
    record = accepted(an_acceptance(), a_cart(LAMP, DESK), row=3)
    assert [item["name"] for item in record["items"]] == ["Reading Lamp", "Oak Desk"]
    assert record["subtotal"] == 279.99
    assert record["total"] == float(Decimal(str(record["subtotal"])) + Decimal(str(record["tax"])))
    assert record["_index"] == 3
    assert all(item["sku"] for item in record["items"])
    assert record["created_at"] <= record["updated_at"]


def test_the_rest_of_a_row_is_the_engines_row() -> None:
    acceptance = an_acceptance()
    made = acceptance.completion.run.records(5, 6)[0]
    record = accepted(acceptance, a_cart(LAMP), row=5)
    assert [record[name] for name in ("cart_id", "created_at")] == [made[name] for name in ("cart_id", "created_at")]


def test_the_same_words_twice_are_refused_in_any_order() -> None:
    acceptance = an_acceptance()
    accepted(acceptance, a_cart(LAMP, DESK))
    verdict = acceptance.judge(1, a_cart(("oak  desk", 2, 9.0, "Home"), LAMP))
    assert verdict.refusal is Refusal.REPEATED
    assert acceptance.refused == {"repeated": 1}


def test_a_list_that_is_too_short_is_refused_with_what_would_be_right() -> None:
    verdict = an_acceptance().judge(0, {"i": []})
    assert verdict.refusal is Refusal.UNFIT
    assert "items has 0 items" in verdict.reasons[0]
    assert "1 to 10" in verdict.reasons[0]


@pytest.mark.parametrize("record", [None, 3, "text", [], {"i": 5}, {"i": [3]}, {}, {"i": [{"n": "x"}]}])
def test_what_is_no_record_is_refused(record: Any) -> None:
    assert an_acceptance().judge(0, record).refusal is Refusal.UNFIT


def test_bounds_on_totals_hold_whatever_was_written() -> None:
    acceptance = an_acceptance(constraints={"total": FieldConstraint(min=20, max=50)})
    record = accepted(acceptance, a_cart(LAMP, DESK))
    assert 20 <= record["total"] <= 50


def test_records_are_json_whatever_the_format_of_the_answer() -> None:
    assert accepted(an_acceptance(output_format=OutputFormat.CSV), a_cart(LAMP))["items"][0]["name"] == "Reading Lamp"


def test_a_status_that_was_written_decides_which_times_there_are() -> None:
    when = {"kind": "after", "of": "opened_at", "hours": [[0, 1], [100, 9]], "when": 'status = "closed"'}
    fields = {
        "note": "string",
        "status": {"type": "enum", "values": ["open", "closed"]},
        "opened_at": "datetime",
        "closed_at": {"type": "datetime", "required": False, "generate": when},
    }
    schema = SchemaSource(kind="inline_schema", text=json.dumps({"name": "case", "fields": fields}))
    acceptance = an_acceptance("", schema_source=schema)
    assert "closed_at" not in accepted(acceptance, {"n": "Nobody called back.", "s": "open"})
    assert "closed_at" in accepted(acceptance, {"n": "They called at nine.", "s": "closed"}, row=1)


def test_stars_and_words_that_disagree_score_too_low_and_say_why() -> None:
    acceptance = Acceptance(a_completion("review"), 0.99, set())
    verdict = acceptance.judge(0, {"r": 1, "t": "Excellent, I love it", "b": "Perfect, great, wonderful quality."})
    assert verdict.refusal is Refusal.INCOHERENT
    assert verdict.reasons


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("$1,299.999", Decimal("1299.999")),
        (-3, Decimal("0.01")),
        (5, Decimal(5)),
        ("12.50", Decimal("12.50")),
    ],
)
def test_prices_are_read_and_kept_to_their_limits(raw: Any, value: Decimal) -> None:
    completion = a_completion()
    assert mended(completion.parts, a_cart(("x", 1, raw, "c"))).values["items"][0]["price"] == value


@pytest.mark.parametrize("raw", ["PENDING!", "pending", "Pendng", " pending "])
def test_a_near_miss_becomes_the_value_that_it_means(raw: str) -> None:
    result = mended(a_completion("order").parts, {**a_cart(LAMP), "s": raw})
    assert result.values["status"] == "pending"
    assert not result.faults


def test_a_value_that_means_none_of_them_is_a_fault() -> None:
    result = mended(a_completion("order").parts, {**a_cart(LAMP), "s": "beads"})
    assert "one of pending" in result.faults[0]


def test_a_long_text_is_cut_behind_a_sentence() -> None:
    completion = a_completion("review", constraints={"body": FieldConstraint(max_length=40)})
    text = "Good and solid, I love it. It came late though, which was a pity."
    assert mended(completion.parts, {"r": 4, "t": "Good", "b": text}).values["body"] == "Good and solid, I love it."


def test_too_many_items_are_left_out() -> None:
    scenario = Scenario(name="one", count=20, overrides={"items.length": "1"})
    record = accepted(an_acceptance(scenarios=(scenario,)), a_cart(LAMP, DESK))
    assert len(record["items"]) == 1
    assert record["_scenario"] == "one"
