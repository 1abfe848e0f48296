"""A gateway, a worker and a Redis as processes, and the model's stand-in: a tester's call on the model path."""

import json
from collections.abc import Iterator

import grpc
import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.running import Gateway
from tests.integration.model.service import service
from tests.standin.faults import Fault
from tests.standin.server import StandIn

CONTEXT = "Carts of a family that moves into its first house"


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(scope="module")
def gateway(standin: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("service")
    with service(folder, standin) as running:
        yield running.gateway
    assert CONTEXT not in running.worker_log.read_text()


@pytest.fixture(autouse=True)
def well(standin: StandIn) -> None:
    standin.always = None
    standin.faults.clear()


def test_a_context_is_written_for_by_the_model(gateway: Gateway, standin: StandIn) -> None:
    answer = gateway.stub().GenerateData(
        pb.GenerateRequest(entity="cart", count=5, context=CONTEXT, seed=7), timeout=30
    )
    records = json.loads(answer.data)
    assert [record["_index"] for record in records] == list(range(5))
    assert answer.metadata.generation_path == "llm"
    assert answer.metadata.records_by_path == {"llm": 5}
    assert answer.metadata.llm_tokens_used > 500
    assert answer.metadata.records_written == 5
    assert answer.metadata.tokens_by_model == {"claude-sonnet-5-5": answer.metadata.llm_tokens_used}
    assert answer.metadata.tokens_by_stage == {"write": answer.metadata.llm_tokens_used}
    assert answer.metadata.cost_micros > 1_000
    assert answer.metadata.coherence_score == 1.0
    assert CONTEXT in standin.calls[0].shared


def test_records_come_while_the_model_still_writes(gateway: Gateway, standin: StandIn) -> None:
    standin.rate = 150
    request = pb.GenerateRequest(entity="cart", count=30, context=CONTEXT, seed=8)
    chunks = gateway.stub().GenerateDataStream(request, timeout=60)
    writing = [standin.running for chunk in chunks if not chunk.is_final]
    standin.rate = 0
    assert writing[0] > 0


def test_an_outage_is_bridged_by_the_engine_and_told(gateway: Gateway, standin: StandIn) -> None:
    standin.always = Fault.UNAUTHORIZED
    answer = gateway.stub().GenerateData(
        pb.GenerateRequest(entity="cart", count=3, context=CONTEXT, seed=9), timeout=60
    )
    assert len(json.loads(answer.data)) == 3
    assert answer.metadata.records_by_path == {"traditional": 3}
    assert answer.metadata.generation_path == "traditional"
    assert answer.metadata.fallback_from == "llm"
    assert "authentication" in answer.metadata.fallback_reason


def test_a_method_that_was_asked_for_fails_openly(gateway: Gateway, standin: StandIn) -> None:
    standin.always = Fault.UNAUTHORIZED
    request = pb.GenerateRequest(entity="cart", count=3, context=CONTEXT, seed=9, generation_method=pb.LLM)
    with pytest.raises(grpc.RpcError) as failed:
        gateway.stub().GenerateData(request, timeout=60)
    assert "no model answers" in str(failed.value.details())
