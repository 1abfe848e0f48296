"""What the engine promises of records, over all entities of the catalogue."""

import json
from decimal import Decimal

import pytest

from testdata_agent.engine.errors import InvalidRequest, UnsatisfiableError
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, Scenario, SchemaSource
from testdata_agent.engine.schema.registry import Registry
from testdata_agent.generator import Generator

ENTITIES = [schema.name for schema in Registry().list()]
GENERATOR = Generator()


def rows(entity: str, count: int = 200, **more: object) -> list[str]:
    request = GenerationRequest(entity=entity, count=count, **{"seed": 7, **more})  # type: ignore[arg-type]
    return GENERATOR.prepare_now(request).rows(0, count)


def records(entity: str, count: int = 200, **more: object) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(row, parse_float=Decimal) for row in rows(entity, count, **more)]


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_same_seed_gives_the_same_bytes_in_any_portion(entity: str) -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=300, seed=7))
    whole = run.rows(0, 300)
    assert whole == Generator().prepare_now(GenerationRequest(entity=entity, count=300, seed=7)).rows(0, 300)
    assert whole == [row for start in range(0, 300, 37) for row in run.rows(start, min(300, start + 37))]
    assert whole[:10] == rows(entity, 10)
    assert whole[40:50] == rows(entity, 10, first_row=40)
    assert whole != rows(entity, 300, seed=8)


@pytest.mark.parametrize("entity", ENTITIES)
def test_untouched_records_score_one(entity: str) -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=1000, seed=11))
    report = run.score(run.rows(0, 1000))
    assert report.faults == ()
    assert report.score == 1.0
    assert report.applied >= 1000


@pytest.mark.parametrize("entity", ENTITIES)
def test_unique_fields_are_unique(entity: str) -> None:
    made = records(entity, 20_000)
    for name, field in Registry().get(entity).fields.items():
        if field.unique:
            assert len({record[name] for record in made}) == len(made), name


def test_references_hold_between_calls() -> None:
    users = {user["user_id"] for user in records("user", 1000)}
    orders = {order["order_id"] for order in records("order", 1000)}
    products = {product["product_id"] for product in records("product", 1000)}
    assert {cart["customer_id"] for cart in records("cart")} <= users
    assert {payment["order_id"] for payment in records("payment")} <= orders
    assert {review["product_id"] for review in records("review")} <= products


def test_sums_are_right_to_the_cent() -> None:
    for cart in records("cart", 1000):
        assert cart["subtotal"] == sum(item["quantity"] * item["price"] for item in cart["items"])
        assert cart["total"] == cart["subtotal"] + cart["tax"]


def test_a_basket_holds_no_product_twice() -> None:
    for cart in records("cart", 500):
        assert len({item["sku"] for item in cart["items"]}) == len(cart["items"])


def test_one_address_is_the_default() -> None:
    for user in records("user", 500):
        assert [address["is_default"] for address in user["addresses"]].count(True) == 1


def test_scenarios_fill_rows_in_order_and_the_rest_is_default() -> None:
    scenarios = (
        Scenario(name="small", count=20, overrides={"total": "20-50", "item_count": "2"}),
        Scenario(name="shipped", count=5, overrides={"items.quantity": "3"}),
    )
    made = records("cart", 60, scenarios=scenarios)
    assert [cart["_scenario"] for cart in made] == ["small"] * 20 + ["shipped"] * 5 + ["default"] * 35
    assert [cart["_index"] for cart in made] == list(range(60))
    for cart in made[:20]:
        assert len(cart["items"]) == 2
        assert 20 <= cart["total"] <= 50
        assert cart["total"] == cart["subtotal"] + cart["tax"]
    assert all(item["quantity"] == 3 for cart in made[20:25] for item in cart["items"])
    assert made[25:] == records("cart", 60)[25:]


def test_constraints_hold_on_paths_and_derived_fields() -> None:
    constraints = {
        "items.price": FieldConstraint(min=5, max=20),
        "total": FieldConstraint(min=30, max=90),
        "items.category": FieldConstraint(enum_values=("Makeup", "Skin Care")),
    }
    for cart in records("cart", 200, constraints=constraints):
        assert 30 <= cart["total"] <= 90
        assert all(5 <= item["price"] <= 20 for item in cart["items"])
        assert {item["category"] for item in cart["items"]} <= {"Makeup", "Skin Care"}


