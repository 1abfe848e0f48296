"""Constraints and overrides that make no sense, over the wire: each is named with what would be right."""

import json
import math
import time
from typing import Any

import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.running import Refused, refusal_of
from tests.integration.gateway.test_refusals import BAD

#: What no refusal may take, however bad the request; most take milliseconds.
PATIENCE_SECONDS = 5.0
LONG = "x" * 1_000_000

Limit = pb.FieldConstraint


def refused(stub: pb_grpc.TestDataServiceStub, **fields: Any) -> Refused:
    began = time.monotonic()
    answer = refusal_of(lambda: stub.GenerateData(pb.GenerateRequest(**{"entity": "cart", "count": 5, **fields})))
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert answer.code is BAD
    return answer


@pytest.mark.parametrize(
    ("entity", "path", "limit", "field", "reason", "words"),
    [
        ("cart", "colour", Limit(min=1), "", "UNKNOWN_FIELD", "fields: cart_id"),
        ("cart", "items.prise", Limit(min=1), "", "UNKNOWN_FIELD", "did you mean 'items.price'"),
        ("cart", "", Limit(min=1), "", "UNKNOWN_FIELD", "no field ''"),
        ("cart", "items.__class__", Limit(min=1), "", "UNKNOWN_FIELD", "no field"),
        ("cart", LONG, Limit(min=1), "", "UNKNOWN_FIELD", "no field"),
        # Bounds.
        ("cart", "items.price", Limit(min=20, max=5), "", "CONTRADICTION", "at least 20 and at most 5"),
        ("cart", "items.price", Limit(min=-5, max=-1), "", "CONTRADICTION", "the schema allows at least 0.01"),
        ("cart", "items.price", Limit(min=0.991, max=0.999), "", "CONTRADICTION", "2 decimal digits"),
        ("cart", "items.quantity", Limit(min=1.2, max=1.8), "", "CONTRADICTION", "no whole number from 1.2 to 1.8"),
        ("cart", "items.quantity", Limit(max=0), "", "CONTRADICTION", "the schema allows 1 to 99"),
        ("cart", "total", Limit(min=1e300), ".min", "CONSTRAINT_RANGE", "1e15"),
        ("cart", "total", Limit(min=math.nan), ".min", "NOT_A_NUMBER", "finite"),
        ("cart", "total", Limit(max=math.inf), ".max", "NOT_A_NUMBER", "finite"),
        ("cart", "items.name", Limit(min=1), ".min", "CONSTRAINT_TYPE", "min_length"),
        ("cart", "created_at", Limit(max=1), ".max", "CONSTRAINT_TYPE", "2025-01-01..2025-06-30"),
        ("product", "in_stock", Limit(max=1), ".max", "CONSTRAINT_TYPE", "enum_values"),
        ("order", "shipping_address", Limit(min=1), ".min", "CONSTRAINT_TYPE", "constrain its parts"),
        # Lengths.
        ("cart", "total", Limit(min_length=1), "", "CONSTRAINT_TYPE", "text and arrays"),
        ("cart", "cart_id", Limit(min_length=-1), "", "CONSTRAINT_RANGE", "not negative"),
        ("cart", "cart_id", Limit(min_length=2**31 - 1), "", "CONSTRAINT_RANGE", "at most 10000"),
        ("cart", "cart_id", Limit(min_length=9, max_length=3), "", "CONTRADICTION", "at least 9 and at most 3"),
        ("cart", "cart_id", Limit(max_length=0), "", "CONTRADICTION", "16 characters"),
        ("cart", "items", Limit(min_length=11), "", "CONTRADICTION", "the schema allows 1 to 10"),
        ("user", "email", Limit(max_length=5), "", "REGEX_NO_MATCH", "length"),
        ("user", "addresses.label", Limit(min_length=100), "", "CONTRADICTION", "none of"),
        # Values.
        ("order", "status", Limit(enum_values=["flying"]), ".enum_values", "CONTRADICTION", "none of pending"),
        ("review", "rating", Limit(enum_values=["9"]), ".enum_values", "CONTRADICTION", "at most 5"),
        ("review", "rating", Limit(enum_values=["1.5"]), ".enum_values", "CONSTRAINT_TYPE", "write a whole number"),
        ("product", "in_stock", Limit(enum_values=["maybe"]), ".enum_values", "CONSTRAINT_TYPE", "true or false"),
        ("cart", "items.price", Limit(enum_values=["1e400"]), ".enum_values", "CONSTRAINT_TYPE", "1e15"),
        ("cart", "items.price", Limit(enum_values=["nan"]), ".enum_values", "CONSTRAINT_TYPE", "finite"),
        ("cart", "created_at", Limit(enum_values=["soon"]), ".enum_values", "CONSTRAINT_TYPE", "write a date"),
        ("cart", "items", Limit(enum_values=["a"]), ".enum_values", "CONSTRAINT_TYPE", "constrain its parts"),
        ("cart", "currency", Limit(enum_values=[LONG]), ".enum_values", "CONSTRAINT_TYPE", "at most 10000"),
        ("payment", "currency", Limit(enum_values=["XXZ"]), ".enum_values", "CONTRADICTION", "ISO 4217"),
        ("cart", "total", Limit(enum_values=["50", "60"]), "", "CONTRADICTION", "give one value, or min and max"),
        ("payment", "currency", Limit(enum_values=["JPY", "USD"]), "", "MIXED_CURRENCY_DIGITS", "decimal digits"),
        ("user", "addresses.zip", Limit(regex="[a-z]+"), "", "UNSATISFIABLE", "no known place"),
        # Patterns.
        ("cart", "cart_id", Limit(regex="("), ".regex", "REGEX_SYNTAX", "missing )"),
        ("cart", "cart_id", Limit(regex="(?=a)b"), ".regex", "REGEX_UNSUPPORTED", "look-ahead"),
        ("cart", "cart_id", Limit(regex=r"(a)\1"), ".regex", "REGEX_UNSUPPORTED", "back-reference"),
        ("cart", "cart_id", Limit(regex=LONG), ".regex", "REGEX_TOO_LARGE", "at most 8192"),
        ("cart", "cart_id", Limit(regex="(" * 4000 + ")" * 4000), "", "REGEX_TOO_LARGE", "nests"),
        ("cart", "cart_id", Limit(regex="((a{1,1000}){1,1000}){1,1000}"), ".regex", "REGEX_SYNTAX", "repetition"),
        ("cart", "cart_id", Limit(regex="(a|b)*a(a|b){40}"), "", "REGEX_TOO_LARGE", "states"),
        ("cart", "cart_id", Limit(regex="[a-z]{5}", min_length=10), "", "REGEX_NO_MATCH", "length"),
        ("cart", "total", Limit(regex="a"), ".regex", "CONSTRAINT_TYPE", "for text"),
        # Formats.
        ("cart", "cart_id", Limit(format="blub"), ".format", "INVALID_FORMAT", "email, or a pattern such as"),
        ("cart", "cart_id", Limit(format=LONG), ".format", "INVALID_FORMAT", "email, or a pattern such as"),
        ("cart", "cart_id", Limit(format="X-{randm:3}"), ".format", "INVALID_FORMAT", "{random:N}"),
        ("cart", "total", Limit(format="email"), ".format", "CONSTRAINT_TYPE", "for text"),
        ("order", "status", Limit(format="ZZ-{random:5}"), ".format", "CONTRADICTION", "one of pending, processing"),
        ("user", "addresses.label", Limit(format="uuid"), ".format", "CONTRADICTION", "by enum_values"),
        ("payment", "card_last_four", Limit(format="{random:3}"), ".format", "CONTRADICTION", "'[0-9]{4}'"),
        ("cart", "cart_id", Limit(format="uuid", regex="[a-z]{5}"), ".format", "CONTRADICTION", "'[a-z]{5}'"),
    ],
)
def test_a_constraint_that_cannot_be_is_refused(
    stub: pb_grpc.TestDataServiceStub, entity: str, path: str, limit: Limit, field: str, reason: str, words: str
) -> None:
    constraints = pb.Constraints(field_constraints={path: limit})
    answer = refused(stub, entity=entity, constraints=constraints)
    assert answer.violations.get(f"constraints[{path[:60]}]{field}") == reason
    assert words in answer.text


