import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, cart_request, eventually


def test_health_gives_status_service_and_version(gateway: Gateway) -> None:
    code, body = gateway.http("/health")
    assert code == 200
    health = json.loads(body)
    assert health["status"] == "healthy"
    assert health["service"] == "testdata-gateway"
    assert health["version"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health/", "/health?verbose=1"])
def test_probes_are_answered(gateway: Gateway, path: str) -> None:
    assert gateway.http(path)[0] == 200
    assert gateway.http(path, "HEAD") == (200, "")


def test_what_a_probe_sees_is_not_what_was_seen_at_the_start(start_gateway: StartGateway, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(database)
    gateway = start_gateway(DATABASE_URL=database)
    eventually(
        lambda: json.loads(gateway.http("/health")[1])["components"]["patterns"] == "embedded", "patterns are loaded"
    )


def test_no_path_is_left_without_an_answer(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.http_port)) as peer:
        peer.sendall(b"GET http://[x/ HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert peer.recv(100).startswith(b"HTTP/1.1 404 ")


def test_many_peers_at_once_wait_for_nothing(gateway: Gateway) -> None:
    with ExitStack() as peers:
        began = time.monotonic()
        for _ in range(60):
            peers.enter_context(socket.create_connection(("127.0.0.1", gateway.http_port)))
        assert time.monotonic() - began < 1.0  # less than the system's pause before it knocks again


def test_other_paths_are_not_found_and_other_methods_not_done(gateway: Gateway) -> None:
    assert gateway.http("/nothing/here")[0] == 404
    assert gateway.http("/health", "POST")[0] == 501


def test_calls_are_counted_by_path_domain_entity_and_status(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    stub = gateway.stub()
    for _ in range(3):
        stub.GenerateData(cart_request(4))
    list(stub.GenerateDataStream(cart_request(100)))
    # A call is counted once its answer is on its way.
    counter = 'testdata_requests_total{domain="ecommerce",entity="cart",path="traditional",status="OK"}'
    eventually(lambda: gateway.metric(counter) == 4, "all calls are counted")
    assert gateway.metric("testdata_records_generated_total") == 112
    assert gateway.metric('testdata_generation_duration_seconds_count{path="traditional"}') == 4
    assert gateway.metric('testdata_coherence_checks_total{result="passed"}') > 0
    assert gateway.metric('testdata_coherence_checks_total{result="failed"}') == 0
    assert gateway.metric("testdata_plan_cache_total") == 4
    assert gateway.metric("testdata_requests_in_flight") == 0


def test_names_that_callers_make_up_make_no_time_series(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    stub = gateway.stub()
    for number in range(50):
        with pytest.raises(grpc.RpcError):
            stub.GenerateData(pb.GenerateRequest(entity=f"entity{number}", domain=f"domain{number}"))
    counter = 'testdata_requests_total{domain="unknown",entity="unknown"'
    eventually(lambda: gateway.metric(counter) == 50, "all calls are counted")
    text = gateway.http("/metrics")[1]
    assert "entity7" not in text
    assert "domain7" not in text
    assert gateway.metric("testdata_validation_errors_total") == 50


def test_schemas_that_came_with_the_request_are_counted_as_custom(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    schema = json.dumps({"name": "mine", "fields": {"id": {"type": "uuid"}}})
    gateway.stub().GenerateData(pb.GenerateRequest(entity="mine", inline_schema=schema))
    counter = 'testdata_requests_total{domain="custom",entity="custom"'
    eventually(lambda: gateway.metric(counter) == 1, "the call is counted")


def test_log_lines_carry_the_request_id_and_never_the_context(gateway: Gateway) -> None:
    secret = "the quarterly figures of Emmeline Vexlihart"
    answer = gateway.stub().GenerateData(
        cart_request(request_id="log-1", context=secret, hints=[secret], scenarios=[pb.Scenario(name=secret, count=1)])
    )
    routing = gateway.logged("routing_decision", "log-1")
    assert (routing["path"], routing["served"]) == ("llm", "traditional")
    line = gateway.logged("request", "log-1")
    assert (line["status"], line["records"], line["method"]) == ("OK", 3, "GenerateData")
    assert line["bytes"] == answer.ByteSize()
    text = gateway.log_file.read_text(encoding="utf-8")
    assert "Vexlihart" not in text
    assert json.loads(answer.data)[0]["cart_id"] not in text
