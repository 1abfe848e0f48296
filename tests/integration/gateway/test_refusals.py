import math
from functools import partial
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.running import Gateway, cart_request, refusal_of

BAD = grpc.StatusCode.INVALID_ARGUMENT


def number(value: int) -> Any:
    """An enum's number that no stub knows."""
    return value


def limits(**constraints: pb.FieldConstraint) -> pb.Constraints:
    return pb.Constraints(field_constraints={name.replace("__", "."): limit for name, limit in constraints.items()})


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"entity": "crat"}, "entity", "UNKNOWN_ENTITY"),
        ({"entity": ""}, "entity", "UNKNOWN_ENTITY"),
        ({"domain": "no-such-domain"}, "domain", "UNKNOWN_DOMAIN"),
        ({"count": 0}, "count", "INVALID_COUNT"),
        ({"count": -5}, "count", "INVALID_COUNT"),
        ({"count": 1001}, "count", "EXCEEDS_SYNC_LIMIT"),
        ({"count": 2**31 - 1}, "count", "EXCEEDS_SYNC_LIMIT"),
        ({"output_format": pb.SQL, "hints": ["dialect:oracle"]}, "hints", "UNKNOWN_DIALECT"),
        ({"output_format": pb.SQL, "hints": ["sqlite", "PostgreSQL"]}, "hints", "SEVERAL_DIALECTS"),
        ({"output_format": number(77)}, "output_format", "UNKNOWN_ENUM_VALUE"),
        ({"generation_method": 42}, "generation_method", "UNKNOWN_ENUM_VALUE"),
        ({"envelope": 9}, "envelope", "UNKNOWN_ENUM_VALUE"),
        ({"expansion": 9}, "expansion", "UNKNOWN_ENUM_VALUE"),
        (
            {"schema": pb.Schema(fields=[pb.Field(name="a", type=number(99))])},
            "schema.fields[0].type",
            "UNKNOWN_ENUM_VALUE",
        ),
        (
            {"schema": pb.Schema(fields=[pb.Field(name="a"), pb.Field(name="a")])},
            "schema.fields[1].name",
            "DUPLICATE_FIELD",
        ),
        (
            {"schema": pb.Schema(fields=[pb.Field(name="_a")])},
            "schema.fields._a",
            "INVALID_FIELD_NAME",
        ),
        (
            {"schema": pb.Schema(fields=[pb.Field(name="a", type=pb.OBJECT, nested_fields=[pb.Field(name="b.c")])])},
            "schema.fields.a.nested_fields.b.c",
            "INVALID_FIELD_NAME",
        ),
        ({"inline_schema": "{}", "custom_schema": "{}"}, "custom_schema", "SEVERAL_SCHEMAS"),
        ({"as_of": Timestamp(seconds=-(10**11))}, "as_of", "OUT_OF_RANGE"),
        ({"as_of": Timestamp(seconds=1, nanos=-1)}, "as_of", "OUT_OF_RANGE"),
        ({"first_row": -1}, "first_row", "INVALID_FIRST_ROW"),
        ({"locale": "xx_YY"}, "locale", "UNKNOWN_LOCALE"),
        ({"coherence_threshold": math.nan}, "coherence_threshold", "INVALID_THRESHOLD"),
        (
            {"constraints": limits(total=pb.FieldConstraint(min=math.inf))},
            "constraints[total].min",
            "NOT_A_NUMBER",
        ),
        ({"scenarios": [pb.Scenario(name="big", count=2**31 - 1)]}, "scenarios", "SCENARIOS_OVER_COUNT"),
    ],
)
def test_each_fault_is_an_invalid_argument_that_names_its_field(
    stub: pb_grpc.TestDataServiceStub, fields: dict[str, Any], field: str, reason: str
) -> None:
    request = pb.GenerateRequest(**{"entity": "cart", "count": 5, "request_id": "r-1", **fields})
    refused = refusal_of(lambda: stub.GenerateData(request))
    assert refused.code is BAD
    assert refused.violations.get(field) == reason
    assert refused.domain == "testdata.v1"
    assert refused.request_id == "r-1"


def test_every_fault_of_a_request_is_named_at_once(stub: pb_grpc.TestDataServiceStub) -> None:
    request = pb.GenerateRequest(
        entity="crat", count=-1, output_format=number(77), locale="xx_YY", generation_method=number(9)
    )
    refused = refusal_of(lambda: stub.GenerateData(request))
    assert {"entity", "count", "output_format", "locale", "generation_method"} <= set(refused.violations)
    assert refused.reason == "INVALID_REQUEST"
    for field in refused.violations:
        assert field in refused.text


def test_an_unknown_entity_is_told_the_near_ones_and_all(stub: pb_grpc.TestDataServiceStub) -> None:
    refused = refusal_of(lambda: stub.GenerateData(pb.GenerateRequest(entity="crat")))
    assert refused.reason == "UNKNOWN_ENTITY"
    assert "did you mean 'cart'" in refused.text
    assert "payment" in refused.text


