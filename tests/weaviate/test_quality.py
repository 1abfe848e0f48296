"""How well Weaviate finds what testers mean: as well as the index in memory, and never worse than it was."""

import pytest

from tests.benchmarks.retrieval import in_weaviate
from tests.retrieval.floors import IN_WEAVIATE, REFUSED, SERVED_IN_WEAVIATE
from tests.retrieval.judging import Answer, Quality
from tests.weaviate.server import WeaviateProcess


@pytest.fixture
async def found(weaviate: WeaviateProcess) -> tuple[Answer, ...]:
    return await in_weaviate(weaviate, "test")


async def test_every_family_is_found_as_well_as_before(found: tuple[Answer, ...]) -> None:
    missed = {}
    for family, floor in IN_WEAVIATE.items():
        missed[family] = floor.missed(Quality.of([each for each in found if each.query.family == family]))
    assert {family: faults for family, faults in missed.items() if faults} == {}
    refused = Quality.of([each for each in found if each.query.family == "no_answer"]).refused
    assert refused is not None
    assert refused >= REFUSED
    served = Quality.of(found).served
    assert served is not None
    assert served >= SERVED_IN_WEAVIATE


async def test_no_answer_is_of_another_scope(found: tuple[Answer, ...]) -> None:
    assert [answer.query.text for answer in found if answer.leaks] == []