def test_an_override_of_a_state_moves_the_whole_address() -> None:
    made = records("order", 100, overrides={"shipping_address.state": "CA"})
    run = GENERATOR.prepare_now(
        GenerationRequest(entity="order", count=100, seed=7, overrides={"shipping_address.state": "CA"})
    )
    assert {order["shipping_address"]["state"] for order in made} == {"CA"}
    assert run.score(run.rows(0, 100)).score == 1.0


def test_a_status_agrees_with_its_dates() -> None:
    for payment in records("payment", 1000):
        assert ("captured_at" in payment) == (payment["status"] in {"captured", "refunded"})


def test_the_envelope_can_be_left_off() -> None:
    assert not {"_index", "_scenario"} & records("cart", 3, envelope=False)[0].keys()


FAULTY = [
    ({"entity": "crat"}, "entity", "did you mean 'cart'"),
    ({"count": 0}, "count", "1 to"),
    ({"count": -5}, "count", "1 to"),
    ({"locale": "xx_YY"}, "locale", "unknown locale"),
    ({"constraints": {"items.price": FieldConstraint(min=9, max=3)}}, "constraints[items.price]", "at least 9"),
    ({"constraints": {"items.name": FieldConstraint(min=3)}}, "constraints[items.name].min", "no numeric bound"),
    ({"constraints": {"cart_id": FieldConstraint(regex="(a+)+$(")}}, "constraints[cart_id].regex", "RE2"),
    ({"constraints": {"nothing": FieldConstraint(min=3)}}, "constraints[nothing]", "no field"),
    ({"overrides": {"total": "abc"}}, "overrides[total]", "number"),
    ({"overrides": {"items.quantity": "200"}}, "overrides[items.quantity]", "at most 99"),
    ({"overrides": {"no_such": "1"}}, "overrides[no_such]", "no field"),
    ({"overrides": {"items.length": "900"}}, "overrides[items.length]", "1 to 10"),
    ({"scenarios": (Scenario(name="a", count=2), Scenario(name="a", count=2))}, "scenarios[1].name", "twice"),
    ({"scenarios": (Scenario(name="a", count=2**31 - 1),)}, "scenarios", "claim"),
    ({"scenarios": tuple(Scenario(name=f"s{i}", count=1) for i in range(10_001))}, "scenarios", "at most 10000"),
]


@pytest.mark.parametrize(("change", "field", "words"), FAULTY)
def test_a_faulty_request_is_refused_by_field_and_with_the_way_out(
    change: dict[str, object], field: str, words: str
) -> None:
    request = GenerationRequest(**{"entity": "cart", **change})  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest) as refused:
        GENERATOR.prepare_now(request)
    described = {violation.field: violation.description for violation in refused.value.violations}
    assert words in described[field]


def test_every_fault_is_named_at_once() -> None:
    request = GenerationRequest(
        entity="cart",
        count=0,
        locale="nowhere",
        constraints={"items.name": FieldConstraint(min=1)},
        overrides={"total": "abc"},
    )
    with pytest.raises(InvalidRequest) as refused:
        GENERATOR.prepare_now(request)
    assert {"count", "locale"} <= {violation.field for violation in refused.value.violations}


RULES = [
    ("total = a.__class__", "RULE"),
    ("total = 9**9**9", "RULE"),
    ("total = missing + 1", "RULE_UNKNOWN_FIELD"),
    ("total = " + "(" * 10_000, "RULE_SYNTAX"),
]


@pytest.mark.parametrize(("rule", "reason"), RULES)
def test_attacks_and_unknown_fields_in_rules_are_refused(rule: str, reason: str) -> None:
    schema = {"fields": {"a": {"type": "float"}, "total": {"type": "float"}}, "coherence_rules": [rule]}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    with pytest.raises(InvalidRequest) as refused:
        GENERATOR.prepare_now(GenerationRequest(schema_source=source))
    assert refused.value.violations[0].reason.startswith(reason)


def test_rules_that_close_a_cycle_are_refused() -> None:
    schema = {
        "fields": {"a": {"type": "float"}, "b": {"type": "float"}},
        "coherence_rules": ["a = b + 1", "b = a - 1"],
    }
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    with pytest.raises(InvalidRequest, match="derive one another"):
        GENERATOR.prepare_now(GenerationRequest(schema_source=source))


