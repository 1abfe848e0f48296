from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.running import JOB_SERVICE, SCHEMA_SERVICE, SERVICE, Gateway, cart_request


@pytest.mark.parametrize("service", ["", SERVICE, JOB_SERVICE, SCHEMA_SERVICE])
def test_the_standard_health_service_says_serving(gateway: Gateway, service: str) -> None:
    stub: Any = health_pb2_grpc.HealthStub(gateway.channel())
    answer = stub.Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def reflect(gateway: Gateway, **ask: Any) -> Any:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(gateway.channel())
    request = reflection_pb2.ServerReflectionRequest(**ask)
    return next(iter(stub.ServerReflectionInfo(iter([request]))))


def test_reflection_lists_the_services(gateway: Gateway) -> None:
    answer = reflect(gateway, list_services="")
    names = {service.name for service in answer.list_services_response.service}
    assert {SERVICE, JOB_SERVICE, SCHEMA_SERVICE, "grpc.health.v1.Health"} <= names


@pytest.mark.parametrize(("service", "method"), [(SERVICE, b"GenerateDataStream"), (JOB_SERVICE, b"StreamJobResults")])
def test_reflection_describes_the_services(gateway: Gateway, service: str, method: bytes) -> None:
    answer = reflect(gateway, file_containing_symbol=service)
    files = answer.file_descriptor_response.file_descriptor_proto
    assert any(method in file for file in files)


def test_reflection_finds_methods_by_their_names_and_says_what_there_is_not(gateway: Gateway) -> None:
    """ghz and `grpcurl describe` ask so."""
    answer = reflect(gateway, file_containing_symbol=f"{SERVICE}.GenerateData")
    assert any(b"GenerateDataStream" in file for file in answer.file_descriptor_response.file_descriptor_proto)
    for unknown in (f"{SERVICE}.MakeData", "testdata.v2.Nothing", ""):
        answer = reflect(gateway, file_containing_symbol=unknown)
        assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0]


def test_requests_packed_with_gzip_are_read(gateway: Gateway) -> None:
    stub = gateway.stub(compression=grpc.Compression.Gzip)
    plain = gateway.stub().GenerateData(cart_request(seed=2, context="a" * 10_000, generation_method=pb.TRADITIONAL))
    packed = stub.GenerateData(cart_request(seed=2, context="a" * 10_000, generation_method=pb.TRADITIONAL))
    assert packed.data == plain.data


def test_answers_are_packed_with_gzip_where_that_is_set(start_gateway: StartGateway) -> None:
    packing = start_gateway(GRPC_COMPRESSION="gzip")
    records = packing.stub().GenerateData(cart_request(500, seed=2)).data
    assert records == start_gateway().stub().GenerateData(cart_request(500, seed=2)).data


def test_an_unknown_method_is_unimplemented(gateway: Gateway) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        gateway.raw("NoSuchMethod")(b"")
    error: Any = raised.value
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED
