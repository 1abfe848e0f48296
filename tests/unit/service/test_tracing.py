from typing import Any

import pytest

from testdata_agent.service.tracing import NoTracing, OpenTelemetryTracing

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_spans_of_the_steps_stand_below_the_calls_and_that_below_the_callers() -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = OpenTelemetryTracing(endpoint="http://localhost:4317", service="s", version="1", exporter=memory)
    metadata = [("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"), ("binary-bin", b"\x00")]
    token = tracing.begin("GenerateData", metadata, "mine-7")
    with tracing.span("routing"), tracing.span("inner"):
        pass
    tracing.end(token, "OK")
    tracing.close()
    spans: dict[str, Any] = {span.name: span for span in memory.get_finished_spans()}
    assert {span.context.trace_id for span in spans.values()} == {int(TRACE, 16)}
    assert spans["routing"].parent.span_id == spans["GenerateData"].context.span_id
    assert spans["inner"].parent.span_id == spans["routing"].context.span_id
    assert spans["GenerateData"].attributes["rpc.grpc.status"] == "OK"
    assert spans["GenerateData"].attributes["request.id"] == "mine-7"


def test_a_call_has_failed_where_the_server_did_not_where_the_request_was_refused() -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = OpenTelemetryTracing(endpoint="http://localhost:4317", service="s", version="1", exporter=memory)
    for status in ("OK", "INVALID_ARGUMENT", "UNAVAILABLE"):
        tracing.end(tracing.begin("GenerateData", []), status)
    tracing.close()
    spans = {span.attributes["rpc.grpc.status"]: span for span in memory.get_finished_spans()}
    assert {status: span.status.is_ok for status, span in spans.items()} == {
        "OK": True,
        "INVALID_ARGUMENT": True,
        "UNAVAILABLE": False,
    }
    assert spans["UNAVAILABLE"].attributes["error.type"] == "UNAVAILABLE"


def test_tracing_that_is_off_does_nothing() -> None:
    tracing = NoTracing()
    token = tracing.begin("GenerateData", [])
    with tracing.span("routing"):
        pass
    tracing.end(token, "OK")
    tracing.close()
