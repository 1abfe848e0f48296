"""Schemas of a caller's own that cannot be, over the wire: each fault is named, and none is the server's."""

import json
import time
from typing import Any

import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.running import Refused, refusal_of
from tests.integration.gateway.test_bad_limits import PATIENCE_SECONDS
from tests.integration.gateway.test_refusals import BAD


def refused(stub: pb_grpc.TestDataServiceStub, schema: Any) -> Refused:
    text = schema if isinstance(schema, str) else json.dumps(schema)
    began = time.monotonic()
    answer = refusal_of(lambda: stub.GenerateData(pb.GenerateRequest(inline_schema=text, count=5)))
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert answer.code is BAD
    return answer


def deep(levels: int) -> Any:
    fields: dict[str, Any] = {"a": "string"}
    for _ in range(levels):
        fields = {"o": {"type": "object", "fields": fields}}
    return fields


@pytest.mark.parametrize(
    ("rules", "reason", "words"),
    [
        (["a = missing + 1"], "RULE_UNKNOWN_FIELD", "missing"),
        (["a = a.__class__.__mro__"], "RULE_SYNTAX", "no field"),
        (["a = b.__class__"], "RULE_SYNTAX", "no field"),
        (["a = 9**9**9**9"], "RULE_SYNTAX", "powers"),
        (["a = " + "*".join(["99999999999"] * 400)], "RULE_SYNTAX", "2000 characters"),
        (["a = " + "(" * 1900], "RULE_SYNTAX", ""),
        (["a = b + 1", "b = a - 1"], "RULE_CYCLE", "derive one another"),
        (["a = a + 1"], "RULE_CYCLE", "derive one another"),
        (["a = b", "a = b + 1"], "RULE_DERIVED_TWICE", "keep one"),
        (["a = b + 'x'"], "RULE_TYPE", ""),
        (["a > 0"] * 1000, "TOO_MANY_RULES", "at most 500"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    stub: pb_grpc.TestDataServiceStub, rules: list[str], reason: str, words: str
) -> None:
    schema = {"fields": {"a": "float", "b": "float"}, "coherence_rules": rules}
    answer = refused(stub, schema)
    assert answer.violations.get("schema.coherence_rules") == reason
    assert words in answer.text


@pytest.mark.parametrize(
    ("field", "reason", "words"),
    [
        ({"type": "strin"}, "UNKNOWN_TYPE", "the types are"),
        ({"type": ["string"]}, "UNKNOWN_TYPE", "the types are"),
        ({"type": "string", "colour": 1}, "INVALID_SCHEMA", "unknown key 'colour'"),
        ({"type": "string", "required": "maybe"}, "INVALID_SCHEMA", "boolean"),
        ({"type": "string", "min": 5}, "INVALID_SCHEMA", "use min_length"),
        ({"type": "string", "min_length": -1}, "INVALID_SCHEMA", "negative"),
        ({"type": "string", "min_length": 5_000_000}, "SCHEMA_TOO_LARGE", "at most 10000"),
        ({"type": "string", "regex": "(("}, "REGEX_SYNTAX", "missing )"),
        ({"type": "string", "regex": "(?<!x)y"}, "REGEX_UNSUPPORTED", "look-behind"),
        ({"type": "integer", "regex": "a"}, "INVALID_SCHEMA", "for text"),
        ({"type": "integer", "min": 9, "max": 1}, "CONTRADICTION", "min 9 is above max 1"),
        ({"type": "integer", "min": 1.2, "max": 1.8}, "CONTRADICTION", "no whole number"),
        ({"type": "integer", "min": "x"}, "INVALID_SCHEMA", "not a number"),
        ({"type": "integer", "min": 10**30}, "UNSATISFIABLE", "15 digits"),
        ({"type": "float", "scale": 50}, "INVALID_SCHEMA", "0 to 9"),
        ({"type": "float", "scale": -1}, "INVALID_SCHEMA", "0 to 9"),
        ({"type": "date", "min": "x"}, "INVALID_SCHEMA", "write a date"),
        ({"type": "date", "min": "2025-02-01", "max": "2025-01-01"}, "CONTRADICTION", "is after"),
        ({"type": "date", "unique": True}, "UNSUPPORTED_SCHEMA", "unique"),
        ({"type": "enum", "values": []}, "INVALID_SCHEMA", "an enum needs its values"),
        ({"type": "enum", "values": ["a", "b"], "unique": True}, "NOT_ENOUGH_VALUES", "2 distinct values"),
        ({"type": "integer", "values": ["x", 2]}, "INVALID_SCHEMA", "not a number"),
        ({"type": "integer", "min": 1, "max": 3, "unique": True}, "NOT_ENOUGH_VALUES", "3 distinct values"),
        ({"type": "uuid", "max_length": 3}, "CONTRADICTION", "36 characters"),
        ({"type": "string", "reference": "foo.bar"}, "UNKNOWN_ENTITY", "no entity 'foo'"),
        ({"type": "string", "reference": "user.bar"}, "UNKNOWN_FIELD", "user_id"),
        ({"type": "string", "reference": "user.addresses.city"}, "UNKNOWN_FIELD", "user_id"),
        ({"type": "string", "generate": "email"}, "INVALID_SCHEMA", "dictionary"),
        ({"type": "string", "generate": {"kind": "magic"}}, "INVALID_SCHEMA", "the kinds are"),
        ({"type": "string", "generate": {"kind": "place"}}, "INVALID_SCHEMA", "city"),
        (
            {"type": "float", "generate": {"kind": "shaped", "quantiles": [[0, 1], [50, "x"]]}},
            "INVALID_SCHEMA",
            "curve",
        ),
        ({"type": "datetime", "generate": {"kind": "ago", "days": [[0, 1]]}}, "INVALID_SCHEMA", "curve"),
        ({"type": "string", "required": False, "generate": {"when": "no = 1"}}, "INVALID_SCHEMA", "no field 'no'"),
        ({"type": "boolean", "generate": {"kind": "first_true"}}, "INVALID_SCHEMA", "items of an array"),
        ({"type": "array"}, "INVALID_SCHEMA", "a field is an object"),
        ({"type": "array", "item_schema": "string", "min_items": 10**9}, "SCHEMA_TOO_LARGE", "at most 10000"),
        ({"type": "object"}, "INVALID_SCHEMA", "at least one field"),
    ],
)
def test_a_field_that_cannot_be_is_refused(
    stub: pb_grpc.TestDataServiceStub, field: dict[str, Any], reason: str, words: str
) -> None:
    answer = refused(stub, {"fields": {"a": field}})
    assert reason in answer.violations.values()
    assert all("a" in where.split(".") for where in answer.violations), answer.violations
    assert words in answer.text


@pytest.mark.parametrize(("value", "word"), [(float("nan"), "NaN"), (float("inf"), "Infinity")])
def test_words_that_json_has_no_numbers_for_are_refused(
    stub: pb_grpc.TestDataServiceStub, value: float, word: str
) -> None:
    answer = refused(stub, {"fields": {"a": {"type": "float", "min": value}}})
    assert answer.violations == {"inline_schema": "INVALID_JSON"}
    assert f"{word} is no number" in answer.text


@pytest.mark.parametrize("name", ["_index", "__class__", "a.b", "", "a\0b", "a#length", "n" * 1000])
def test_a_name_that_cannot_be_a_fields_is_refused(stub: pb_grpc.TestDataServiceStub, name: str) -> None:
    answer = refused(stub, {"fields": {name: "string", "good": "string"}})
    assert answer.reason == "INVALID_FIELD_NAME"
    assert "1 to 200 characters" in answer.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "INVALID_JSON"),
        ("5", "INVALID_SCHEMA"),
        ("[]", "INVALID_SCHEMA"),
        ("[" * 200_000, "SCHEMA_TOO_LARGE"),
        ('{"fields":{"a":{"type":"integer","min":' + "9" * 10_000 + "}}}", "INVALID_JSON"),
        ('{"fields":{"\\ud800":"string"}}', "INVALID_JSON"),
        ('{"fields":{"a":{"type":"enum","values":["\\udfff"]}}}', "INVALID_JSON"),
        ('{"name":5,"fields":{"a":"string"}}', "INVALID_SCHEMA"),
        ('{"fields":{"a":"string"},"coherence_rules":"a > 1"}', "INVALID_SCHEMA"),
        ('{"fields":{}}', "INVALID_SCHEMA"),
        ('{"fields":{"a":"string"},"colour":1}', "INVALID_SCHEMA"),
    ],
)
def test_text_that_is_no_schema_is_refused(stub: pb_grpc.TestDataServiceStub, text: str, reason: str) -> None:
    assert refused(stub, text).reason == reason


