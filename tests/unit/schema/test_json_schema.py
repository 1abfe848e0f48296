"""JSON Schema, keyword by keyword: what is made of it, and what is refused where."""

import json
from typing import Any

import pytest

from testdata_agent.engine.schema.model import FieldType
from tests.unit.schema.json_schemas import faults_of, generated, refusals
from tests.unit.schema.keywords import field, read, reasons, record, refused, values

# -- types -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, FieldType.STRING),
        ({"type": "integer"}, FieldType.INTEGER),
        ({"type": "number"}, FieldType.FLOAT),
        ({"type": "boolean"}, FieldType.BOOLEAN),
        ({"type": "object"}, FieldType.OBJECT),
        ({"type": "array"}, FieldType.ARRAY),
        ({"type": ["string", "integer"]}, FieldType.VARIANT),
        ({"type": "string", "format": "date-time"}, FieldType.DATETIME),
        ({"format": "date"}, FieldType.DATE),
        ({"type": "string", "format": "idn-email"}, FieldType.EMAIL),
        ({"type": "string", "format": "uuid"}, FieldType.UUID),
        ({"minimum": 3}, FieldType.FLOAT),
        ({"minLength": 3}, FieldType.STRING),
        ({"items": {"type": "string"}}, FieldType.ARRAY),
        ({"required": ["a"]}, FieldType.OBJECT),
        ({"enum": ["a", 1]}, FieldType.ENUM),
        ({"enum": [1, 2]}, FieldType.INTEGER),
        ({"const": True}, FieldType.BOOLEAN),
        (True, FieldType.STRING),
    ],
)
def test_each_type_has_its_field(schema: Any, kind: FieldType) -> None:
    assert field(schema).type is kind


def test_null_among_the_types_makes_a_field_nullable() -> None:
    assert field({"type": ["string", "null"]}).nullable
    assert field({"anyOf": [{"type": "string"}, {"type": "null"}]}) == field({"type": ["string", "null"]})
    assert field({"type": "string", "nullable": True}).nullable
    assert None in values({"type": ["integer", "null"]}, 200)
    assert set(values({"type": "null"})) == {None}


def test_a_wrong_type_names_the_near_one() -> None:
    [fault] = refusals(record(x={"type": "strnig"}))
    assert (fault.field, fault.reason) == ("inline_schema#/properties/x/type", "UNKNOWN_TYPE")
    assert "did you mean 'string'?" in fault.description


# -- values and bounds -------------------------------------------------------------------------------------------------


def test_values_that_do_not_fit_their_neighbours_are_left_out() -> None:
    assert field({"type": "string", "enum": ["a", 1, None, "bb"], "maxLength": 1}).values == ("a",)
    assert refused({"enum": [1, 2], "type": "string"}) == {"/enum": "CONTRADICTION"}


def test_values_of_any_kind_are_made() -> None:
    listed = [{"a": [1]}, [1, 2], [], 0.125, "t", False, None]
    made = values({"enum": listed}, 400)
    assert all(value in made for value in listed)


def test_bounds_are_kept_and_open_ends_too() -> None:
    assert set(values({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 4}, 100)) == {2, 3}
    assert all(0 < value < 0.01 for value in values({"exclusiveMinimum": 0, "exclusiveMaximum": 0.01}, 100))


