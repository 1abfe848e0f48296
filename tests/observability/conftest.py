"""A gateway, a worker and a model's stand-in that have been used, and what they expose."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from testdata_agent.client import Client
from testdata_agent.v1 import jobs_pb2, jobs_pb2_grpc
from testdata_agent.v1 import testdata_pb2 as pb
from tests.certificates import Authority
from tests.collector import Collector
from tests.integration.gateway.running import Gateway, eventually, free_ports, start
from tests.integration.model.service import Service, service
from tests.observability.prometheus import alerts, answers, prometheus
from tests.observability.reading import dashboard_queries
from tests.standin.faults import Fault
from tests.standin.server import StandIn

CONTEXT = "Carts of a choir that travels to the sea"


@dataclass(frozen=True)
class Used:
    """What ran, and what it said.

    Attributes:
        gateway, worker: Their pages of metrics.
        secured: That of another gateway, behind TLS.
        gateway_log, worker_log, secured_log: Files of log lines.
        spans: Those that came to a collector, each with the name of its service.
        series: How many series a real Prometheus gave for each query of the dashboards.
        alerts: Health and state of each alert there.
    """

    gateway: str
    worker: str
    secured: str
    gateway_log: Path
    worker_log: Path
    secured_log: Path
    spans: list[tuple[str, Any]]
    series: dict[str, int]
    alerts: dict[str, tuple[str, str]]


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def typing_error(running: Service) -> None:
    with pytest.raises(grpc.RpcError):
        running.gateway.stub().GenerateData(pb.GenerateRequest(entity="crat"), timeout=30)


def use(running: Service, standin: StandIn) -> None:
    """Asks for one of everything: every path, a fallback, refusals, a job, a model that errs."""
    stub = running.gateway.stub()
    assert stub.GenerateData(pb.GenerateRequest(entity="cart", count=3), timeout=30).success
    assert [*stub.GenerateDataStream(pb.GenerateRequest(entity="cart", count=3), timeout=30)]
    typing_error(running)
    # Of a schema of one's own there are no patterns: the engine stands in.
    schema = '{"name": "mine", "fields": {"id": {"type": "uuid"}}}'
    stub.GenerateData(pb.GenerateRequest(inline_schema=schema, learn_from_history=True), timeout=30)
    varied = stub.GenerateData(pb.GenerateRequest(entity="cart", count=20, learn_from_history=True), timeout=60)
    assert varied.metadata.generation_path == "rag"
    # Of what can differ in one field alone, and only by two values, some rows are copies and made again.
    sizes = {"name": "sizes", "fields": {"size": {"type": "enum", "values": ["S", "M"]}}}
    with Client(running.gateway.target) as client:
        client.registry.register(sizes)
        client.patterns.learn([{"size": "S"}], "sizes")
    again = stub.GenerateData(pb.GenerateRequest(entity="sizes", count=20, learn_from_history=True), timeout=60)
    assert again.metadata.records_rejected
    standin.faults.append(Fault.OVERLOADED)
    written = stub.GenerateData(pb.GenerateRequest(entity="cart", count=6, context=CONTEXT), timeout=60)
    assert written.metadata.records_by_path["llm"] == 6
    # A model that says everything twice.
    standin.faults += [Fault.DUPLICATES] * 3
    stub.GenerateData(pb.GenerateRequest(entity="product", count=20, context=CONTEXT), timeout=60)
    job = jobs_pb2.SubmitJobRequest(request=pb.GenerateRequest(entity="user", count=2500))
    jobs = jobs_pb2_grpc.JobServiceStub(running.gateway.channel())
    done = jobs.WaitJob(jobs_pb2.WaitJobRequest(job_id=jobs.SubmitJob(job, timeout=30).job_id), timeout=60)
    assert done.state == jobs_pb2.SUCCEEDED


@contextmanager
def secured_gateway(folder: Path) -> Iterator[Gateway]:
    """A gateway behind TLS."""
    shown = Authority(folder).issue("server")
    gateway = start(folder, TLS_CERT_FILE=str(shown.cert_file), TLS_KEY_FILE=str(shown.key_file))
    try:
        yield gateway
    finally:
        gateway.end()


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    port = free_ports(1)[0]
    with Collector() as collector, StandIn() as standin:
        settings = {
            "TRACING_ENABLED": "true",
            "OTLP_ENDPOINT": collector.endpoint,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "WORKER_METRICS_PORT": str(port),
        }
        with (
            service(tmp_path_factory.mktemp("observed"), standin, **settings) as running,
            secured_gateway(tmp_path_factory.mktemp("secured")) as secured,
            prometheus(
                tmp_path_factory.mktemp("prometheus"),
                {"testdata-gateway": [running.gateway.http_port, secured.http_port], "testdata-worker": [port]},
            ) as watching,
        ):
            gateway = running.gateway.http_port
            # What is counted between two looks is an increase; a series that is new is not.
            typing_error(running)
            eventually(lambda: watching.scraped(2), "the first scrapes")
            use(running, standin)
            eventually(
                lambda: "testdata_jobs_ended_recently{" in page(gateway), "the ended job in the gateway's gauges"
            )
            eventually(lambda: 'testdata_worker_queue_depth{queue="bulk"}' in page(port), "the worker's gauges")
            pages = page(gateway), page(port), page(secured.http_port)
            logs = running.gateway.log_file, running.worker_log, secured.log_file
            seen = answers(watching, [query.plain for query in dashboard_queries()]), alerts(watching)
            eventually(lambda: {"batch", "publish"} <= {span.name for _, span in collector.spans}, "spans of both")
        # Who ends sends what it has.
        yield Used(*pages, *logs, [*collector.spans], *seen)
