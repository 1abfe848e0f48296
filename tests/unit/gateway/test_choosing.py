"""What requests are searched by, and what is made of what is found."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from gateway.errors.refusal import Refusal
from gateway.patterns.choosing import MOST_TEXTS, Choosing, Chosen, NoPatterns
from testdata_agent.engine.request import GenerationRequest, PatternChoice, Scenario
from testdata_agent.generator import default_generator
from testdata_agent.stores.patterns import Pattern, PatternKind
from testdata_agent.stores.patterns.base import Scope
from testdata_agent.stores.patterns.library import Found, LibraryState, PatternLibrary

PATTERN, SAMPLE = PatternKind.PATTERN, PatternKind.SAMPLE


def pattern(pattern_id: str, entity: str = "cart", domain: str = "ecommerce") -> Pattern:
    return Pattern(
        kind=PATTERN,
        domain=domain,
        entity=entity,
        name=pattern_id,
        intent=pattern_id,
        record={},
        pattern_id=pattern_id,
        signature=pattern_id,
        uses=0,
        embedder_id="none",
        vector=b"",
        created_at=0.0,
        revision=1,
    )


@dataclass
class Shelf:
    """A library that finds by words alone.

    Attributes:
        found: Word to the ids of the patterns that a text with it finds; "": those that are best.
        kinds: Those that there are.
        asked: Texts that were looked for, with their scopes.
    """

    found: dict[str, tuple[str, ...]]
    kinds: frozenset[PatternKind] = frozenset({PATTERN})
    is_loaded: bool = True
    asked: list[tuple[str, Scope]] = field(default_factory=list)

    async def loaded(self, within: float) -> bool:
        assert within > 0
        return self.is_loaded

    def state(self) -> LibraryState:
        return LibraryState(0, "memory", "", "they are being loaded")

    def has(self, entity: str, domain: str, kinds: frozenset[PatternKind]) -> bool:
        assert (entity, domain) == ("cart", "ecommerce")
        return bool(kinds & self.kinds)

    async def search(self, scope: Scope, text: str, limit: int) -> Found:
        self.asked.append((text, scope))
        ids = next((ids for word, ids in self.found.items() if word and word in text), ())
        patterns = tuple(map(pattern, ids if text else self.found.get("", ())))[:limit]
        return Found(patterns, tuple(1.0 for _ in patterns), "memory", "weaviate is away")

    async def get(self, pattern_ids: Sequence[str]) -> tuple[Pattern, ...]:
        there = (pattern("pat-a"), pattern("pat-o", "order"), pattern("pat-f", domain="food"))
        return tuple(one for one in there if one.pattern_id in pattern_ids)


def choose(shelf: Shelf, **request: Any) -> Chosen:
    asked = GenerationRequest(**{"entity": "cart", "seed": 1, "as_of": 0, **request})
    run = default_generator().prepare_now(asked)
    return asyncio.run(Choosing(cast("PatternLibrary", shelf)).choose(asked, run))


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({}, ""),
        ({"context": "  a family moves "}, "a family moves"),
        ({"hints": ("similar to last winter", "Historical", "patterns", "production-like")}, "to last winter"),
        ({"hints": ("fast", "realistic", "csv_formula_guard", "dialect:sqlite", "coffee")}, "coffee"),
        ({"context": "a family", "hints": ("coffee",)}, "a family. coffee"),
    ],
)
def test_a_text_is_what_the_request_says_about_records(request_: dict[str, Any], text: str) -> None:
    shelf = Shelf({"": ("pat-1",)})
    choose(shelf, **request_)
    assert shelf.asked[0][0] == text


def test_each_scenario_is_looked_for_by_its_own_words_and_those_of_the_request() -> None:
    shelf = Shelf({"gift": ("pat-3", "pat-2"), "late": ("pat-4",), "family": ("pat-1",)})
    scenarios = (Scenario(name="gift_box", count=1), Scenario(name="x", count=1, description="paid too late"))
    chosen = choose(shelf, context="a family", scenarios=scenarios)
    assert [text for text, _ in shelf.asked] == ["a family", "gift box. a family", "paid too late. a family"]
    assert chosen.choices == (
        PatternChoice(pattern_ids=("pat-1",)),
        PatternChoice(scenario="gift_box", pattern_ids=("pat-2", "pat-3")),
        PatternChoice(scenario="x", pattern_ids=("pat-4",)),
    )
    assert set(chosen.patterns) == {"pat-1", "pat-2", "pat-3", "pat-4"}
    assert (chosen.index, chosen.index_reason) == ("memory", "weaviate is away")


def test_where_scenarios_claim_all_rows_nothing_is_chosen_for_others() -> None:
    shelf = Shelf({"gift": ("pat-2",), "": ("pat-1",)})
    chosen = choose(shelf, count=2, scenarios=(Scenario(name="gift", count=2),))
    assert chosen.choices == (PatternChoice(scenario="gift", pattern_ids=("pat-2",)),)


def test_what_finds_nothing_near_gets_the_best_and_is_told() -> None:
    chosen = choose(Shelf({"": ("pat-1",)}), context="xyzzy")
    assert chosen.choices == (PatternChoice(pattern_ids=("pat-1",)),)
    assert chosen.warnings == ("no stored pattern is near 'xyzzy': the best of cart were taken",)


def test_production_is_followed_by_its_samples_and_by_patterns_where_there_are_none() -> None:
    both = Shelf({"": ("pat-1",)}, frozenset({PATTERN, SAMPLE}))
    assert choose(both, production_like=True).warnings == ()
    assert both.asked[0][1].kinds == {SAMPLE}
    without = Shelf({"": ("pat-1",)})
    assert choose(without, production_like=True).warnings == ("no sample of cart is stored: a pattern was taken",)
    assert without.asked[0][1].kinds == {PATTERN}


def test_many_scenarios_are_not_all_searched_for() -> None:
    shelf = Shelf({"": ("pat-1",), "number": ("pat-2",)})
    scenarios = tuple(Scenario(name=f"number {number}", count=1) for number in range(100))
    chosen = choose(shelf, count=200, scenarios=scenarios)
    assert len({text for text, _ in shelf.asked}) == MOST_TEXTS
    assert len(chosen.choices) == MOST_TEXTS


def test_no_patterns_are_told_with_what_to_do() -> None:
    with pytest.raises(NoPatterns, match=r"testdata patterns seed.*testdata patterns learn cart"):
        choose(Shelf({}, frozenset()))
    with pytest.raises(NoPatterns, match="being loaded"):
        choose(Shelf({"": ("pat-1",)}, is_loaded=False))


def test_named_patterns_are_not_looked_for() -> None:
    shelf = Shelf({})
    named = (PatternChoice(pattern_ids=("pat-a",)),)
    chosen = choose(shelf, patterns=named)
    assert (chosen.choices, set(chosen.patterns), chosen.index) == (named, {"pat-a"}, "")
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (PatternChoice(pattern_ids=("pat-none",)), "UNKNOWN_PATTERN"),
        (PatternChoice(pattern_ids=("pat-o",)), "UNKNOWN_PATTERN"),
        (PatternChoice(pattern_ids=("pat-f",)), "UNKNOWN_PATTERN"),
        (PatternChoice(scenario="who", pattern_ids=("pat-a",)), "UNKNOWN_SCENARIO"),
        (PatternChoice(), "REQUIRED"),
        (PatternChoice(pattern_ids=("pat-a",) * 1001), "TOO_MANY_IDS"),
    ],
)
def test_patterns_that_cannot_be_are_refused(choice: PatternChoice, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        choose(Shelf({}), patterns=(choice,))
    assert refused.value.reason == reason
