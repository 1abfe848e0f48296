"""A tester's first hour: what is typed, and what must come back."""

import json
from decimal import Decimal
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "testdata.v1.TestDataService"


@pytest.fixture
def call(terminal: Any) -> Any:
    """Calls a method by JSON and the server's own reflection, as grpcurl does: no stub of ours is used."""
    terminal.screen(terminal.up())

    def invoke(method: str, **body: Any) -> Any:
        with grpc.insecure_channel(f"localhost:{terminal.grpc_port}") as channel:
            pool = descriptor_pool.DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
            asked = pool.FindServiceByName(SERVICE).FindMethodByName(method)
            request = json_format.ParseDict(body, message_factory.GetMessageClass(asked.input_type)())
            answer = message_factory.GetMessageClass(asked.output_type)
            unary = channel.unary_unary(f"/{SERVICE}/{method}", type(request).SerializeToString, answer.FromString)
            return json_format.MessageToDict(unary(request, timeout=30))

    return invoke


def test_three_carts_whose_sums_are_right_to_the_cent_and_an_answer_that_says_how_they_were_made(call: Any) -> None:
    answer = call("GenerateData", entity="cart", count=3)

    carts = json.loads(answer["data"], parse_float=Decimal)
    assert len(carts) == answer["recordCount"] == 3
    for cart in carts:
        assert cart["subtotal"] == sum(item["quantity"] * item["price"] for item in cart["items"])
        assert cart["total"] == cart["subtotal"] + cart["tax"]
    metadata = answer["metadata"]
    assert metadata["generationPath"] == "traditional"
    assert metadata["routingReason"]
    assert int(metadata["seed"]) >= 0
    assert metadata["coherenceScore"] == 1.0


def test_a_seed_repeats_the_bytes_and_the_command_gives_them_with_nothing_running(call: Any, terminal: Any) -> None:
    first, second = (call("GenerateData", entity="cart", count=3, seed=7) for _ in range(2))

    assert first["data"] == second["data"]
    assert terminal.run("generate", "cart", "-n", "3", "--seed", "7").stdout == first["data"]


def test_users_are_distinct_and_the_carts_of_their_seed_refer_to_them(terminal: Any) -> None:
    assert terminal.run("generate", "user", "-n", "100000", "--seed", "7", "-o", "users.ndjson").returncode == 0
    assert terminal.run("generate", "cart", "-n", "5000", "--seed", "7", "-o", "carts.ndjson").returncode == 0

    users, carts = (
        [json.loads(line) for line in (terminal.folder / name).read_text().splitlines()]
        for name in ("users.ndjson", "carts.ndjson")
    )
    assert len({user["user_id"] for user in users}) == len({user["email"] for user in users}) == 100_000
    assert {cart["customer_id"] for cart in carts} <= {user["user_id"] for user in users[:1000]}


@pytest.mark.parametrize("entity", ["cart", "order", "payment", "product", "review", "user"])
def test_every_entity_is_listed_shown_and_made(terminal: Any, entity: str) -> None:
    assert entity in terminal.run("schemas").stdout.split()
    assert terminal.run("schemas", entity).stdout.startswith(entity)

    (record,) = json.loads(terminal.run("generate", entity, "-n", "1", "--seed", "7", "--no-envelope").stdout)
    assert f"{entity}_id" in record


def test_an_old_client_that_sends_numbers_it_knows_is_served(call: Any) -> None:
    answer = call(
        "GenerateData",
        requestId="old-1",
        domain="ecommerce",
        entity="order",
        count=5,
        outputFormat=0,
        scenarios=[{"name": "big", "count": 2}],
    )

    assert answer["requestId"] == "old-1"
    assert answer["success"] is True
    assert answer["metadata"]["scenarioCounts"] == {"big": 2, "default": 3}
    assert [order["_scenario"] for order in json.loads(answer["data"])] == [
        "big",
        "big",
        "default",
        "default",
        "default",
    ]
