import json
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.likeness import FieldLikeness, Measure, ks, tv
from testdata_agent.engine.variation.patterns import Variation
from tests.unit.engine.making import GENERATOR
from tests.unit.variation.test_patterns import stored


def followed(
    exemplars: list[Exemplar], entity: str, count: int = 1000, **request: Any
) -> tuple[list[dict[str, Any]], dict[str, FieldLikeness]]:
    """Rows that follow samples, and how like they are."""
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=count, seed=7, **request))
    variation = Variation(run, exemplars, faithful=True)
    rows = [row for _, row in sorted(variation.rows(0, count).rows.items())]
    return [json.loads(row) for row in rows], {found.field: found for found in variation.likeness(rows)}


@pytest.mark.parametrize("entity", ["cart", "order", "payment", "product", "review", "user"])
def test_rows_follow_the_distributions_of_samples(entity: str) -> None:
    samples = stored(entity, count=200)
    records, found = followed(samples, entity)
    assert len(records) == 1000
    assert found
    assert max(each.distance for each in found.values()) <= 0.03
    assert all(each.distance == 0 for each in found.values() if each.measure is Measure.TV)


def test_what_is_skewed_together_stays_so() -> None:
    schema = {
        "fields": {
            "account_id": {"type": "uuid", "unique": True},
            "plan": {"type": "enum", "values": ["free", "team", "global"]},
            "support": {"type": "enum", "values": ["forum", "mail", "phone"]},
            "seats": {"type": "integer", "min": 1, "max": 1000},
            "trial_ends": {"type": "string", "required": False},
        }
    }
    samples = [{"plan": "free", "support": "forum", "seats": 1}] * 70
    samples += [{"plan": "team", "support": "mail", "seats": 10 + number} for number in range(20)]
    samples += [
        {"plan": "global", "support": "phone", "seats": 800 + number, "trial_ends": "soon"} for number in range(10)
    ]
    source = SchemaSource(kind="custom_schema", text=json.dumps(schema))
    records, found = followed([Exemplar(at, each) for at, each in enumerate(samples)], "", schema_source=source)
    assert {(record["plan"], record["support"]) for record in records} == {
        ("free", "forum"),
        ("team", "mail"),
        ("global", "phone"),
    }
    assert all(record["seats"] >= 700 for record in records if record["plan"] == "global")
    assert found["plan & support"].distance == 0
    assert found["trial_ends?"].distance == 0
    assert found["seats"].distance <= 0.05


def test_what_many_samples_have_alike_may_be_said_again_and_what_one_has_may_not() -> None:
    fields = {"size": {"type": "enum", "values": ["S", "M", "L"]}}
    source = SchemaSource(kind="custom_schema", text=json.dumps({"fields": fields}))
    samples = [Exemplar(number, {"size": "S" if number else "L"}) for number in range(10)]
    records, _ = followed(samples, "", 100, schema_source=source)
    assert [record["size"] for record in records] == ["S"] * 100


def test_a_request_that_wants_other_values_shows_in_the_distances() -> None:
    _, found = followed(stored("order", count=200), "order", overrides={"status": "refunded"})
    assert found["status"].distance > 0.5


def test_distances_are_those_of_the_textbook() -> None:
    assert ks([1, 2, 3, 4], [1, 2, 3, 4]) == 0
    assert ks([1, 2, 3, 4], [3, 4, 5, 6]) == 0.5
    assert ks([0], [1]) == 1
    assert tv("aab", "abb") == pytest.approx(1 / 3)
    assert tv("a", "b") == 1