@pytest.mark.parametrize(
    ("entity", "path", "text", "reason", "words"),
    [
        ("cart", "colour", "red", "UNKNOWN_FIELD", "fields: cart_id"),
        ("cart", "__class__", "1", "UNKNOWN_FIELD", "no field"),
        ("cart", LONG, "1", "UNKNOWN_FIELD", "no field"),
        ("cart", "items.quantity", "many", "OVERRIDE_INVALID", "write a whole number"),
        ("cart", "items.quantity", "", "OVERRIDE_INVALID", "write a whole number"),
        ("cart", "items.quantity", "9" * 5000, "OVERRIDE_INVALID", "write a whole number"),
        ("cart", "items.quantity", "200", "OVERRIDE_OUT_OF_BOUNDS", "at most 99"),
        ("cart", "items.quantity", "5..2", "CONTRADICTION", "lower end"),
        ("cart", "items.price", "9.999", "OVERRIDE_OUT_OF_BOUNDS", "2 decimal digits"),
        ("cart", "total", "NaN", "OVERRIDE_INVALID", "finite"),
        ("cart", "total", "1e999999", "OVERRIDE_INVALID", "1e15"),
        ("cart", "total", "50-20", "CONTRADICTION", "lower end"),
        ("cart", "total", "-5", "OVERRIDE_OUT_OF_BOUNDS", "at least 0"),
        ("cart", "created_at", "yesterday", "OVERRIDE_INVALID", "write a date"),
        ("cart", "created_at", "2025-01-01T00:00:00", "OVERRIDE_INVALID", "offset"),
        ("cart", "created_at", "0001-01-01T00:00:00+14:00", "OVERRIDE_INVALID", "years 1 to 9999"),
        ("cart", "created_at", "2025-02-01..2025-01-01", "CONTRADICTION", "lower end"),
        ("cart", "cart_id", "X", "OVERRIDE_OUT_OF_BOUNDS", "of the form CRT-"),
        ("cart", "customer_id", LONG, "OVERRIDE_INVALID", "at most 10000"),
        ("order", "status", "flying", "OVERRIDE_OUT_OF_BOUNDS", "none of pending"),
        ("product", "in_stock", "yes", "OVERRIDE_INVALID", "true or false"),
        ("cart", "items", "nothing", "OVERRIDE_INVALID", "not JSON"),
        ("cart", "items", '{"a":1}', "OVERRIDE_INVALID", "JSON array"),
        ("cart", "items", "null", "OVERRIDE_INVALID", "JSON array"),
        ("cart", "items", "[" * 9999, "OVERRIDE_INVALID", ""),
        ("cart", "items", "[]", "OVERRIDE_OUT_OF_BOUNDS", "1 to 10 items"),
        ("cart", "items", '[{"colour":"red"}]', "UNKNOWN_FIELD", "no field 'items.colour'"),
        ("cart", "items", '[{"name":"a"},5]', "OVERRIDE_INVALID", "array of objects"),
        ("cart", "items", '[{"price":"x"}]', "OVERRIDE_INVALID", "without quotes"),
        ("cart", "items", '[{"name":"a"},{"price":1}]', "OVERRIDE_INVALID", "for every item or for none"),
        ("cart", "items", '[{"price":-5}]', "OVERRIDE_OUT_OF_BOUNDS", "at least 0.01"),
        ("order", "shipping_address", "Boston", "OVERRIDE_INVALID", "not JSON"),
        ("order", "shipping_address", '{"city":5}', "OVERRIDE_INVALID", "in quotes"),
        ("order", "shipping_address", '{"zip":null}', "OVERRIDE_INVALID", "null"),
        ("cart", "items.length", "-1", "OVERRIDE_OUT_OF_BOUNDS", "1 to 10 items"),
        ("cart", "item_count", "few", "OVERRIDE_INVALID", "whole number"),
        ("cart", "total", "20.555", "OVERRIDE_OUT_OF_BOUNDS", "2 decimal digits"),
        ("cart", "currency", "XXZ", "OVERRIDE_OUT_OF_BOUNDS", "ISO 4217"),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    stub: pb_grpc.TestDataServiceStub, entity: str, path: str, text: str, reason: str, words: str
) -> None:
    for where, fields in (
        ("overrides", {"overrides": {path: text}}),
        ("scenarios[0].overrides", {"scenarios": [pb.Scenario(name="s", count=2, overrides={path: text})]}),
    ):
        answer = refused(stub, entity=entity, **fields)
        assert answer.violations.get(f"{where}[{path[:60]}]") == reason
        assert words in answer.text


def test_dates_that_are_asked_for_in_the_wrong_order_are_refused(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = refused(stub, overrides={"created_at": "2025-05-01", "updated_at": "2024-01-01"})
    assert answer.violations == {"overrides[created_at]": "CONTRADICTION"}
    assert "updated_at comes after created_at" in answer.text


def test_what_no_attempt_can_meet_is_an_invalid_argument_that_names_rule_and_bound(
    stub: pb_grpc.TestDataServiceStub,
) -> None:
    limits = {"total": Limit(max=0.01), "items.price": Limit(min=5)}
    answer = refused(stub, constraints=pb.Constraints(field_constraints=limits))
    assert answer.reason == "UNSATISFIABLE"
    assert "total" in answer.text
    assert "0.01" in answer.text
    assert "total = subtotal + tax" in answer.text


def test_every_limit_that_is_wrong_is_named_at_once(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = refused(
        stub,
        locale="xx_YY",
        constraints=pb.Constraints(
            field_constraints={
                "items.name": Limit(min=1, regex="("),
                "items.price": Limit(min=9, max=3),
                "nothing": Limit(min=1),
            }
        ),
        overrides={"items.quantity": "200", "created_at": "soon"},
        scenarios=[
            pb.Scenario(name="a", count=1, overrides={"currency": "XXZ"}),
            pb.Scenario(name="a", count=-1, overrides={"colour": "red"}),
        ],
    )
    assert set(answer.violations) == {
        "locale",
        "constraints[items.name].min",
        "constraints[items.name].regex",
        "constraints[items.price]",
        "constraints[nothing]",
        "overrides[items.quantity]",
        "overrides[created_at]",
        "scenarios[0].overrides[currency]",
        "scenarios[1].name",
        "scenarios[1].count",
        "scenarios[1].overrides[colour]",
    }


def test_a_domain_too_small_for_unique_values_is_refused(stub: pb_grpc.TestDataServiceStub) -> None:
    constraints = pb.Constraints(field_constraints={"cart_id": Limit(format="C-{random:2}")})
    answer = refused(stub, count=1000, first_row=10_000, constraints=constraints)
    assert answer.reason == "NOT_ENOUGH_VALUES"
    assert "100 distinct values" in answer.text


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+b{1,1000}(x+x+)+y", r"(\w+\s?)*#"])
def test_patterns_that_ruin_other_engines_take_their_turn_like_any(
    stub: pb_grpc.TestDataServiceStub, pattern: str
) -> None:
    began = time.monotonic()
    constraints = pb.Constraints(field_constraints={"cart_id": Limit(regex=pattern)})
    stub.GenerateData(pb.GenerateRequest(entity="cart", count=5, constraints=constraints))
    assert time.monotonic() - began < PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("entity", "limits", "overrides"),
    [
        ("cart", {"items.price": Limit(min=9.99, max=9.99)}, {}),
        ("cart", {"currency": Limit(enum_values=["USD", "USD", "EUR"])}, {}),
        ("cart", {"created_at": Limit(enum_values=["2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"])}, {}),
        ("cart", {"cart_id": Limit(format="uuid")}, {}),
        ("cart", {"items.name": Limit(format="email")}, {}),
        ("product", {"in_stock": Limit(enum_values=["true"])}, {}),
        ("review", {"rating": Limit(enum_values=["1", "5"])}, {}),
        ("user", {"email": Limit(max_length=20)}, {}),
        ("user", {"email": Limit(regex=r"[a-z]{8}@corp\.test")}, {}),
        ("user", {"phone": Limit(regex=r"\+1-212-555-01\d\d")}, {}),
        ("cart", {}, {"items": '[{"name":"Lamp","price":5},{"name":"Shade","price":7.5}]'}),
        ("order", {}, {"shipping_address": '{"city":"Boston"}'}),
        ("user", {}, {"first_name": "Zoë", "last_name": "Øst"}),
    ],
)
def test_limits_that_can_be_are_kept(
    stub: pb_grpc.TestDataServiceStub, entity: str, limits: dict[str, Limit], overrides: dict[str, str]
) -> None:
    request = pb.GenerateRequest(
        entity=entity,
        count=50,
        seed=7,
        constraints=pb.Constraints(field_constraints=limits),
        overrides=overrides,
    )
    answer = stub.GenerateData(request)
    assert answer.metadata.coherence_score == 1
    if "first_name" in overrides:
        assert all(user["email"].startswith("zoe.ost") for user in json.loads(answer.data))
