"""Rules that put one point in time after another, in a record and among the items of its arrays; ends of calendars."""

import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.errors import UnsatisfiableError
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.moments import FIRST_SECOND, LAST_SECOND
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.generator import Generator
from testdata_agent.literals import as_json

_STOPS = {"type": "array", "item_schema": {"type": "object", "fields": {"seen_at": "datetime"}}}
_LEGS = {
    "type": "array",
    "min_items": 1,
    "item_schema": {"type": "object", "fields": {"left_at": "datetime", "day": "date", "stops": _STOPS}},
}


def _score(schema: dict[str, Any], count: int = 40, **more: Any) -> float | None:
    """The score of records of a schema, by the schema alone."""
    source = SchemaSource(kind="inline_schema", text=as_json(schema))
    request = GenerationRequest(entity="", count=count, schema_source=source, **{"seed": 7, **more})
    run = Generator().prepare_now(request)
    scorer = Scorer(given_schema(source, "records"), as_of=run.as_of, locale=run.locale)
    return scorer.score_json(run.rows(0, count)).score


@pytest.mark.parametrize(
    "rule",
    [
        "legs.left_at >= booked_on",
        "legs.left_at > booked_on",
        "legs.day >= booked_on",
        "booked_on >= legs.left_at",
        "booked_on > legs.left_at",
        "legs.day <= booked_on",
        "legs.stops.seen_at >= legs.left_at",
        "legs.stops.seen_at >= booked_on",
        "legs.left_at >= legs.stops.seen_at",
        "booked_on >= legs.stops.seen_at",
    ],
)
def test_an_order_holds_between_a_record_and_its_items(rule: str) -> None:
    fields = {"booked_on": "datetime", "legs": _LEGS}

    assert _score({"name": "trip", "fields": fields, "coherence_rules": [rule]}) == 1.0


@pytest.mark.parametrize("rules", [["a > b", "b > a"], ["a > b", "b > c", "c > a"], ["a > b", "b = a + 3 days"]])
def test_an_order_that_goes_round_is_refused(rules: list[str]) -> None:
    schema = {"name": "loop", "fields": dict.fromkeys("abc", "datetime"), "coherence_rules": rules}

    with pytest.raises(UnsatisfiableError, match="a > b"):
        generate(schema=schema, count=3, seed=7)


@pytest.mark.parametrize("as_of", [FIRST_SECOND, FIRST_SECOND + 86_400, LAST_SECOND - 86_400, LAST_SECOND])
def test_every_moment_is_of_the_years_1_to_9999(as_of: int) -> None:
    fields = {
        "created": "datetime",
        "day": "date",
        "birth_date": "date",
        "expires_at": "datetime",
        "days": {"type": "array", "item_schema": "date", "unique_items": True, "min_items": 2},
    }
    schema = {"name": "moment", "fields": fields}

    assert _score(schema, as_of=as_of) == 1.0
    for record in generate(schema=schema, count=40, seed=7, as_of=as_of):
        for text in (record["created"], record["expires_at"]):
            assert datetime.fromisoformat(text).tzinfo is UTC
    assert generate(schema=schema, count=40, seed=7, as_of=as_of, defects=["time"])


def test_an_id_takes_its_year_from_a_time_alone() -> None:
    fields = {"id": {"type": "string", "format": "ORD-{year}-{random:7}"}, "created_at": "email"}

    records = generate(schema={"name": "order", "fields": fields}, count=3, seed=7)

    assert {record["id"][:9] for record in records} == {"ORD-2026-"}


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({"a": "date", "b": {"type": "date", "max": "2010-01-01"}}, ["b >= a"]),
        ({"a": "date", "b": {"type": "date", "max": "2010-01-01"}, "c": "date"}, ["b >= a", "a >= c"]),
        ({"hire_date": "date", "left_on": {"type": "date", "max": "2010-01-01"}}, ["left_on >= hire_date"]),
        ({"start_date": "date", "end_date": {"type": "date", "max": "2010-01-01"}}, []),
        ({"created_at": "datetime", "updated_at": {"type": "datetime", "max": "2010-01-01"}}, []),
    ],
)
def test_what_comes_first_leaves_room_for_what_ends_early(fields: dict[str, Any], rules: list[str]) -> None:
    schema = {"name": "span", "fields": fields, "coherence_rules": rules}

    assert _score(schema, 200) == 1.0
    for record in generate(schema=schema, count=200, seed=7):
        first, last = (record[name] for name in list(fields)[:2])
        assert first <= last <= "2010-01-01T00:00:00Z"


def test_what_ends_before_the_other_begins_is_refused() -> None:
    fields = {"a": {"type": "date", "min": "2020-01-01"}, "b": {"type": "date", "max": "2010-01-01"}}

    with pytest.raises(UnsatisfiableError, match="b >= a"):
        generate(schema={"name": "span", "fields": fields, "coherence_rules": ["b >= a"]}, count=1, seed=7)


@pytest.mark.parametrize("closed", [False, True])
def test_hundreds_of_orders_take_no_time(closed: bool) -> None:
    names = [f"f{number}" for number in range(300)]
    rules = [f"{first} <= {later}" for first, later in pairwise(names)] + ["f299 < f0"] * closed
    schema = {"name": "chain", "fields": dict.fromkeys(names, "datetime"), "coherence_rules": rules}
    before = time.process_time()

    if closed:
        with pytest.raises(UnsatisfiableError, match="f299 < f0"):
            generate(schema=schema, count=1, seed=7)
    else:
        assert _score(schema, 3) == 1.0
    assert time.process_time() - before < 5
