"""Keyword arguments become the request that any gRPC client would write by hand."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from testdata_agent.client import InvalidRequestError
from testdata_agent.client.conversion import to_request
from testdata_agent.v1 import testdata_pb2 as pb


def test_nothing_said_leaves_everything_to_the_server() -> None:
    assert to_request("cart") == pb.GenerateRequest(entity="cart")


def test_an_explicit_none_is_as_good_as_nothing_said() -> None:
    assert to_request("cart", seed=None, count=None, as_of=None, method=None) == pb.GenerateRequest(entity="cart")


def test_a_seed_of_zero_is_sent_since_it_is_a_seed() -> None:
    assert to_request("cart", seed=0).HasField("seed")


def test_a_count_of_zero_is_sent_so_that_the_server_can_refuse_it() -> None:
    request = to_request("cart", count=0)

    assert request.HasField("count")
    assert request.count == 0


def test_traditional_as_an_explicit_method_can_be_told_from_unset() -> None:
    assert to_request("cart", method="traditional").HasField("generation_method")
    assert not to_request("cart").HasField("generation_method")


def test_constraints_arrive_under_their_paths_with_what_was_stated_alone() -> None:
    request = to_request("cart", constraints={"items.price": {"min": 5, "max": None, "enum_values": ["a", "b"]}})

    limits = request.constraints.field_constraints["items.price"]
    assert limits.min == 5.0
    assert not limits.HasField("max")
    assert list(limits.enum_values) == ["a", "b"]


def test_overrides_of_all_rows_and_those_of_scenarios_are_sent_apart() -> None:
    request = to_request(
        "cart",
        count=10,
        overrides={"currency": "EUR", "total": "1-5"},
        scenarios=[{"name": "gift", "count": 4, "overrides": {"total": "20-50"}}],
    )

    assert request.overrides == {"currency": "EUR", "total": "1-5"}
    assert [(s.name, s.count, dict(s.overrides)) for s in request.scenarios] == [("gift", 4, {"total": "20-50"})]


def test_patterns_are_named_for_all_rows_or_by_scenario() -> None:
    assert to_request("cart", patterns=["pat-1", "pat-2"]).patterns == [
        pb.PatternChoice(pattern_ids=["pat-1", "pat-2"])
    ]
    assert to_request("cart", patterns={"late": ["pat-1"], "": ["pat-2"]}).patterns == [
        pb.PatternChoice(scenario="late", pattern_ids=["pat-1"]),
        pb.PatternChoice(pattern_ids=["pat-2"]),
    ]


def test_a_schema_as_plain_data_is_sent_as_json() -> None:
    schema = {"fields": {"name": {"type": "string"}}}

    assert json.loads(to_request(schema=schema).inline_schema) == schema


@pytest.mark.parametrize("moment", [1767225600, datetime(2026, 1, 1, tzinfo=UTC)])
def test_as_of_is_taken_as_epoch_seconds_and_as_a_datetime(moment: int | datetime) -> None:
    assert to_request("cart", as_of=moment).as_of.seconds == 1767225600


def test_envelope_and_expansion_are_switched_off_by_false() -> None:
    request = to_request("cart", envelope=False, expansion=False)

    assert request.envelope == pb.Envelope.OFF
    assert request.expansion == pb.Expansion.OFF


def test_text_that_is_not_utf8_is_named_wherever_it_stands() -> None:
    bad = "\udcff"

    with pytest.raises(InvalidRequestError) as refused:
        to_request(
            bad,
            hints=[bad],
            schema=bad,
            constraints={bad: {"min": 1}, "code": {"enum_values": [bad]}},
            scenarios=[{"name": bad, "count": 1, "overrides": {bad: "1", "code": bad}}],
        )

    assert [v.field for v in refused.value.violations] == [
        "entity",
        "hints",
        "schema",
        f"constraints[{bad!r}]",
        "constraints[code].enum_values",
        "scenarios[0].name",
        "scenarios[0].overrides",
        "scenarios[0].overrides[code]",
    ]


def test_every_value_that_the_wire_cannot_hold_is_named_at_once() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        to_request(
            "cart",
            count=2**31,
            seed=-1,
            method="magic",  # type: ignore[arg-type]
            as_of=datetime(2026, 1, 1),
            constraints={"total": {"minimum": 1, "max_length": 2**40}},  # type: ignore[typeddict-unknown-key]
            colour="red",  # type: ignore[call-arg]
        )

    assert [v.field for v in refused.value.violations] == [
        "colour",
        "count",
        "seed",
        "method",
        "constraints[total].minimum",
        "constraints[total].max_length",
        "as_of",
    ]
    assert "known: traditional, llm, rag, hybrid" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", 10**30),
        ("as_of", datetime(1, 1, 1)),
        ("use_cache", 2**64),
        ("scenarios", [{"name": "a", "count": 1, "more": 1, 2: 3}]),
    ],
)
def test_no_value_breaks_what_names_the_faults(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequestError, match=name):
        to_request("cart", **{name: value})
