"""How well the index in memory finds what testers mean: never worse than it was."""

import pytest

from tests.benchmarks.retrieval import in_memory
from tests.retrieval.floors import IN_MEMORY, REFUSED, SERVED_IN_MEMORY
from tests.retrieval.judging import Answer, Quality


@pytest.fixture(scope="module")
def found() -> tuple[Answer, ...]:
    return in_memory("all")


def of(found: tuple[Answer, ...], family: str) -> Quality:
    return Quality.of([each for each in found if each.query.split == "test" and each.query.family == family])


@pytest.mark.parametrize("family", IN_MEMORY)
def test_family_is_found_as_well_as_before(found: tuple[Answer, ...], family: str) -> None:
    assert IN_MEMORY[family].missed(of(found, family)) == []


def test_records_are_made_of_what_is_meant(found: tuple[Answer, ...]) -> None:
    served = Quality.of([each for each in found if each.query.split == "test"]).served
    assert served is not None
    assert served >= SERVED_IN_MEMORY


def test_what_nothing_is_near_to_gets_no_answer(found: tuple[Answer, ...]) -> None:
    refused = of(found, "no_answer").refused
    assert refused is not None
    assert refused >= REFUSED


def test_no_answer_is_of_another_scope(found: tuple[Answer, ...]) -> None:
    assert [answer.query.text for answer in found if answer.leaks] == []
