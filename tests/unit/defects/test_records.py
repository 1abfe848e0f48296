"""Every record is wrong in exactly what it says: held against the checks, the record it was made of, and jsonschema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from testdata_agent.engine.coherence.score import Scorer
from testdata_agent.engine.defects.defect import DefectClass, DefectOptions
from testdata_agent.engine.rules.rulebook import compile_rules
from testdata_agent.engine.run import Run
from testdata_agent.engine.schema.shape import shape_of
from tests.unit.defects.asking import ENTITIES, HOUSE, bare, changed_paths, json_schemas, records_of, run_of

_VERDICTS = {"accept", "reject", "unspecified"}
_COUNT = 160


def _derived(run: Run) -> set[str]:
    book, _ = compile_rules(run.schema.coherence_rules, shape_of(run.schema))
    return {str(rule.derives) for rule in book.deriving}


def _path(pointer: str) -> str:
    return ".".join(step for step in pointer.split("/")[1:] if not step.isdigit())


def _hold_true(run: Run, valid: Run) -> None:
    """What must be so of all records of a schema in the house's own forms."""
    scorer = Scorer(run.schema, as_of=run.as_of, locale=run.locale)
    derived = _derived(run)
    before: dict[str, Any] | None = None
    for record, good in zip(records_of(run), records_of(valid), strict=True):
        defect = record["_defect"]
        assert {"id", "class", "pointer", "rule", "verdict"} <= defect.keys()
        assert defect["verdict"] in _VERDICTS
        assert defect["id"].startswith(defect["class"] + ".")
        # One place is changed, and what rules make of it.
        differing = changed_paths(bare(good), bare(record))
        assert {_path(path) for path in differing if path != defect["pointer"]} <= derived, defect
        faults = scorer.score_records([record] if before is None else [before, record]).faults
        messages = {fault.message for fault in faults if fault.row == (before is not None)}
        assert messages == set(defect.get("found", ())), defect
        assert bool(messages) <= (defect["verdict"] != "accept")
        assert bool(messages) >= (defect["verdict"] == "reject")
        before = record


@pytest.mark.parametrize("entity", ENTITIES)
def test_entities(entity: str) -> None:
    _hold_true(run_of(entity, count=_COUNT), run_of(entity, count=_COUNT, wanted=False))


@pytest.mark.parametrize("file", HOUSE, ids=lambda file: file.stem)
def test_schemas_in_the_house_form(file: Path) -> None:
    schema = json.loads(file.read_text())
    _hold_true(run_of(schema=schema, count=_COUNT), run_of(schema=schema, count=_COUNT, wanted=False))


@pytest.mark.parametrize(
    ("name", "schema"), list(json_schemas()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_independent_validator_of_json_schema_agrees(name: str, schema: dict[str, Any]) -> None:
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    plain, strict = kind(schema), kind(schema, format_checker=kind.FORMAT_CHECKER)
    for record in records_of(run_of(schema=schema, count=_COUNT)):
        defect = record["_defect"]
        invalid = list(plain.iter_errors(bare(record)))
        if defect["verdict"] == "reject":
            assert invalid, (name, defect)
        else:
            assert not invalid, (name, defect, invalid[0].message)
        if defect["verdict"] == "accept":
            assert strict.is_valid(bare(record)), (name, defect)


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_score_leaves_out_what_is_named(entity: str) -> None:
    run = run_of(entity, count=_COUNT)
    report = run.score(run.rows(0, run.count))
    assert report.passed == report.applied > 0
    assert report.faults == ()


def test_the_score_keeps_what_is_not_named() -> None:
    run = run_of("cart", count=10)
    rows = run.rows(0, 10)
    record = json.loads(rows[1])
    record["currency"] = "none"
    report = run.score([*rows[:1], json.dumps(record), *rows[2:]])
    assert report.passed < report.applied
    assert any(fault.field == "currency" for fault in report.faults)


def test_every_class_has_its_turn() -> None:
    counted = {record["_defect"]["class"] for record in records_of(run_of("payment", count=8))}
    assert counted == set(DefectClass) - {DefectClass.HISTORICAL}


def test_every_reader_takes_every_record() -> None:
    for text in run_of("order", count=400).rows(0, 400):
        assert orjson.loads(text)["_defect"] == json.loads(text)["_defect"]
        text.encode()


def test_a_fraction_is_within_the_limits_of_its_whole_numbers() -> None:
    run = run_of("review", count=200, defects=DefectOptions(classes=("type_null",)), overrides={"rating": "5"})
    fractions = [r["rating"] for r in records_of(run) if r["_defect"]["id"] == "type_null.fraction_for_integer@rating"]
    assert fractions
    assert set(fractions) == {4.5}


def test_what_rules_make_of_the_greatest_number_is_none_that_readers_refuse() -> None:
    fields = {
        "net": {"type": "float", "min": 200, "max": 900},
        "rate": {"type": "float", "min": 1, "max": 2},
        "gross": {"type": "float"},
        "pieces": {"type": "integer", "min": 200, "max": 900},
        "boxes": {"type": "integer", "min": 2, "max": 9},
        "all_pieces": {"type": "integer"},
    }
    rules = ["gross = net * rate", "all_pieces = pieces * boxes"]
    schema = {"name": "price", "fields": fields, "coherence_rules": rules}
    run = run_of(schema=schema, count=400, defects=DefectOptions(classes=(DefectClass.NUMERIC,)))
    values = {_path(record["_defect"]["pointer"]) for record in map(orjson.loads, run.rows(0, 400))}
    assert {"rate", "boxes"} <= values


@pytest.mark.parametrize(
    ("fields", "defect_class"),
    [
        ({"code": {"type": "string", "unique": True}, "note": "string"}, DefectClass.UNICODE),
        ({"code": "uuid"}, DefectClass.BOUNDARY),
    ],
)
def test_a_value_that_is_put_into_many_records_is_no_second_fault(
    fields: dict[str, Any], defect_class: DefectClass
) -> None:
    schema = {"name": "token", "fields": fields}
    run = run_of(schema=schema, count=300, defects=DefectOptions(classes=(defect_class,)))

    assert run.score(run.rows(0, 300)).faults == ()
