"""One call on the model path, seen from the operator's side: one trace over all processes, and what was counted."""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from tests.collector import Collector
from tests.integration.gateway.running import eventually, free_ports
from tests.integration.model.service import Service, service
from tests.standin.faults import Fault
from tests.standin.server import StandIn

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"
CONTEXT = "Carts of two gardeners who prepare for the spring"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


@pytest.fixture(scope="module")
def metrics_port() -> int:
    return free_ports(1)[0]


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(scope="module")
def running(
    standin: StandIn, collector: Collector, metrics_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    settings = {
        "TRACING_ENABLED": "true",
        "OTLP_ENDPOINT": collector.endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "WORKER_METRICS_PORT": str(metrics_port),
    }
    with service(tmp_path_factory.mktemp("traced"), standin, **settings) as made:
        yield made


@pytest.fixture(scope="module")
def called(running: Service, standin: StandIn) -> pb.GenerateResponse:
    """A call of five carts whose first question to the model is turned away once."""
    standin.faults.append(Fault.OVERLOADED)
    request = pb.GenerateRequest(entity="cart", count=5, context=CONTEXT, seed=7)
    header = (("traceparent", f"00-{TRACE}-{CALLER}-01"),)
    return running.gateway.stub().GenerateData(request, timeout=60, metadata=header)


def test_one_trace_goes_from_the_call_over_the_queue_to_the_model(
    called: pb.GenerateResponse, collector: Collector
) -> None:
    assert called.metadata.records_by_path == {"llm": 5}
    wanted = {"GenerateData", "generation", "submit", "publish", "batch", "claim", "model call", "emission"}

    def complete() -> dict[str, list[tuple[str, Any]]] | None:
        """A span is sent when it has ended: those of the batches come last."""
        found = collector.of(TRACE)
        whole = wanted <= found.keys() and len(found["batch"]) == len(found["claim"]) and len(found["emission"]) >= 5
        return found if whole else None

    spans = eventually(complete, f"spans of all of {wanted} at the collector")

    services = {name: {service for service, _ in found} for name, found in spans.items()}
    gateway, worker = {"testdata-gateway"}, {"testdata-worker"}
    assert [services[name] for name in ("GenerateData", "submit", "publish")] == [gateway] * 3
    assert [services[name] for name in ("batch", "claim", "model call", "emission")] == [worker] * 4

    above = {name: {span.parent_span_id.hex() for _, span in found} for name, found in spans.items()}
    ids = {name: {span.span_id.hex() for _, span in found} for name, found in spans.items()}
    assert above["GenerateData"] == {CALLER}
    assert above["generation"] == ids["GenerateData"]
    assert above["submit"] == above["publish"] == ids["generation"]
    assert above["batch"] == ids["submit"]
    assert above["claim"] == ids["batch"]
    # On a busy machine a batch may come again after all of its records are there.
    assert above["model call"] | above["emission"] <= ids["batch"]

    calls = [span for _, span in spans["model call"]]
    failures = [{fact.key: fact.value.string_value for fact in span.attributes}.get("error.type") for span in calls]
    assert [failure for failure in failures if failure] == ["overloaded"]
    assert len(failures) > 1
    assert sum(fact.value.int_value for span in calls for fact in span.attributes if fact.key == "tokens.output") > 100


def test_no_word_of_a_request_is_in_a_span(called: pb.GenerateResponse, running: Service, collector: Collector) -> None:
    assert called.success
    secret = "a-word-that-only-this-caller-knows"
    with pytest.raises(Exception, match=secret):
        running.gateway.stub().GenerateData(pb.GenerateRequest(entity=secret), timeout=30)
    eventually(lambda: any(name == "testdata-gateway" for name, _ in collector.spans), "a span of the gateway")
    eventually(lambda: sum(span.name == "validation" for _, span in collector.spans) > 1, "the refused call's span")
    seen = "".join(str(span) for _, span in collector.spans)
    assert secret not in seen
    assert CONTEXT not in seen


def test_what_was_done_is_on_the_workers_metrics_page(
    called: pb.GenerateResponse, running: Service, metrics_port: int
) -> None:
    assert called.success
    assert running.worker.poll() is None

    def page() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=10) as answer:
            text: str = answer.read().decode()
        return text

    wanted = (
        'testdata_worker_batches_total{outcome="done",queue="model"}',
        'testdata_worker_batch_duration_seconds_count{queue="model"}',
        'testdata_worker_first_record_seconds_count{path="llm"}',
        'testdata_worker_client_tokens_total{client="anonymous",entity="cart",kind="output",model="claude-sonnet-5-5"}',
        'testdata_worker_model_retries_total{provider="anthropic"}',
        'testdata_worker_model_calls_total{outcome="overloaded",provider="anthropic"}',
        'testdata_worker_breaker_open{provider="anthropic"}',
        'testdata_worker_queue_depth{queue="model"}',
    )
    eventually(lambda: all(line in page() for line in wanted), "all that workers count")
    samples = dict(line.rsplit(" ", 1) for line in page().splitlines() if not line.startswith("#"))
    assert float(samples[wanted[3]]) > 100
    assert float(samples[wanted[4]]) >= 1
    assert float(samples[wanted[6]]) == 0
    assert CONTEXT not in page()


def test_the_time_to_the_first_record_is_counted_by_path(running: Service) -> None:
    stream = running.gateway.stub().GenerateDataStream(pb.GenerateRequest(entity="cart", count=3, seed=7), timeout=30)
    assert [chunk.is_final for chunk in stream][-1]
    name = 'testdata_first_record_seconds_count{path="traditional"}'
    eventually(lambda: running.gateway.metric(name) == 1, "the first record's time")
