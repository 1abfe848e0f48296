"""What schemas of the caller's own are made of, beyond the entities: records keep to them and score one."""

import json
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.generator import Generator

GENERATOR = Generator()


def sound(fields: dict[str, Any], count: int = 60, **more: Any) -> list[dict[str, Any]]:
    """Records of these fields, which the score finds no fault with."""
    schema = {"name": "thing", "fields": fields, **more}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=count, seed=7))
    rows = run.rows(0, count)
    report = run.score(rows)
    assert report.faults == ()
    assert report.score == 1.0
    return [json.loads(row) for row in rows]


def test_arrays_stand_directly_in_arrays() -> None:
    row = {"type": "array", "min_items": 1, "max_items": 4, "item_schema": {"type": "integer", "min": 0, "max": 9}}
    point = {"type": "object", "fields": {"x": {"type": "float", "min": 0.001, "max": 0.004}}}
    line = {"type": "array", "item_schema": {"type": "array", "min_items": 2, "max_items": 2, "item_schema": point}}
    made = sound({"grid": {"type": "array", "min_items": 2, "max_items": 3, "item_schema": row}, "lines": line})
    assert {len(record["grid"]) for record in made} == {2, 3}
    assert {len(row) for record in made for row in record["grid"]} == {1, 2, 3, 4}
    assert {len(points) for record in made for points in record["lines"]} == {2}
    assert {p["x"] for record in made for points in record["lines"] for p in points} == {0.001, 0.002, 0.003, 0.004}


def test_numbers_keep_to_steps_and_to_bounds_of_one_side() -> None:
    made = sound(
        {
            "quarter": {"type": "float", "min": 0, "max": 10, "multiple_of": "0.25"},
            "dozens": {"type": "integer", "multiple_of": "12"},
            "below": {"type": "integer", "max": -5},
            "above": {"type": "float", "min": 1000.5},
            "even_ids": {"type": "integer", "unique": True, "min": 10, "max": 1000, "multiple_of": "2"},
            "vast": {"type": "integer", "min": -(10**30), "max": 10**30},
        }
    )
    assert all(record["quarter"] * 4 == int(record["quarter"] * 4) for record in made)
    assert len({record["dozens"] for record in made}) > 20
    assert max(record["below"] for record in made) <= -5
    assert min(record["above"] for record in made) >= 1000.5
    assert len({record["even_ids"] for record in made}) == len(made)
    assert min(record["vast"] for record in made) < 0 < max(record["vast"] for record in made)


def test_patterns_are_found_within_and_regexes_match_the_whole() -> None:
    made = sound(
        {
            "code": {"type": "string", "pattern": "[0-9]{3}", "min_length": 8},
            "id": {"type": "string", "regex": "[A-F]{4}"},
        }
    )
    assert all(len(record["code"]) >= 8 and len(record["id"]) == 4 for record in made)


def test_no_item_stands_twice_in_an_array_of_unique_items() -> None:
    def of(item: dict[str, Any], most: int) -> dict[str, Any]:
        return {"type": "array", "unique_items": True, "min_items": 2, "max_items": most, "item_schema": item}

    made = sound(
        {
            "days": of({"type": "enum", "values": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, 9),
            "flags": of({"type": "boolean"}, 5),
            "numbers": of({"type": "integer", "min": 1, "max": 49}, 49),
            "odds": of({"type": "float", "min": 0, "max": 1, "multiple_of": "0.25"}, 5),
            "codes": of({"type": "string", "regex": "[A-C]{2}"}, 9),
            "dates": of({"type": "date", "min": "2026-01-01", "max": "2026-01-10"}, 10),
            "words": of({"type": "string"}, 20),
            "seats": of(
                {"type": "object", "fields": {"row": {"type": "integer", "min": 1, "max": 30}, "taken": "boolean"}}, 12
            ),
        },
        count=200,
    )
    assert max(len(record["days"]) for record in made) == 7
    assert max(len(record["numbers"]) for record in made) > 40
    assert all(len({seat["row"] for seat in record["seats"]}) == len(record["seats"]) for record in made)


def test_a_variant_takes_one_of_its_forms() -> None:
    card = {
        "type": "object",
        "fields": {"kind": {"type": "enum", "values": ["card"]}, "last_four": {"type": "string", "regex": "[0-9]{4}"}},
    }
    bank = {
        "type": "object",
        "fields": {"kind": {"type": "enum", "values": ["bank"]}, "days": {"type": "integer", "min": 1, "max": 3}},
    }
    made = sound(
        {
            "amount": {
                "type": "variant",
                "variants": [{"type": "integer", "min": 0, "max": 9}, {"type": "enum", "values": ["unknown"]}],
            },
            "method": {"type": "variant", "exclusive": True, "required": False, "variants": [card, bank]},
            "notes": {
                "type": "array",
                "min_items": 2,
                "item_schema": {"type": "variant", "variants": [{"type": "boolean"}, card]},
            },
        },
        count=100,
    )
    assert {type(record["amount"]) for record in made} == {int, str}
    assert {record["method"]["kind"] for record in made if "method" in record} == {"card", "bank"}
    assert {"method" in record for record in made} == {True, False}
    assert {type(note) for record in made for note in record["notes"]} == {bool, dict}


def test_what_is_of_no_form_of_a_variant_is_a_fault() -> None:
    schema = {
        "name": "thing",
        "fields": {
            "amount": {
                "type": "variant",
                "variants": [{"type": "integer", "max": 9}, {"type": "enum", "values": ["none"]}],
            }
        },
    }
    run = GENERATOR.prepare_now(
        GenerationRequest(schema_source=SchemaSource(kind="inline_schema", text=json.dumps(schema)))
    )
    report = run.score(
        ['{"amount": 9}', '{"amount": 10}', '{"amount": "none"}', '{"amount": "some"}', '{"amount": null}']
    )
    assert [fault.row for fault in report.faults if fault.check == "variants"] == [1, 3]


def test_an_optional_array_of_words_is_absent_in_some_records() -> None:
    schema = {"fields": {"tags": {"type": "array", "item_schema": "string", "required": False}}}
    found = generate(schema=schema, count=100, seed=1, envelope=False)
    assert 1 <= sum("tags" not in record for record in found) <= 30


def test_rules_reckon_with_the_digits_of_the_currency() -> None:
    money = {"type": "float", "semantic": "money", "min": 1, "max": 5000}
    fields = {
        "currency": {"type": "string", "semantic": "currency"},
        "price": money,
        "fee": money,
        "half": {"type": "float", "semantic": "money"},
    }
    schema = {"name": "thing", "fields": fields, "coherence_rules": ["half = price / 2", "fee > price * 0.333"]}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    for more in ({"locale": "ja_JP"}, {"overrides": {"currency": "KWD"}}, {}):
        run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=300, seed=7, **more))
        assert run.score(run.rows(0, 300)).faults == ()


@pytest.mark.parametrize("kind", ["email", "phone", "address"])
def test_contacts_in_an_array_are_not_those_of_the_record_beside_it(kind: str) -> None:
    several = {"type": "array", "item_schema": {"type": kind}, "min_items": 0, "max_items": 3}
    schema = {"fields": {"others": several, "main": {"type": kind, "required": False}, "deep": several}}
    records = generate(schema=schema, count=50, seed=1)
    assert {len(record["others"]) for record in records} == {0, 1, 2, 3}
    assert 1 <= sum("main" not in record for record in records) <= 20
