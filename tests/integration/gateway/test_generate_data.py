import csv
import io
import json
from typing import Any

import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.running import cart_request


@pytest.mark.parametrize("entity", ["cart", "order", "payment", "product", "review", "user"])
def test_every_entity_comes_as_a_json_array_with_success_and_a_score(
    stub: pb_grpc.TestDataServiceStub, entity: str
) -> None:
    answer = stub.GenerateData(pb.GenerateRequest(entity=entity, count=7))
    records = json.loads(answer.data)
    assert answer.success
    assert answer.error == ""
    assert len(records) == answer.record_count == 7
    assert [record["_index"] for record in records] == list(range(7))
    assert answer.metadata.coherence_score == 1.0
    assert answer.metadata.checks_passed == answer.metadata.checks_applied > 0
    assert answer.metadata.records_scored == 7


def test_an_unset_count_is_ten(stub: pb_grpc.TestDataServiceStub) -> None:
    assert stub.GenerateData(pb.GenerateRequest(entity="cart")).record_count == 10


def test_an_empty_request_id_is_given_a_value_and_a_given_one_comes_back(stub: pb_grpc.TestDataServiceStub) -> None:
    assert stub.GenerateData(pb.GenerateRequest(entity="cart", count=1)).request_id
    assert stub.GenerateData(pb.GenerateRequest(entity="cart", count=1, request_id="mine")).request_id == "mine"


def test_a_drawn_seed_and_as_of_replay_the_answer(stub: pb_grpc.TestDataServiceStub) -> None:
    first = stub.GenerateData(cart_request())
    assert first.metadata.seed < 2**53
    again = stub.GenerateData(cart_request(seed=first.metadata.seed, as_of=first.metadata.as_of))
    assert again.data == first.data


def test_two_unseeded_answers_differ(stub: pb_grpc.TestDataServiceStub) -> None:
    assert stub.GenerateData(cart_request()).data != stub.GenerateData(cart_request()).data


def test_a_seed_without_as_of_is_seen_from_the_first_of_january_2026(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = stub.GenerateData(cart_request(seed=7))
    assert answer.metadata.as_of.ToJsonString() == "2026-01-01T00:00:00Z"
    assert answer.data == stub.GenerateData(cart_request(seed=7)).data


def test_the_largest_seed_is_taken_and_returned(stub: pb_grpc.TestDataServiceStub) -> None:
    assert stub.GenerateData(cart_request(seed=2**64 - 1)).metadata.seed == 2**64 - 1


def test_first_row_goes_on_where_a_call_ended(stub: pb_grpc.TestDataServiceStub) -> None:
    whole = json.loads(stub.GenerateData(cart_request(10, seed=3)).data)
    rest = json.loads(stub.GenerateData(cart_request(4, seed=3, first_row=6)).data)
    assert whole[6:] == rest


def test_ndjson_is_one_object_a_line(stub: pb_grpc.TestDataServiceStub) -> None:
    array = json.loads(stub.GenerateData(cart_request(seed=5)).data)
    lines = stub.GenerateData(cart_request(seed=5, output_format=pb.NDJSON)).data
    assert lines.endswith("\n")
    assert [json.loads(line) for line in lines.splitlines()] == array


def test_csv_holds_what_json_does_and_is_scored_as_json(stub: pb_grpc.TestDataServiceStub) -> None:
    array = json.loads(stub.GenerateData(cart_request(30, seed=5)).data)
    answer = stub.GenerateData(cart_request(30, seed=5, output_format=pb.CSV))
    rows = list(csv.DictReader(io.StringIO(answer.data, newline="")))
    assert [row["cart_id"] for row in rows] == [record["cart_id"] for record in array]
    assert [float(row["total"]) for row in rows] == [record["total"] for record in array]
    assert "_index" not in rows[0]
    assert (answer.record_count, answer.metadata.records_scored, answer.metadata.coherence_score) == (30, 30, 1.0)


def test_csv_guards_formulas_when_a_hint_asks_for_it(stub: pb_grpc.TestDataServiceStub) -> None:
    users = pb.GenerateRequest(entity="user", count=5, seed=5, output_format=pb.CSV)
    plain = list(csv.DictReader(io.StringIO(stub.GenerateData(users).data, newline="")))
    users.hints.append("csv_formula_guard")
    guarded = list(csv.DictReader(io.StringIO(stub.GenerateData(users).data, newline="")))
    assert ["'" + row["phone"] for row in plain] == [row["phone"] for row in guarded]


def test_the_envelope_can_be_left_off(stub: pb_grpc.TestDataServiceStub) -> None:
    records = json.loads(stub.GenerateData(cart_request(envelope=pb.Envelope.OFF)).data)
    assert not [name for record in records for name in record if name.startswith("_")]


@pytest.mark.parametrize(
    ("locale", "country", "currency", "phone"),
    [
        ("en_US", "US", "USD", "+1-"),
        ("en_GB", "GB", "GBP", "+44 "),
        ("de_DE", "DE", "EUR", "+49 "),
        ("fr_FR", "FR", "EUR", "+33 "),
        ("es_ES", "ES", "EUR", "+34 790 "),
        ("ja_JP", "JP", "JPY", "+81-"),
    ],
)
def test_a_locale_has_its_own_places_numbers_and_money(
    stub: pb_grpc.TestDataServiceStub, locale: str, country: str, currency: str, phone: str
) -> None:
    users = stub.GenerateData(pb.GenerateRequest(entity="user", count=20, locale=locale))
    assert users.metadata.coherence_score == 1.0
    for user in json.loads(users.data):
        assert user["phone"].startswith(phone)
        assert {address["country"] for address in user["addresses"]} == {country}
    carts = stub.GenerateData(pb.GenerateRequest(entity="cart", count=20, locale=locale))
    assert carts.metadata.coherence_score == 1.0
    assert {cart["currency"] for cart in json.loads(carts.data)} == {currency}


def test_text_beyond_ascii_comes_as_it_is(stub: pb_grpc.TestDataServiceStub) -> None:
    scenario = pb.Scenario(name="夜の買い物 🛒", count=2)
    request = pb.GenerateRequest(
        entity="user", count=3, locale="ja_JP", seed=1, scenarios=[scenario], request_id="ключ-é"
    )
    answer = stub.GenerateData(request)
    records = json.loads(answer.data)
    assert [record["_scenario"] for record in records] == ["夜の買い物 🛒"] * 2 + ["default"]
    assert dict(answer.metadata.scenario_counts) == {"夜の買い物 🛒": 2, "default": 1}
    assert answer.request_id == "ключ-é"
    assert any(ord(character) > 0x3000 for character in records[0]["last_name"])


def test_a_dry_run_routes_and_checks_and_makes_nothing(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = stub.GenerateData(cart_request(dry_run=True, hints=["realistic"]))
    assert answer.success
    assert json.loads(answer.data) == []
    assert answer.record_count == 0
    assert answer.metadata.dry_run
    assert answer.metadata.routing_reason
    assert 0 < answer.metadata.routing_confidence <= 1
    assert (answer.metadata.fallback_from, answer.metadata.generation_path) == ("llm", "traditional")


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"context": "carts of new parents buying nursery things"}, "llm"),
        ({"learn_from_history": True}, "rag"),
        ({"context": "carts of new parents buying nursery things", "production_like": True}, "hybrid"),
    ],
)
def test_a_routed_path_that_cannot_serve_falls_back_and_says_so(
    stub: pb_grpc.TestDataServiceStub, fields: dict[str, Any], wanted: str
) -> None:
    metadata = stub.GenerateData(cart_request(**fields)).metadata
    assert metadata.generation_path == "traditional"
    assert metadata.fallback_from == wanted
    assert metadata.fallback_reason