def test_schemas_too_deep_or_too_wide_are_refused(stub: pb_grpc.TestDataServiceStub) -> None:
    assert refused(stub, {"fields": deep(40)}).reason == "SCHEMA_TOO_LARGE"
    assert refused(stub, {"fields": {f"f{n}": "string" for n in range(6000)}}).reason == "SCHEMA_TOO_LARGE"


def test_names_of_any_script_and_sign_are_written_as_they_are(stub: pb_grpc.TestDataServiceStub) -> None:
    names = ["%s", "%(x)d", 'quo"te', "back\\slash", "😀", "línea\n", "\u2028", "a b"]
    schema = json.dumps({"fields": dict.fromkeys(names, "string")})
    answer = stub.GenerateData(pb.GenerateRequest(inline_schema=schema, count=3))
    assert list(json.loads(answer.data)[0])[: len(names)] == names


def test_fields_of_the_wire_that_are_all_optional_still_make_json(stub: pb_grpc.TestDataServiceStub) -> None:
    fields = [pb.Field(name=name) for name in "ab"]
    answer = stub.GenerateData(pb.GenerateRequest(schema=pb.Schema(fields=fields), count=500, seed=7))
    assert len(json.loads(answer.data)) == 500
    assert answer.metadata.coherence_score == 1


def test_faults_of_several_fields_are_named_at_once(stub: pb_grpc.TestDataServiceStub) -> None:
    answer = refused(stub, {"fields": {"a": {"type": "x"}, "b": {"type": "integer", "min": "x"}, "_c": "string"}})
    assert set(answer.violations) == {
        "inline_schema.fields.a.type",
        "inline_schema.fields.b",
        "inline_schema.fields._c",
    }
