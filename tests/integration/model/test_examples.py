"""Jobs of the hybrid path: a model that is shown stored patterns."""

from dataclasses import replace
from typing import Any

import orjson

from testdata_agent.engine.request import GenerationMethod, GenerationRequest, PatternChoice, Scenario
from testdata_agent.generator import default_generator
from testdata_agent.stores.patterns import Pattern, PatternKind
from tests.integration.model.jobs import Desk
from tests.standin.server import StandIn

CONTEXT = "Carts of a family that moves into its first house"


def pattern(number: int) -> Pattern:
    """A cart of the engine's as a stored pattern."""
    run = default_generator().prepare_now(GenerationRequest(entity="cart", count=9, seed=3, as_of=0, envelope=False))
    return Pattern(
        kind=PatternKind.PATTERN,
        domain="ecommerce",
        entity="cart",
        name=f"cart {number}",
        intent="a cart",
        record=orjson.loads(run.rows(number, number + 1)[0]),
        pattern_id=f"pat-{number}",
        signature=f"{number}",
        uses=0,
        embedder_id="none",
        vector=b"",
        created_at=0.0,
        revision=number + 1,
    )


def names(held: Pattern) -> list[str]:
    return [item["name"] for item in held.record["items"]]


async def run(desk: Desk, *choices: PatternChoice, job: str = "job", **request: Any) -> Any:
    desk.patterns = {f"pat-{number}": pattern(number) for number in range(8)}
    return await desk.run(job, method=GenerationMethod.HYBRID, patterns=choices, context=CONTEXT, **request)


async def test_a_model_is_shown_what_it_is_to_write_like_and_no_more_than_that(desk: Desk, standin: StandIn) -> None:
    outcome = await run(desk, PatternChoice(pattern_ids=("pat-0", "pat-1")), count=4)
    assert len(outcome.rows) == 4
    shown = standin.calls[0].shared
    for number in (0, 1):
        assert all(name in shown for name in names(pattern(number)))
        assert pattern(number).record["cart_id"] not in shown
    assert not any(name in shown for name in names(pattern(2)))


async def test_a_scenario_has_examples_of_its_own(desk: Desk, standin: StandIn) -> None:
    choices = (PatternChoice(scenario="gift", pattern_ids=("pat-2",)), PatternChoice(pattern_ids=("pat-3",)))
    gift = Scenario(name="gift", count=2, description="Presents for the birthday of a child")
    await run(desk, *choices, count=4, scenarios=(gift,))
    for call in standin.calls:
        mine, other = (2, 3) if "Presents for the birthday" in call.prompt else (3, 2)
        assert names(pattern(mine))[0] in call.shared
        assert names(pattern(other))[0] not in call.shared


async def test_an_answer_is_played_again_only_with_the_same_patterns(desk: Desk, standin: StandIn) -> None:
    one, other = PatternChoice(pattern_ids=("pat-0",)), PatternChoice(pattern_ids=("pat-1",))
    first = await run(desk, one, count=4, use_cache=True)
    asked = len(standin.calls)
    again = await run(desk, one, job="again", count=4, use_cache=True)
    assert again.rows == first.rows
    assert len(standin.calls) == asked
    await run(desk, other, job="other", count=4, use_cache=True)
    assert len(standin.calls) > asked


async def test_patterns_with_the_same_words_are_told_apart_by_their_ids(desk: Desk, standin: StandIn) -> None:
    await run(desk, PatternChoice(pattern_ids=("pat-0",)), count=4, use_cache=True)
    asked = len(standin.calls)
    desk.patterns = {"pat-0b": replace(pattern(0), pattern_id="pat-0b")}
    choice = PatternChoice(pattern_ids=("pat-0b",))
    hybrid = GenerationMethod.HYBRID
    await desk.run("other", method=hybrid, patterns=(choice,), context=CONTEXT, count=4, use_cache=True)
    assert len(standin.calls) > asked


async def test_patterns_that_were_deleted_meanwhile_are_told(desk: Desk) -> None:
    outcome = await run(desk, PatternChoice(pattern_ids=("pat-0", "pat-gone")), count=4)
    assert len(outcome.rows) == 4
    assert outcome.notes["warnings"] == ["1 of 2 chosen patterns are stored no more"]
