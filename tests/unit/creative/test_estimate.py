import pytest

from testdata_agent.engine.creative.estimate import estimate, exemplars
from testdata_agent.engine.request import GenerationRequest, Scenario
from testdata_agent.generator import default_generator


def of(**request: object) -> tuple[int, int, int, int]:
    wanted = GenerationRequest(**{"entity": "cart", "seed": 7, **request})  # type: ignore[arg-type]
    found = estimate(default_generator().prepare_now(wanted), wanted)
    return found.written, found.calls, found.input_tokens, found.output_tokens


def test_a_cart_is_reckoned_with_about_what_it_takes() -> None:
    written, calls, inputs, outputs = of(count=100)
    assert (written, calls) == (100, 16)
    assert 60 <= outputs / 100 <= 180
    assert inputs / calls > 900


def test_what_is_grown_costs_nothing() -> None:
    assert of(count=10_000)[0] == 40
    assert of(count=10_000, expansion=False)[0] == 10_000


def test_a_long_context_costs() -> None:
    assert of(count=10, context="x" * 35_000)[2] > of(count=10)[2] + 20_000


def test_an_entity_without_anything_to_write_costs_nothing() -> None:
    assert of(entity="payment", count=100) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "count", "written"), [(10_000, 10_000, 40), (5_000, 10_000, 20), (2, 10_000, 2), (50, 10_000, 3)]
)
def test_each_scenario_has_its_share_of_what_is_written(rows: int, count: int, written: int) -> None:
    assert exemplars(rows, count) == written


def test_few_of_many_scenarios_are_more_than_forty_only_by_three_each() -> None:
    scenarios = tuple(Scenario(name=f"s{number}", count=20) for number in range(20))
    assert of(count=400, scenarios=scenarios)[0] == 60