def test_prose_is_kept_as_unchecked() -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", seed=1))
    assert run.unchecked_rules == ("items should be thematically related",)


def test_a_space_too_small_for_the_count_is_refused() -> None:
    schema = {"fields": {"n": {"type": "integer", "min": 1, "max": 5, "unique": True}}}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    with pytest.raises(InvalidRequest, match="5 distinct values"):
        GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=10))


@pytest.mark.parametrize(
    "rules",
    [
        ["share = part / 3"],
        ["share = part / (count - 3)"],
        ["share = fee * 2"],
        ["share = avg(lines.cost)"],
        ["lines.sum = lines.cost * 2", "share = max(lines.sum)"],
        ["lines.cost = sum(lines.taxes.due)", "share = sum(lines.cost)"],
        ["share = extra.cost + 1"],
    ],
    ids="; ".join,
)
def test_what_a_rule_derives_keeps_to_its_own_field(rules: list[str]) -> None:
    number = {"type": "float", "min": 1, "max": 4}
    schema = {
        "name": "bill",
        "fields": {
            "share": number,
            "part": {"type": "float", "min": 1, "max": 30},
            "fee": {**number, "required": False},
            "count": {"type": "integer", "min": 0, "max": 9},
            "extra": {"type": "object", "required": False, "fields": {"cost": number}},
            "lines": {
                "type": "array",
                "min_items": 0,
                "max_items": 2,
                "item_schema": {
                    "type": "object",
                    "fields": {
                        "cost": {**number, "min": 0.5},
                        "sum": {"type": "float", "max": 9},
                        "taxes": {
                            "type": "array",
                            "min_items": 1,
                            "item_schema": {"type": "object", "fields": {"due": {"type": "float", "min": 0, "max": 1}}},
                        },
                    },
                },
            },
        },
        "coherence_rules": rules,
    }
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=100, seed=3))
    report = run.score(run.rows(0, 100))
    assert not report.faults
    assert report.applied > 100


@pytest.mark.parametrize(
    "rule",
    ["total = 9999999999 * 99999999999", "total = " + " * ".join(["a"] * 100), "seen = now" + " + 999 years" * 9],
)
def test_a_derived_value_that_no_record_can_hold_is_refused(rule: str) -> None:
    fields = {"a": {"type": "float", "min": 10}, "total": {"type": "float"}, "seen": {"type": "datetime"}}
    source = SchemaSource(kind="inline_schema", text=json.dumps({"fields": fields, "coherence_rules": [rule]}))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, seed=3))
    with pytest.raises(UnsatisfiableError, match=r"18 digits|years 1 to 9999"):
        run.rows(0, 10)


def test_a_rule_that_few_draws_meet_holds_in_every_row() -> None:
    fields = {"low": {"type": "float", "min": 1, "max": 100}, "high": {"type": "float", "min": 1, "max": 8}}
    schema = {"name": "range", "fields": fields, "coherence_rules": ["high >= low"]}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=3000, seed=3))
    whole = run.rows(0, 3000)
    assert all(record["high"] >= record["low"] for record in run.records(0, 3000))
    assert [row for start in range(0, 3000, 700) for row in run.rows(start, min(3000, start + 700))] == whole


def test_a_schema_of_the_callers_own_is_followed() -> None:
    schema = {
        "name": "stock",
        "fields": {
            "stock_id": {"type": "string", "format": "STK-{random:5}", "unique": True},
            "quantity_on_hand": {"type": "integer", "min": 10, "max": 90},
            "quantity_reserved": {"type": "integer", "min": 0, "max": 10},
            "quantity_available": {"type": "integer"},
            "code": {"type": "string", "regex": "[A-Z]{2}[0-9]{3}"},
        },
        "coherence_rules": ["quantity_available = quantity_on_hand - quantity_reserved"],
    }
    run = GENERATOR.prepare_now(
        GenerationRequest(schema_source=SchemaSource(kind="inline_schema", text=json.dumps(schema)), count=100, seed=3)
    )
    for record in run.records(0, 100):
        assert record["quantity_available"] == record["quantity_on_hand"] - record["quantity_reserved"]
    assert run.score(run.rows(0, 100)).score == 1.0