def test_the_engine_is_no_fallback_where_it_was_chosen(stub: pb_grpc.TestDataServiceStub) -> None:
    metadata = stub.GenerateData(cart_request(generation_method=pb.TRADITIONAL)).metadata
    assert (metadata.generation_path, metadata.fallback_from) == ("traditional", "")
    assert metadata.routing_confidence == 1.0


def test_more_than_two_hundred_records_are_scored_on_a_sample_of_two_hundred(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = stub.GenerateData(pb.GenerateRequest(entity="cart", count=1000))
    assert answer.record_count == len(json.loads(answer.data)) == 1000
    assert answer.metadata.records_scored == 200


def test_accepted_and_rejected_are_what_was_attempted(stub: pb_grpc.TestDataServiceStub) -> None:
    metadata = stub.GenerateData(cart_request(5)).metadata
    assert metadata.records_attempted == metadata.records_accepted + metadata.records_rejected == 5
    assert dict(metadata.records_by_path) == {"traditional": 5}


def test_a_schema_of_the_callers_own_fields_is_served(stub: pb_grpc.TestDataServiceStub) -> None:
    fields = [
        pb.Field(name="id", type=pb.UUID, required=True),
        pb.Field(name="grade", type=pb.ENUM, required=True),
        pb.Field(
            name="lines",
            type=pb.ARRAY,
            required=True,
            nested_fields=[pb.Field(name="amount", type=pb.INTEGER, required=True)],
        ),
    ]
    limits = pb.Constraints(field_constraints={"grade": pb.FieldConstraint(enum_values=["a", "b"])})
    request = pb.GenerateRequest(schema=pb.Schema(fields=fields), constraints=limits, count=20)
    records = json.loads(stub.GenerateData(request).data)
    assert {record["grade"] for record in records} == {"a", "b"}
    assert all(isinstance(line["amount"], int) for record in records for line in record["lines"])


def test_schemas_are_listed_whole_and_by_domain(stub: pb_grpc.TestDataServiceStub) -> None:
    everything = stub.GetSchemas(pb.GetSchemasRequest()).schemas
    assert {"cart", "order", "payment", "product", "review", "user"} <= {schema.name for schema in everything}
    cart = next(schema for schema in everything if schema.name == "cart")
    assert {"cart_id", "items", "items.price", "total"} <= {field.name for field in cart.fields}
    assert cart.name in {schema.name for schema in stub.GetSchemas(pb.GetSchemasRequest(domain=cart.domain)).schemas}
    assert not stub.GetSchemas(pb.GetSchemasRequest(domain="no such domain")).schemas


def test_the_health_check_names_every_part(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = stub.HealthCheck(pb.HealthCheckRequest())
    assert answer.status == "healthy"
    assert answer.components["grpc_server"] == "operational"
    assert answer.components["model"] == "not configured"
    assert {"redis", "worker", "patterns"} <= set(answer.components)
