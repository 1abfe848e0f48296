"""A run made of patterns, scenario by scenario."""

import json
from collections.abc import Sequence
from typing import Any

import orjson

from testdata_agent.engine.request import FieldConstraint, GenerationRequest, Scenario, SchemaSource
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.growth import Growth
from testdata_agent.generator import default_generator

AS_OF = 1_767_225_600


def carts(currency: str, count: int = 3) -> list[Exemplar]:
    request = GenerationRequest(
        entity="cart", count=count, seed=99, as_of=AS_OF, envelope=False, overrides={"currency": currency}
    )
    rows = default_generator().prepare_now(request).rows(0, count)
    return [Exemplar(f"{currency}-{number}", orjson.loads(row), ("currency",)) for number, row in enumerate(rows)]


def growth(exemplars: dict[str, list[Exemplar]], count: int = 40, threshold: float = 0.85, **request: Any) -> Growth:
    asked = GenerationRequest(entity="cart", count=count, seed=7, as_of=AS_OF, **request)
    return Growth(default_generator().prepare_now(asked), exemplars, threshold)


def currencies(rows: Sequence[str]) -> list[str]:
    return [orjson.loads(row)["currency"] for row in rows]


def test_any_part_is_as_it_is_in_the_whole() -> None:
    exemplars = {"": carts("EUR")}
    whole = growth(exemplars).rows(0, 40)
    parts = growth(exemplars)
    assert [row for start in (0, 7, 14, 39) for row in parts.rows(start, min(start + 7, 40))] == [
        *whole[:21],
        *whole[39:],
    ]
    assert growth(exemplars, count=3, first_row=20).rows(0, 3) == whole[20:23]


def test_each_scenario_takes_after_its_own_patterns_and_all_others_after_the_rest() -> None:
    scenarios = (Scenario(name="pounds", count=5), Scenario(name="other", count=5))
    made = growth({"pounds": carts("GBP"), "": carts("EUR")}, scenarios=scenarios)
    assert currencies(made.rows(0, 40)) == ["GBP"] * 5 + ["EUR"] * 35
    assert currencies(growth({"pounds": carts("GBP"), "": carts("EUR")}, scenarios=scenarios).rows(3, 8)) == [
        *["GBP"] * 2,
        *["EUR"] * 3,
    ]


def test_what_it_counts_adds_up() -> None:
    made = growth({"": carts("EUR")})
    rows = made.rows(0, 40)
    assert made.grown.by_path == {"rag": 40}
    assert made.grown.used.total() == 40
    assert set(made.grown.used) == {"EUR-0", "EUR-1", "EUR-2"}
    report = made.run.score(rows)
    assert (made.grown.report.passed, made.grown.report.applied) == (report.passed, report.applied)
    assert made.grown.report.score == 1.0
    assert made.grown.why_not == ""


def test_rows_that_have_no_patterns_are_the_engines_own_and_counted_as_such() -> None:
    scenarios = (Scenario(name="pounds", count=5),)
    made = growth({"pounds": carts("GBP")}, count=8, scenarios=scenarios)
    rows = made.rows(0, 8)
    assert rows[5:] == made.run.rows(5, 8)
    assert made.grown.by_path == {"rag": 5, "traditional": 3}
    assert made.grown.report.score == 1.0
    assert "of 3 records" in made.grown.why_not


def test_patterns_that_lock_what_the_request_forbids_fit_nothing() -> None:
    bound = {"currency": FieldConstraint(enum_values=("USD",))}
    assert growth({"": carts("EUR")}, constraints=bound).unfit()
    assert not growth({"": [*carts("EUR"), *carts("USD")]}, constraints=bound).unfit()


def test_records_that_may_be_alike_are_the_same_in_any_part() -> None:
    texts = {f"text_{number}": {"type": "string"} for number in range(12)}
    schema = json.dumps({"name": "note", "fields": {"size": {"type": "integer", "min": 1, "max": 9}, **texts}})
    stored = {"size": 3} | dict.fromkeys(texts, "Same as the last order")

    def grown() -> Growth:
        source = SchemaSource(kind="inline_schema", text=schema)
        run = default_generator().prepare_now(GenerationRequest(schema_source=source, count=60, seed=7, as_of=AS_OF))
        return Growth(run, {"": [Exemplar("one", stored, ())]}, 0.85)

    parts = grown()
    assert [parts.rows(row, row + 1)[0] for row in range(60)] == grown().rows(0, 60)
