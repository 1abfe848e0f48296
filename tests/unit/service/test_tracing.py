from typing import Any

import pytest

from testdata_agent.service.tracing import NoTracing, OpenTelemetryTracing

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_spans_of_the_steps_stand_below_the_calls_and_that_below_the_callers() -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = OpenTelemetryTracing(endpoint="http://localhost:4317", service="s", version="1", exporter=memory)
    metadata = [("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"), ("binary-bin", b"\x00")]
    token = tracing.begin("GenerateData", metadata)
    with tracing.span("routing"), tracing.span("inner"):
        pass
    tracing.end(token, "OK")
    tracing.close()
    spans: dict[str, Any] = {span.name: span for span in memory.get_finished_spans()}
    assert {span.context.trace_id for span in spans.values()} == {int(TRACE, 16)}
    assert spans["routing"].parent.span_id == spans["GenerateData"].context.span_id
    assert spans["inner"].parent.span_id == spans["routing"].context.span_id
    assert spans["GenerateData"].attributes["rpc.grpc.status"] == "OK"


def test_tracing_that_is_off_does_nothing() -> None:
    tracing = NoTracing()
    token = tracing.begin("GenerateData", [])
    with tracing.span("routing"):
        pass
    tracing.end(token, "OK")
    tracing.close()
