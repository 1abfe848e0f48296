"""A gateway whose answers each test writes itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc


@dataclass
class ScriptedService(testdata_pb2_grpc.TestDataServiceServicer):
    """Answers with what the test put into it; remembers what it was asked."""

    generate: Callable[[pb.GenerateRequest, Any], pb.GenerateResponse] | None = None
    stream: Callable[[pb.GenerateRequest, Any], Iterator[pb.DataChunk]] | None = None
    requests: list[pb.GenerateRequest] = field(default_factory=list)
    target: str = ""

    def GenerateData(self, request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:  # noqa: N802
        self.requests.append(request)
        assert self.generate is not None
        return self.generate(request, context)

    def GenerateDataStream(self, request: pb.GenerateRequest, context: Any) -> Iterator[pb.DataChunk]:  # noqa: N802
        self.requests.append(request)
        assert self.stream is not None
        return self.stream(request, context)

    def GetSchemas(self, request: pb.GetSchemasRequest, context: Any) -> pb.GetSchemasResponse:  # noqa: N802, ARG002
        info = pb.SchemaInfo(name="cart", domain=request.domain or "ecommerce", description="A basket.")
        info.fields.add(name="items.sku", type="string", required=True, description="Stock unit.", example="A-1")
        return pb.GetSchemasResponse(schemas=[info])

    def HealthCheck(self, request: pb.HealthCheckRequest, context: Any) -> pb.HealthCheckResponse:  # noqa: N802, ARG002
        return pb.HealthCheckResponse(status="healthy", components={"grpc_server": "operational"})


@pytest.fixture
def service() -> Iterator[ScriptedService]:
    """The scripted gateway, listening on a port of its own (`service.target`)."""
    scripted = ScriptedService()
    server = grpc.server(ThreadPoolExecutor(2))
    testdata_pb2_grpc.add_TestDataServiceServicer_to_server(scripted, server)
    scripted.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield scripted
    server.stop(None).wait()


@pytest.fixture
def refuse() -> Callable[..., None]:
    """Ends a call as the gateway refuses one: a status with reason and field violations attached."""

    def end(context: Any, code: int, message: str, reason: str, violations: dict[str, str]) -> None:
        details = [any_pb2.Any(), any_pb2.Any()]
        details[0].Pack(error_details_pb2.ErrorInfo(reason=reason, domain="testdata.v1"))
        bad = error_details_pb2.BadRequest()
        for name, text in violations.items():
            bad.field_violations.add(field=name, description=text, reason="BAD")
        details[1].Pack(bad)
        context.abort_with_status(rpc_status.to_status(status_pb2.Status(code=code, message=message, details=details)))

    return end
