"""Every check has a quick side and one that explains; both must say the same of the same records."""

import json
import random
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from testdata_agent.engine.coherence.batch import Structure
from testdata_agent.engine.coherence.moments import Moment
from testdata_agent.engine.coherence.reading import read_rows
from testdata_agent.engine.coherence.score import Scorer, _compiled
from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()
ENTITIES = ("cart", "order", "payment", "product", "review", "user")


def run_of(entity: str, locale: str = "en_US") -> Run:
    return GENERATOR.prepare_now(GenerationRequest(entity=entity, count=40, seed=3, as_of=1_767_225_600, locale=locale))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every value that holds no others."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in list(members):
        if isinstance(member, dict | list):
            yield from places(member)
        else:
            yield value, key


def changed(record: dict[str, Any], other: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The record with one value in place of which stands that of another record, or a little more or less of it."""
    copy = json.loads(json.dumps(record))
    holder, key = chance.choice(list(places(copy)))
    value = holder[key]
    others = [h[k] for h, k in places(other) if k == key]
    if isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, int | float) and chance.random() < 0.5:
        holder[key] = round(value + chance.choice([-1, 1, 0.01, 1000]), 2) if isinstance(value, float) else value + 1
    elif others:
        holder[key] = chance.choice(others)
    return dict(copy)


@pytest.mark.parametrize("locale", ["en_US", "de_DE"])
@pytest.mark.parametrize("entity", ENTITIES)
def test_the_quick_side_of_every_check_counts_what_the_other_one_does(entity: str, locale: str) -> None:
    run = run_of(entity, locale)
    structure, checks = _compiled(run.schema, locale)
    moment, chance = Moment.of(run.as_of), random.Random(entity)
    made = run.records(0, 40)
    said = set()
    for number in range(150):
        records = chance.sample(made, 5)
        for _ in range(number % 3):
            records[chance.randrange(5)] = changed(chance.choice(records), chance.choice(made), chance)
        batch = structure.columns(records)
        if batch is None:
            continue
        for check in checks:
            applied = check.quick(batch, moment)
            verdicts = list(check.judge_all([structure.view(record) for record in records], moment))
            if applied is not None:
                said.add(check.name)
                assert applied == sum(verdict is not None for verdict in verdicts), check.name
                assert not any(verdicts), check.name
    assert said >= {check.name for check in checks} - {"sentiment"}


@pytest.mark.parametrize("entity", ENTITIES)
def test_records_of_the_engine_are_scored_by_quick_sides_alone(entity: str) -> None:
    run = run_of(entity)
    structure, checks = _compiled(run.schema, "en_US")
    batch = structure.columns(run.records(0, 40))
    assert batch is not None
    closer = [check.name for check in checks if check.quick(batch, Moment.of(run.as_of)) is None]
    assert closer in ([], ["sentiment"])


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_strings_of_a_batch_are_those_of_the_text(entity: str) -> None:
    run = run_of(entity)
    reading = read_rows(run.rows(0, 40))
    batch = Structure(run.schema).columns(reading.records)
    assert batch is not None
    assert reading.quotes == 2 * batch.strings


@pytest.mark.parametrize(
    "twice",
    [
        '"currency":"USD",',
        '"total":1.00,',
        '"items":[],',
        '"_index":0,',
        '"_scenario":"x",',
        '"currency" :"USD",',
        '"cart_id":"a\\"b",',
        '"cart_id":"a\\"b\\"c\\":",',
    ],
)
def test_a_key_that_stands_twice_is_found_whatever_is_in_the_way(twice: str) -> None:
    run = run_of("cart")
    rows = run.rows(0, 3)
    rows[1] = "{" + twice + rows[1][1:]
    report = Scorer(run.schema, as_of=run.as_of).score_json(rows)
    key = orjson.loads("{" + twice[:-1] + "}").popitem()[0]
    assert [(fault.row, fault.field) for fault in report.faults if fault.check == "fields"] == [(1, key)]


def test_an_item_that_is_null_is_a_fault_and_breaks_nothing() -> None:
    run = run_of("cart")
    cart = run.records(0, 1)[0]
    cart["items"].append(None)
    report = Scorer(run.schema, as_of=run.as_of).score_records([cart])
    assert "types" in {fault.check for fault in report.faults}
