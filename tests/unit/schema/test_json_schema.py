"""JSON Schema, keyword by keyword: what is made of it, and what is refused where."""

import json
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.json_schema.reader import read_json_schema
from testdata_agent.engine.schema.model import Field, FieldType, Schema
from testdata_agent.generator import default_generator
from tests.unit.schema.json_schemas import faults_of, generated, refusals


def record(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members)}


def read(schema: dict[str, Any]) -> Schema:
    return read_json_schema(schema, "inline_schema")


def field(schema: Any) -> Field:
    return read(record(x=schema)).fields["x"]


def reasons(schema: Any) -> dict[str, str]:
    return {fault.field.removeprefix("inline_schema#"): fault.reason for fault in refusals(schema)}


def refused(schema: Any) -> dict[str, str]:
    """Reasons by pointer below the one property that has this schema."""
    return {pointer.removeprefix("/properties/x"): reason for pointer, reason in reasons(record(x=schema)).items()}


def values(schema: Any, count: int = 60, *, defs: Any = None) -> list[Any]:
    """Values of a property of this schema; all of them are valid."""
    whole = record(x=schema) | ({"$defs": defs} if defs else {})
    rows = generated(whole, count=count)
    assert not list(faults_of(whole, rows))
    return [json.loads(row)["x"] for row in rows]


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


# -- branches ----------------------------------------------------------------------------------------------------------


def test_members_beside_branches_belong_to_each_of_them() -> None:
    schema = {
        "type": "object",
        "properties": {"id": {"type": "integer"}, "mail": {"type": "string"}, "phone": {"type": "string"}},
        "required": ["id"],
        "oneOf": [{"required": ["mail"]}, {"required": ["phone"]}],
    }
    made = values(schema, 100)
    assert {("mail" in value, "phone" in value) for value in made} == {(True, False), (False, True)}


def test_choices_of_required_members_at_the_root_become_rules() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    for keyword in ("anyOf", "oneOf"):
        whole = schema | {keyword: [{"required": ["a"]}, {"required": ["b"]}]}
        rows = generated(whole, count=300)
        assert not list(faults_of(whole, rows))
        assert len({tuple(json.loads(row)) for row in rows}) > 1


def test_branches_that_may_overlap_are_refused_with_the_way_out() -> None:
    [fault] = refusals(record(x={"oneOf": [{"type": "integer"}, {"type": "number"}]}))
    assert (fault.field, fault.reason) == ("inline_schema#/properties/x/oneOf", "OVERLAPPING_BRANCHES")
    assert "use anyOf" in fault.description


def test_a_branch_without_a_type_fits_what_it_does_not_speak_of() -> None:
    assert refused({"oneOf": [{"format": "ipv4", "maxLength": 18}, {"type": "number"}]}) == {
        "/oneOf": "OVERLAPPING_BRANCHES"
    }


def test_what_no_branch_allows_is_refused() -> None:
    assert refused({"type": "string", "oneOf": [{"type": "integer"}, {"type": "null"}]}) == {"/oneOf": "UNSATISFIABLE"}
    impossible = {"type": "integer", "minimum": 3, "maximum": 1}
    assert refused({"anyOf": [impossible, {"type": "null"}]}) == {"/anyOf/0": "CONTRADICTION"}


# -- the rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keyword",
    [
        "contains",
        "unevaluatedItems",
        "dependentSchemas",
        "$dynamicRef",
        "$recursiveRef",
        "formatMinimum",
        "divisibleBy",
    ],
)
def test_keywords_that_cannot_be_met_are_refused_by_name(keyword: str) -> None:
    [fault] = refusals(record(x={"type": "array", keyword: {}}))
    assert (fault.field, fault.reason) == (f"inline_schema#/properties/x/{keyword}", "UNSUPPORTED_KEYWORD")
    assert keyword in fault.description


def test_unknown_keywords_are_refused_and_notes_of_ones_own_are_not() -> None:
    [fault] = refusals(record(x={"type": "string", "maxLenght": 4}))
    assert (fault.field, fault.reason) == ("inline_schema#/properties/x/maxLenght", "UNKNOWN_KEYWORD")
    assert "'maxLength'" in fault.description
    assert field({"type": "string", "x-order": 3, "$comment": "c", "deprecated": True}).type is FieldType.STRING


def test_every_fault_is_named_at_once() -> None:
    schema = record(a={"type": "txt"}, b={"minimum": "1"}, c={"pattern": "("}, d={"$ref": "#/x"}, e={"contains": {}})
    assert reasons(schema) == {
        "/properties/a/type": "UNKNOWN_TYPE",
        "/properties/b/minimum": "INVALID_SCHEMA",
        "/properties/c/pattern": "REGEX_SYNTAX",
        "/properties/d/$ref": "UNKNOWN_REFERENCE",
        "/properties/e/contains": "UNSUPPORTED_KEYWORD",
    }


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [({"type": "array", "items": True}, "/type"), ({"type": ["object", "null"], "properties": {"a": True}}, "/type")],
)
def test_records_are_objects(schema: Any, pointer: str) -> None:
    assert reasons(schema) == {pointer: "UNSUPPORTED_SCHEMA"}


def test_a_schema_without_members_is_refused() -> None:
    assert reasons({"type": "object"}) == {"": "INVALID_SCHEMA"}
    assert reasons({"$schema": "https://json-schema.org/draft/2020-12/schema"}) == {"": "UNSUPPORTED_SCHEMA"}


