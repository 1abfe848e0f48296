"""A gateway, a worker and a Redis as processes, and the model's stand-in: a tester's call on the model path."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import grpc
import pytest

from testdata_agent.engine.request import GenerationRequest, OutputFormat
from testdata_agent.generator import default_generator
from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.running import REPOSITORY, Gateway, environment
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


@pytest.mark.parametrize("output_format", ["csv", "sql"])
def test_what_a_model_wrote_is_delivered_in_every_format(gateway: Gateway, output_format: str) -> None:
    done = told(gateway, "--format", output_format, "--seed", "11")
    engine = default_generator().prepare_now(
        GenerationRequest(entity="cart", count=3, seed=11, output_format=OutputFormat(output_format))
    )
    assert done.stdout.startswith(engine.document(()).replace("\r\n", "\n"))
    for record in engine_records():
        assert record["cart_id"] in done.stdout, "what no model writes is the engine's own"
    assert "tokens of claude-sonnet-5-5" in done.stderr


def test_the_command_says_what_was_taken(gateway: Gateway) -> None:
    done = told(gateway)
    assert len(json.loads(done.stdout)) == 3
    assert re.search(r"^note: [\d,]+ tokens of claude-sonnet-5-5, cost 0\.\d{4}$", done.stderr, re.MULTILINE)


def test_the_command_tells_beforehand_what_it_will_take(gateway: Gateway, standin: StandIn) -> None:
    calls = len(standin.calls)
    done = told(gateway, "--dry-run")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert names == ["path", "records", "written", "tokens", "cost"]
    assert "3 by a model, in 2 calls" in done.stdout
    assert len(standin.calls) == calls


# What follows here leaves the provider in bad repute: it comes last.


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


def test_the_command_says_who_stood_in(gateway: Gateway, standin: StandIn) -> None:
    standin.always = Fault.UNAUTHORIZED
    done = told(gateway)
    assert len(json.loads(done.stdout)) == 3
    assert re.search(r"^note: made by traditional, not llm: .+", done.stderr, re.MULTILINE)
    assert "tokens" not in done.stderr


def engine_records() -> list[dict[str, str]]:
    return default_generator().prepare_now(GenerationRequest(entity="cart", count=3, seed=11)).records(0, 3)


def told(gateway: Gateway, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "testdata_agent.cli.main", "generate", "cart", "-n", "3", "--context", CONTEXT]
    return subprocess.run(
        [*command, "--server", gateway.target, *words],
        env=environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