def test_a_count_over_the_limit_is_shown_the_way_to_the_stream(stub: pb_grpc.TestDataServiceStub) -> None:
    refused = refusal_of(lambda: stub.GenerateData(cart_request(1001)))
    assert "exceeds max sync limit" in refused.text
    assert "GenerateDataStream" in refused.text


@pytest.mark.parametrize("method", [pb.LLM, pb.RAG, pb.HYBRID])
def test_a_path_that_the_caller_set_and_that_cannot_serve_is_refused_with_how_to_mend_it(
    stub: pb_grpc.TestDataServiceStub, method: int
) -> None:
    for call in (
        lambda: stub.GenerateData(cart_request(generation_method=method)),
        lambda: list(stub.GenerateDataStream(cart_request(generation_method=method))),
    ):
        refused = refusal_of(call)
        assert refused.code is grpc.StatusCode.FAILED_PRECONDITION
        assert refused.reason == "PATH_UNAVAILABLE"
        assert "TRADITIONAL" in refused.text


def test_a_stream_is_refused_as_a_single_call_is(stub: pb_grpc.TestDataServiceStub) -> None:
    refused = refusal_of(lambda: list(stub.GenerateDataStream(pb.GenerateRequest(entity="crat", count=0))))
    assert refused.code is BAD
    assert set(refused.violations) == {"entity", "count"}


def test_a_thousand_faults_fit_into_the_metadata_that_clients_accept(stub: pb_grpc.TestDataServiceStub) -> None:
    constraints = {f"поле_{number}_{'é' * 50}": pb.FieldConstraint(min=1) for number in range(1000)}
    request = cart_request(constraints=pb.Constraints(field_constraints=constraints))
    refused = refusal_of(lambda: stub.GenerateData(request))
    assert refused.code is BAD
    assert 1 < len(refused.violations) < 1000
    assert "more" in refused.text


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"\xff\xff\xff\xff", id="no message"),
        pytest.param(b"\x1a\x04ca\xff\xfe", id="no UTF-8"),
        pytest.param(b"\x1a\x64cart", id="cut short"),
    ],
)
@pytest.mark.parametrize("method", ["GenerateData", "GetSchemas"])
def test_bytes_that_cannot_be_read_are_an_invalid_argument(gateway: Gateway, method: str, garbage: bytes) -> None:
    if method == "GetSchemas":
        garbage = garbage.replace(b"\x1a", b"\x0a")
    refused = refusal_of(lambda: gateway.raw(method)(garbage))
    assert refused.code is BAD
    assert refused.reason == "UNDECODABLE_REQUEST"
    assert refused.request_id


def test_bytes_that_cannot_be_read_end_a_stream_alike(gateway: Gateway) -> None:
    call = gateway.raw_stream("GenerateDataStream")
    assert refusal_of(lambda: call(b"\x1a\x04ca\xff\xfe")).reason == "UNDECODABLE_REQUEST"


def test_an_answer_over_the_message_limit_says_stream_it(start_gateway: StartGateway) -> None:
    small = start_gateway(MAX_MESSAGE_BYTES="65536").stub()
    refused = refusal_of(lambda: small.GenerateData(pb.GenerateRequest(entity="cart", count=1000)))
    assert refused.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refused.reason == "RESPONSE_TOO_LARGE"
    assert "stream it" in refused.text


def test_the_sync_limit_is_a_setting(start_gateway: StartGateway) -> None:
    limited = start_gateway(MAX_SYNC_RECORDS="5").stub()
    assert limited.GenerateData(cart_request(5)).record_count == 5
    assert "max sync limit of 5" in refusal_of(lambda: limited.GenerateData(cart_request(6))).text


def test_legacy_errors_are_answers_with_the_same_text(
    start_gateway: StartGateway, stub: pb_grpc.TestDataServiceStub
) -> None:
    legacy = start_gateway(LEGACY_ERRORS="true").stub()
    for request in (cart_request(2000), pb.GenerateRequest(entity="crat"), cart_request(generation_method=pb.LLM)):
        request.request_id = "old"
        answer = legacy.GenerateData(request)
        assert not answer.success
        assert answer.request_id == "old"
        assert answer.error == refusal_of(partial(stub.GenerateData, request)).text
    assert legacy.GenerateData(cart_request(1)).success
    refused = refusal_of(lambda: list(legacy.GenerateDataStream(pb.GenerateRequest(entity="crat"))))
    assert refused.code is BAD


def test_a_deadline_that_passes_is_no_error_of_the_servers(gateway: Gateway) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        list(gateway.stub().GenerateDataStream(cart_request(50_000_000, request_id="too-late"), timeout=0.2))
    error: Any = raised.value
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert gateway.logged("request", "too-late")["status"] in {"DEADLINE_EXCEEDED", "CANCELLED"}
