"""JSON Schema as a whole: branches, dialects, sizes, what is kept and what is refused where."""

import json
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.schema.model import FieldType
from testdata_agent.generator import default_generator
from tests.unit.schema.json_schemas import faults_of, generated, refusals
from tests.unit.schema.keywords import field, read, reasons, record, refused, values

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
