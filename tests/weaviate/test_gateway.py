"""A gateway that is set up with a Weaviate."""

from pathlib import Path

from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, eventually, start
from tests.weaviate.server import WeaviateProcess


def patterns_of(gateway: Gateway) -> str:
    return gateway.stub().HealthCheck(pb.HealthCheckRequest()).components["patterns"]


def settings_of(weaviate: WeaviateProcess) -> dict[str, str]:
    return {
        "WEAVIATE_URL": weaviate.url,
        "WEAVIATE_GRPC_URL": weaviate.grpc_url,
        "WEAVIATE_API_KEY": weaviate.api_key,
    }


def test_carts_come_from_weaviate_and_while_it_is_dead_from_memory(tmp_path: Path, weaviate: WeaviateProcess) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    gateway = start(tmp_path, DATABASE_URL=url, **settings_of(weaviate))

    def carts() -> pb.GenerateResponse:
        request = pb.GenerateRequest(
            entity="cart", count=10, seed=7, learn_from_history=True, hints=["similar to parents who furnish a nursery"]
        )
        return gateway.stub().GenerateData(request)

    try:
        eventually(lambda: carts().metadata.pattern_index == "weaviate", "an answer by Weaviate")
        living = carts()
        assert (living.metadata.generation_path, living.record_count) == ("rag", 10)
        eventually(lambda: patterns_of(gateway) == "weaviate", "health that names Weaviate")
        weaviate.kill()
        dead = carts()
        assert (dead.metadata.generation_path, dead.metadata.pattern_index) == ("rag", "memory")
        assert "weaviate does not answer" in dead.metadata.pattern_index_reason
        weaviate.start()
        eventually(lambda: carts().metadata.pattern_index == "weaviate", "an answer by Weaviate that is back")
    finally:
        gateway.end()


def test_a_key_that_it_does_not_take_is_told_and_patterns_are_found_in_memory(
    tmp_path: Path, weaviate: WeaviateProcess
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    settings = settings_of(weaviate) | {"WEAVIATE_API_KEY": "hunter2"}
    gateway = start(tmp_path, DATABASE_URL=url, **settings)
    try:
        eventually(lambda: "401" in patterns_of(gateway), "health that says what ails the patterns")
        assert patterns_of(gateway).startswith("degraded")
        answer = gateway.stub().GenerateData(pb.GenerateRequest(entity="cart", count=3, learn_from_history=True))
        assert (answer.metadata.generation_path, answer.metadata.pattern_index) == ("rag", "memory")
        assert "hunter2" not in gateway.log_file.read_text() + patterns_of(gateway) + str(answer.metadata)
    finally:
        gateway.end()
