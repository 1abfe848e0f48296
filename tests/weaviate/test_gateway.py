"""A gateway that is set up with a Weaviate."""

from pathlib import Path

from testdata_agent.v1 import testdata_pb2 as pb
from tests.integration.gateway.job_worker import migrate
from tests.integration.gateway.running import Gateway, eventually, start
from tests.weaviate.server import WeaviateProcess


def patterns_of(gateway: Gateway) -> str:
    return gateway.stub().HealthCheck(pb.HealthCheckRequest()).components["patterns"]


def test_carts_come_from_weaviate_and_while_it_is_dead_from_memory(tmp_path: Path, weaviate: WeaviateProcess) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    gateway = start(tmp_path, DATABASE_URL=url, WEAVIATE_URL=weaviate.url, WEAVIATE_GRPC_URL=weaviate.grpc_url)

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
