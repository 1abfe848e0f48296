import json
import math
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from gateway.conversion import Converted, convert
from testdata_agent.engine.request import GenerationMethod, GenerationRequest, OutputFormat, PatternChoice, SchemaSource
from testdata_agent.engine.request_data import from_data, to_data
from testdata_agent.engine.version import DEFAULT_AS_OF
from testdata_agent.v1 import testdata_pb2 as pb


def number(value: int) -> Any:
    """An enum's number that no stub knows."""
    return value


def read(**fields: Any) -> Converted:
    return convert(pb.GenerateRequest(**fields), seed=lambda: 4711, clock=lambda: 1_800_000_000)


def test_an_empty_message_is_a_request_of_ten_with_all_at_its_defaults() -> None:
    converted = read()
    assert not converted.faults
    assert converted.request == GenerationRequest(seed=4711, as_of=1_800_000_000)
    assert converted.request.count == 10


def test_a_seed_of_zero_is_a_seed() -> None:
    request = read(seed=0).request
    assert (request.seed, request.as_of) == (0, DEFAULT_AS_OF)


def test_an_as_of_is_kept_in_whole_seconds() -> None:
    assert read(seed=1, as_of=Timestamp(seconds=1_700_000_000, nanos=999)).request.as_of == 1_700_000_000


@pytest.mark.parametrize(
    ("wire", "method"),
    [(pb.TRADITIONAL, GenerationMethod.TRADITIONAL), (pb.HYBRID, GenerationMethod.HYBRID), (None, None)],
)
def test_an_explicit_method_is_told_from_an_unset_one(wire: Any, method: GenerationMethod | None) -> None:
    assert read(generation_method=wire).request.method is method


def test_the_switches_are_on_until_they_are_off() -> None:
    assert (read().request.envelope, read().request.expansion) == (True, True)
    off = read(envelope=pb.Envelope.OFF, expansion=pb.Expansion.OFF).request
    assert (off.envelope, off.expansion) == (False, False)


def test_a_limit_of_zero_is_told_from_no_limit() -> None:
    limits = pb.Constraints(field_constraints={"a": pb.FieldConstraint(min=0, max_length=0), "b": pb.FieldConstraint()})
    constraints = read(constraints=limits).request.constraints
    assert (constraints["a"].min, constraints["a"].max, constraints["a"].max_length) == (0, None, 0)
    assert (constraints["b"].min, constraints["b"].regex) == (None, None)


def test_all_faults_are_gathered() -> None:
    limits = pb.Constraints(field_constraints={"x": pb.FieldConstraint(min=math.nan, max=math.inf)})
    converted = read(
        output_format=number(9), generation_method=number(9), envelope=number(-1), constraints=limits,
        as_of=Timestamp(seconds=10**11), inline_schema="{}", custom_schema="{}",
    )  # fmt: skip
    assert {fault.field for fault in converted.faults} == {
        "output_format", "generation_method", "envelope", "constraints[x].min", "constraints[x].max", "as_of",
        "custom_schema",
    }  # fmt: skip


def test_formats_and_scenarios_are_taken_over() -> None:
    scenario = pb.Scenario(name="big", count=3, overrides={"total": "20-50"}, description="big ones")
    request = read(output_format=pb.NDJSON, scenarios=[scenario]).request
    assert request.output_format is OutputFormat.NDJSON
    (taken,) = request.scenarios
    assert (taken.name, taken.count, taken.overrides, taken.description) == ("big", 3, {"total": "20-50"}, "big ones")


def test_chosen_patterns_are_taken_over_and_kept_with_the_request() -> None:
    request = read(patterns=[pb.PatternChoice(scenario="late", pattern_ids=["pat-1", "pat-2"])]).request
    assert request.patterns == (PatternChoice(scenario="late", pattern_ids=("pat-1", "pat-2")),)
    assert from_data(json.loads(json.dumps(to_data(request)))) == request


def test_fields_of_the_wire_become_the_house_form() -> None:
    schema = pb.Schema(
        fields=[
            pb.Field(name="id", type=pb.UUID, required=True, description="Its id."),
            pb.Field(name="state", type=pb.ENUM),
            pb.Field(name="at", type=pb.OBJECT, nested_fields=[pb.Field(name="zip")]),
            pb.Field(name="lines", type=pb.ARRAY, nested_fields=[pb.Field(name="grade", type=pb.ENUM)]),
            pb.Field(name="tags", type=pb.ARRAY),
        ]
    )
    limits = pb.Constraints(
        field_constraints={
            "state": pb.FieldConstraint(enum_values=["new", "old"]),
            "lines.grade": pb.FieldConstraint(enum_values=["a"]),
        }
    )
    converted = read(schema=schema, constraints=limits)
    assert not converted.faults
    source = converted.request.schema_source
    assert isinstance(source, SchemaSource)
    assert source.kind == "schema.fields"
    fields = source.fields or {}
    assert fields["id"] == {"type": "uuid", "required": True, "description": "Its id."}
    assert fields["state"]["values"] == ["new", "old"]
    assert fields["at"]["fields"]["zip"]["type"] == "string"
    assert fields["lines"]["item_schema"]["fields"]["grade"]["values"] == ["a"]
    assert fields["tags"]["item_schema"] == {"type": "string"}


def test_faults_inside_nested_fields_say_where() -> None:
    inner = [pb.Field(name="a"), pb.Field(name="a", type=number(50))]
    schema = pb.Schema(fields=[pb.Field(name="o", type=pb.OBJECT, nested_fields=inner)])
    (fault,) = read(schema=schema).faults
    assert (fault.field, fault.reason) == ("schema.fields[0].nested_fields[1].name", "DUPLICATE_FIELD")
