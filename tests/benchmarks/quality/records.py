"""The records that are measured, and what the product's own score says of them."""

from functools import cache
from typing import Any

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator
from tests.benchmarks.table import Figure

COUNT = 1000
SEED = 7
ENTITIES = ("user", "cart", "order", "payment", "product", "review")


class Made:
    """Records by entity, each made once."""

    def __init__(self) -> None:
        """Takes an engine of its own."""
        self._generator = Generator()
        self.of = cache(self._of)

    def run(self, entity: str) -> Run:
        """A run of the entity."""
        return self._generator.prepare_now(GenerationRequest(entity=entity, count=COUNT, seed=SEED))

    def _of(self, entity: str) -> list[dict[str, Any]]:
        return self.run(entity).records(0, COUNT)


def coherence(made: Made) -> list[Figure]:
    """The score of each entity, on the finished text."""
    result = []
    for entity in ENTITIES:
        run = made.run(entity)
        report = run.score(run.rows(0, COUNT))
        name = f"coherence of {entity}s ({report.applied:,} checks)"
        result.append(Figure(name, report.score or 0.0, digits=3, least=1.0))
    return result