def test_dialects_that_are_not_read_are_refused() -> None:
    assert reasons(record(a=True) | {"$schema": "https://example.com/own"}) == {"/$schema": "UNSUPPORTED_SCHEMA"}


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ('{"type": "object",\n "properties": {"a": }}', "INVALID_JSON", "line 2, column 22"),
        ('{"properties": {"a": {"minimum": NaN}}}', "INVALID_JSON", "NaN"),
        ('{"properties": {"a": {}, "b": {}, "a": {}}}', "DUPLICATE_FIELD", "'a'"),
        ('{"properties":' * 3000 + "{}" + "}" * 3000, "SCHEMA_TOO_LARGE", "deep"),
    ],
)
def test_texts_that_are_no_schema_are_refused(text: str, reason: str, words: str) -> None:
    [fault] = refusals(text)
    assert (fault.field, fault.reason) == ("inline_schema", reason)
    assert words in fault.description


# -- sizes -----------------------------------------------------------------------------------------------------------


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = record(x=schema)
    return schema


def test_a_thousand_fields_and_a_nesting_of_twenty_are_made() -> None:
    wide = record(**{f"f{number}": {"type": "string"} for number in range(1000)})
    assert len(json.loads(generated(wide, count=1)[0])) == 1000
    assert not list(faults_of(nested(20), generated(nested(20))))


@pytest.mark.parametrize(
    "schema",
    [
        nested(60),
        record(**{f"f{number}": True for number in range(100_000)}),
        {
            "$ref": "#/$defs/d0",
            "$defs": {
                f"d{i}": record(a={"$ref": f"#/$defs/d{i + 1}"}, b={"$ref": f"#/$defs/d{i + 1}"}) for i in range(30)
            }
            | {"d30": True},
        },
        record(x={"$ref": "#/$defs/d0"})
        | {
            "$defs": {f"d{i}": {"anyOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(30)}
            | {"d30": {"type": "string"}}
        },
    ],
    ids=["deep", "wide", "doubling members", "doubling branches"],
)
def test_schemas_beyond_the_ceilings_are_refused(schema: Any) -> None:
    [fault] = refusals(schema)
    assert fault.reason == "SCHEMA_TOO_LARGE"


# -- what is kept beside the claims ------------------------------------------------------------------------------------


def test_notes_are_kept_where_they_fit() -> None:
    noted = field({"type": "integer", "title": "t", "default": "no", "examples": [3, "x"], "x-semantic": "age"})
    assert (noted.description, noted.default, noted.examples, noted.semantic) == ("t", None, (3,), "age")
    schema = read(record(a=True) | {"title": "My Order!", "x-coherence-rules": ["a exists"]})
    assert (schema.name, schema.coherence_rules) == ("my_order", ("a exists",))


def test_schemas_do_not_leak_into_one_another() -> None:
    one, other = record(a={"$ref": "#/$defs/d"}), record(a={"$ref": "#/$defs/d"})
    made = [
        json.loads(generated(schema | {"$defs": {"d": {"const": value}}}, count=1)[0])["a"]
        for schema, value in ((one, "first"), (other, "second"))
    ]
    assert made == ["first", "second"]


def test_a_fault_that_several_branches_meet_is_named_once() -> None:
    inner = {"oneOf": [{"maximum": 20}, {"type": "string", "format": "duration"}]}
    schema = {
        "allOf": [
            {"oneOf": [{"enum": [[]]}, inner, {"type": "null"}]},
            {"oneOf": [{"maxLength": 25, "format": "uuid"}]},
        ]
    }
    found = refusals(record(x=schema))
    assert len(set(found)) == len(found)
    assert "/allOf/1/oneOf/0/maxLength" in refused(schema)


@pytest.mark.parametrize("name", ["rating", "age", "quantity", "price"])
def test_bounds_below_all_that_a_name_means_are_kept(name: str) -> None:
    schema = record(**{name: {"type": "integer", "maximum": -383}})
    assert not list(faults_of(schema, generated(schema, count=50)))


@pytest.mark.parametrize("name", ["uri", "email", "uuid", "ipv4", "hostname", "date", "date-time", "time"])
def test_unique_items_keep_their_format(name: str) -> None:
    assert values({"type": "array", "items": {"format": name}, "uniqueItems": True, "minItems": 3})


def test_unique_multiples_of_fractions_divide_too() -> None:
    assert values({"type": "array", "items": {"type": "number", "multipleOf": 0.01}, "uniqueItems": True}, 300)


def test_unique_items_may_be_objects_and_lists() -> None:
    listed = [{"a": 1}, [1], {"b": None}, 1, True]
    assert values({"type": "array", "items": {"enum": listed}, "uniqueItems": True, "minItems": 4})
    few = refusals(record(x={"type": "array", "items": {"enum": [{}, []]}, "uniqueItems": True, "minItems": 4}))
    assert [fault.reason for fault in few] == ["NOT_ENOUGH_VALUES"]


def test_values_have_the_format_that_is_said_beside_them() -> None:
    assert field({"format": "ipv4", "enum": ["", "192.0.2.1", 5]}).values == ("192.0.2.1", 5)
    assert refused({"format": "ipv4", "enum": [""]}) == {"/enum": "CONTRADICTION"}


def test_a_currency_may_be_a_list_and_is_scored() -> None:
    schema = record(currency={"enum": [[1], "x"]}, price={"type": "number"})
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = default_generator().prepare_now(GenerationRequest(entity="probe", count=20, seed=3, schema_source=source))
    assert run.score(run.rows(0, 20)).score is not None


def test_what_an_absent_object_must_hold_is_not_missed() -> None:
    inner = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "minProperties": 1}
    schema = {"type": "object", "properties": {"o": inner, "n": {"type": "integer"}}}
    source = SchemaSource(kind="inline_schema", text=json.dumps(schema))
    run = default_generator().prepare_now(GenerationRequest(entity="probe", count=200, seed=3, schema_source=source))
    rows = run.rows(0, 200)
    assert any("o" not in json.loads(row) for row in rows)
    assert run.score(rows).score == 1.0
