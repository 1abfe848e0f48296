"""An OTLP collector: a real gRPC server that keeps the spans that it is sent."""

from concurrent import futures
from typing import Any, Self

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Serves while it is entered.

    Attributes:
        spans: As they came, each with the name of its service.
    """

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []
        self._server = grpc.server(futures.ThreadPoolExecutor(2))
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        self._port = self._server.add_insecure_port("127.0.0.1:0")

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None)

    def Export(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - its name in the protocol
        for resource in request.resource_spans:
            facts = {fact.key: fact.value.string_value for fact in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(facts["service.name"], span) for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()

    def of(self, trace_id: str) -> dict[str, list[tuple[str, Any]]]:
        """The spans of a trace by name."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for service, span in [*self.spans]:
            if span.trace_id.hex() == trace_id:
                found.setdefault(span.name, []).append((service, span))
        return found
