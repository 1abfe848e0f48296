"""Sets of records: what they are said to cover is covered, held against the records themselves."""

import json
from itertools import combinations, product
from typing import Any

import jsonschema
import pytest

from testdata_agent.engine.defects.defect import DefectMode, DefectOptions
from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.request import GenerationMethod, Scenario
from testdata_agent.engine.run import Run
from tests.unit.defects.asking import ENTITIES, bare, json_schemas, records_of, run_of

_FACES = {"type": "enum", "values": ["a", "b", "c"]}
_SCHEMA = {
    "name": "thing",
    "fields": {
        "one": _FACES,
        "two": _FACES,
        "three": {"type": "boolean"},
        "size": {"type": "integer", "min": 1, "max": 9},
        "note": {"type": "string", "nullable": True},
        "more": {"type": "string", "required": False},
    },
}


def _set(entity: str = "", schema: Any = None, mode: DefectMode = DefectMode.COVERAGE, **more: Any) -> Run:
    return run_of(entity, schema, defects=DefectOptions(mode=mode, whole=True), **more)


def test_every_pair_stands_together() -> None:
    records = records_of(_set(schema=_SCHEMA, mode=DefectMode.PAIRWISE))
    levels: dict[str, list[Any]] = {
        "one": ["a", "b", "c"],
        "two": ["a", "b", "c"],
        "three": [True, False],
        "size": [1, 9],
        "note": [None],
        "more": ["absent"],
    }
    for first, second in combinations(levels, 2):
        held = {(record.get(first, "absent"), record.get(second, "absent")) for record in records}
        assert held >= set(product(levels[first], levels[second])), (first, second)
    assert {record["size"] for record in records} >= {1, 2, 8, 9}


def test_a_set_is_near_the_least_that_can_be() -> None:
    for entity in ENTITIES:
        run = _set(entity, mode=DefectMode.PAIRWISE)
        assert run.covering is not None
        assert run.covering.report.least <= run.count <= 2 * run.covering.report.least
    report = _set(schema=_SCHEMA).covering.report  # type: ignore[union-attr]
    assert report.least == 9 + report.mutations
    assert report.combinations <= 13


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_manifest_is_true(entity: str) -> None:
    run = _set(entity)
    assert run.covering is not None
    report, records = run.covering.report, records_of(run)
    assert len(records) == report.combinations + report.mutations == run.count
    for goal, number in report.values.items():
        assert goal in records[number]["_defect"]["covers"]
    covered = {goal for record in records for goal in record["_defect"]["covers"]}
    assert covered == set(report.values)
    assert [record["_index"] for record in records] == list(range(run.count))
    score = run.score(run.rows(0, run.count))
    assert score.passed == score.applied


@pytest.mark.parametrize("entity", ENTITIES)
def test_valid_records_come_first_and_each_mutation_is_the_only_one_for_its_goal(entity: str) -> None:
    run = _set(entity)
    assert run.covering is not None
    defects = [record["_defect"] for record in records_of(run)]
    valid, mutations = defects[: run.covering.report.combinations], defects[run.covering.report.combinations :]
    assert {(each["class"], each["verdict"]) for each in valid} == {("combination", "accept")}
    assert all(each["covers"] == [each["id"]] for each in mutations)
    assert len({each["id"] for each in mutations}) == len(mutations)


def test_ids_are_never_the_same() -> None:
    for entity in ENTITIES:
        records = records_of(_set(entity))
        own = [record.get(f"{entity}_id") for record in records if isinstance(record.get(f"{entity}_id"), str)]
        assert len(set(own)) == len(own)


def test_pairs_that_rules_forbid_are_named_with_the_rule() -> None:
    run = _set("product", mode=DefectMode.PAIRWISE)
    assert run.covering is not None
    report = run.covering.report
    assert report.pairs - report.pairs_reached == report.unreached_count == 2
    told = {each.goal: each.why for each in report.unreached}
    assert "although in_stock is true" in told["in_stock = true with stock_quantity at min 0"]


def test_statuses_bring_their_times() -> None:
    run = _set("payment", mode=DefectMode.PAIRWISE)
    assert run.covering is not None
    unreached = {each.goal for each in run.covering.report.unreached}
    assert len(unreached) == 11
    assert 'status = "refunded" with captured_at there' not in unreached
    assert 'status = "pending" with captured_at there' in unreached


def test_the_same_seed_gives_the_same_set_and_any_part_of_it() -> None:
    whole = _set("order").rows(0, 30)
    assert _set("order").rows(0, 30) == whole
    assert _set("order", seed=12).rows(0, 30) != whole
    part = run_of("order", count=10, first_row=12, defects=DefectOptions(mode=DefectMode.COVERAGE))
    assert part.rows(0, 10) == whole[12:22]
    assert "only" in part.warnings[0]
    assert "all that follow" in run_of("cart", count=900, defects=DefectOptions(mode=DefectMode.PAIRWISE)).warnings[0]


def test_hints_name_the_mode() -> None:
    hinted = run_of("cart", count=4, hints=("defects:pairwise",))
    assert hinted.rows(0, 4) == _set("cart", mode=DefectMode.PAIRWISE).rows(0, 4)


@pytest.mark.parametrize(("name", "schema"), list(json_schemas())[::4], ids=lambda value: str(value)[:20])
def test_an_independent_validator_of_json_schema_agrees(name: str, schema: dict[str, Any]) -> None:
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator = kind(schema)
    for record in records_of(_set(schema=schema)):
        valid = validator.is_valid(bare(record))
        assert valid is (record["_defect"]["verdict"] != "reject"), (name, record["_defect"])


@pytest.mark.parametrize(
    ("asked", "field", "reason"),
    [
        ({"scenarios": (Scenario(name="s", count=1),)}, "scenarios", "SET_WITH_SCENARIOS"),
        ({"method": GenerationMethod.LLM}, "generation_method", "SET_OF_THE_ENGINE"),
        ({"first_row": 5000}, "first_row", "INVALID_FIRST_ROW"),
    ],
)
def test_refusals(asked: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _set("cart", **asked)
    (violation,) = refused.value.violations
    assert (violation.field, violation.reason) == (field, reason)


def test_classes_and_schemas_without_anything_to_cover_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="no classes to choose"):
        run_of("cart", defects=DefectOptions(mode=DefectMode.COVERAGE, classes=("time",)))
    plain = {"name": "t", "fields": {"a": "string"}}
    with pytest.raises(InvalidRequest, match="no field has bounds"):
        _set(schema=plain, mode=DefectMode.PAIRWISE)


def test_the_manifest_is_plain_data() -> None:
    run = _set("user")
    assert run.covering is not None
    assert json.loads(json.dumps(run.covering.report.as_data()))["pairs"] > 0