def test_draft_4_says_exclusive_by_true() -> None:
    whole = record(x={"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 3})
    made = {json.loads(row)["x"] for row in generated(whole, count=100)}
    assert made == {2, 3}


@pytest.mark.parametrize("step", [3, 0.01, 0.1, 2.5, 0.5])
def test_multiples_are_so_even_by_floating_point_division(step: float) -> None:
    made = values({"type": "number", "multipleOf": step, "minimum": 0, "maximum": 500}, 300)
    assert len(set(made)) > 100


@pytest.mark.parametrize(
    "schema",
    [
        {"minimum": 5, "maximum": 4},
        {"type": "integer", "minimum": 1.2, "maximum": 1.8},
        {"type": "number", "multipleOf": 7, "minimum": 1, "maximum": 6},
        {"type": "string", "minLength": 5, "maxLength": 4},
        {"type": "array", "minItems": 5, "maxItems": 4},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"exclusiveMinimum": 1, "maximum": 1},
    ],
)
def test_contradictions_are_refused(schema: Any) -> None:
    assert refused(schema) == {"": "CONTRADICTION"}


# -- texts -------------------------------------------------------------------------------------------------------------


def test_a_pattern_is_searched_for() -> None:
    assert any(len(text) > 3 for text in values({"type": "string", "pattern": "b{2}", "minLength": 4}))


@pytest.mark.parametrize(
    ("pattern", "reason", "words"),
    [
        ("^(?=.*[0-9]).*$", "REGEX_UNSUPPORTED", "look-ahead"),
        ("(?<!a)b", "REGEX_UNSUPPORTED", "look-behind"),
        ("(a)\\1", "REGEX_UNSUPPORTED", "back-reference"),
        ("[a", "REGEX_SYNTAX", "missing ]"),
        ("a{2000}", "REGEX_SYNTAX", "repetition"),
    ],
)
def test_patterns_beyond_re2_are_refused_by_name(pattern: str, reason: str, words: str) -> None:
    [fault] = refusals(record(x={"type": "string", "pattern": pattern}))
    assert (fault.field, fault.reason) == ("inline_schema#/properties/x/pattern", reason)
    assert words in fault.description


def test_code_points_are_written_as_ecmascript_does() -> None:
    assert set(values({"type": "string", "pattern": "^\\u00e9$"})) == {"é"}


def test_formats_and_patterns_go_together_where_one_says_the_other() -> None:
    assert values({"type": "string", "format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"})
    assert values({"type": "string", "format": "uri", "pattern": "^https://example\\.com/[a-z]{3}$"})
    assert refused({"type": "string", "format": "date", "pattern": "^2024-"}) == {"/pattern": "UNSUPPORTED_SCHEMA"}


def test_lengths_of_formats_are_kept_or_refused() -> None:
    assert all(len(text) == 40 for text in values({"format": "uri", "minLength": 40, "maxLength": 40}))
    assert refused({"format": "date", "maxLength": 9}) == {"/maxLength": "CONTRADICTION"}
    assert refused({"format": "ipv4", "minLength": 40}) == {"/format": "REGEX_NO_MATCH"}
    assert refused({"format": "adress"}) == {"/format": "INVALID_FORMAT"}


# -- arrays --------------------------------------------------------------------------------------------------------


def test_arrays_have_their_sizes_and_mostly_few_items() -> None:
    made = values({"type": "array", "items": {"type": "integer"}, "maxItems": 1000}, 200)
    assert max(map(len, made)) < 20
    assert {len(value) for value in values({"type": "array", "minItems": 2, "maxItems": 3}, 100)} == {2, 3}
    assert set(map(len, values({"type": "array", "maxItems": 0}))) == {0}


def test_unique_items_differ_and_single_ones_need_not() -> None:
    assert values({"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 3})
    choice = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    assert set(map(len, values({"type": "array", "items": choice, "uniqueItems": True}))) == {1}


def test_items_by_place_are_read_where_all_are_alike() -> None:
    pair = {"prefixItems": [{"type": "number"}, {"type": "number"}], "items": False, "minItems": 2}
    assert set(map(len, values({"type": "array", **pair}))) == {2}
    old = {"type": "array", "items": [{"type": "number"}, {"type": "string"}]}
    assert refused(old) == {"/items": "UNSUPPORTED_KEYWORD"}


# -- objects -------------------------------------------------------------------------------------------------------


def test_objects_are_open_unless_they_are_closed() -> None:
    assert field(record(a=True)).open
    assert not field(record(a=True) | {"additionalProperties": False}).open
    assert not field(record(a=True) | {"unevaluatedProperties": False}).open


def test_a_required_member_that_is_not_described_is_made_by_what_others_must_be() -> None:
    made = values({"type": "object", "required": ["n"], "additionalProperties": {"type": "integer"}})
    assert all(isinstance(value["n"], int) for value in made)
    closed = {"type": "object", "required": ["n"], "additionalProperties": False}
    assert refused(closed) == {"/required": "CONTRADICTION"}


def test_numbers_of_members_are_met_or_refused() -> None:
    some = {"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "string"}}}
    assert all(values({"type": "object", "properties": some, "minProperties": 1}, 500))
    most = {"type": "object", "properties": {**some, "c": True}, "maxProperties": 2, "required": ["c"]}
    assert all(len(value) <= 2 and "c" in value for value in values(most))
    assert refused({"type": "object", "properties": some, "minProperties": 2}) == {
        "/minProperties": "UNSUPPORTED_KEYWORD"
    }


def test_dependent_members_come_together() -> None:
    some = {"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "string"}}, "c": {"type": "string"}}
    for keyword in ("dependentRequired", "dependencies"):
        schema = {"type": "object", "properties": some, keyword: {"a": ["b"]}}
        made = [json.loads(row) for row in generated(schema, count=500)]
        assert all("b" in value for value in made if "a" in value)
        assert any("b" not in value for value in made)


@pytest.mark.parametrize("name", ["a.b", "_id", "", "a\0b", "a#b", "tags[]", "n" * 10_000])
def test_names_that_no_path_can_hold_are_refused(name: str) -> None:
    [fault] = refusals(record(**{name: {"type": "string"}}))
    assert fault.reason == "INVALID_FIELD_NAME"
    assert len(fault.field) < 400


@pytest.mark.parametrize("name", ["select", 'it\'s "quoted"', "ключ", "a b", "line\nend", "$ref", "x/y~z"])
def test_odd_names_are_made(name: str) -> None:
    schema = record(**{name: {"type": "string"}})
    rows = generated(schema)
    assert not list(faults_of(schema, rows))


# -- references ------------------------------------------------------------------------------------------------------


def test_recursion_ends_where_it_may() -> None:
    node = {
        "type": "object",
        "properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}},
        "required": ["v"],
    }
    tree = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        "required": ["children"],
    }
    made = values({"$ref": "#/$defs/node"}, defs={"node": node})
    assert any("next" in value for value in made)
    assert any(value["children"] for value in values({"$ref": "#/$defs/tree"}, defs={"tree": tree}))
    either = record(x={"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/pair"}]})
    assert values({"$ref": "#/$defs/pair"}, defs={"pair": either})


def test_a_schema_of_many_members_that_all_recur_is_followed_less_far() -> None:
    schema = {"type": "object", "properties": {f"p{i}": {"$ref": "#"} for i in range(100)} | {"v": {"type": "integer"}}}
    assert generated(schema, count=2)


@pytest.mark.parametrize(
    ("schema", "pointer", "reason"),
    [
        (record(a={"$ref": "#"}), "/properties/a", "ENDLESS_REFERENCE"),
        (
            record(a={"type": "array", "items": {"$ref": "#"}, "minItems": 1}),
            "/properties/a/items",
            "ENDLESS_REFERENCE",
        ),
        (record(a={"$ref": "#/properties/a"}), "/properties/a", "ENDLESS_REFERENCE"),
        (record(a={"$ref": "https://example.com/a.json"}), "/properties/a/$ref", "REMOTE_REFERENCE"),
        (record(a={"$ref": "other.json#/definitions/b"}), "/properties/a/$ref", "REMOTE_REFERENCE"),
        (record(a={"$ref": "#/$defs/b"}), "/properties/a/$ref", "UNKNOWN_REFERENCE"),
        (record(a={"$ref": "#anchor"}), "/properties/a/$ref", "UNKNOWN_REFERENCE"),
        (record(a={"$ref": 7}), "/properties/a/$ref", "INVALID_SCHEMA"),
    ],
)
def test_references_that_lead_nowhere_are_refused(schema: Any, pointer: str, reason: str) -> None:
    assert reasons(schema) == {pointer: reason}


def test_definitions_that_nobody_uses_are_not_read() -> None:
    unused = {"$defs": {"b": {"contains": 1}}, "definitions": {"c": {"type": "none"}}}
    assert read(record(a=True) | unused).fields.keys() == {"a"}
