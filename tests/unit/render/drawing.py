"""Schemas of any shape, and the records that formats are held against."""

import json
from typing import Any

from hypothesis import strategies as st

from testdata_agent.engine.request import GenerationRequest, OutputFormat, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

GENERATOR = Generator()

#: Texts that break what quotes carelessly.
NASTY = (
    "a,b", 'say "hi"', "two\nlines", "two\r\nlines", "carriage\rreturn", "tab\there", "", " lead", "trail ", "'", "''",
    "O'Brien", "back\\slash", "\\", "=1+1", "+1", "-1", "@x", "null", "NULL", "true", "12", "0012", "1e5", "[1]", "{}",
    "$1", "%s", ":x", "?", "--", "/* c */", "; DROP TABLE t; --", "é", "日本", "𝔘", "\u2028", "\x85", "\x7f", "\x1f",
)  # fmt: skip
NAMES = (
    "id", "name", "select", "order", "Group", "table", "a b", 'q"t', "q't", "a,b", "items[0]", "日", "x-y", "a_b", "=f",
    "primary", "position", "row_number", "user", "limit", "A_B", "ä", "n" * 70, "n" * 69 + "m",
)  # fmt: skip

scalars = st.one_of(
    st.just({"type": "string"}),
    st.just({"type": "integer", "min": -5, "max": 20_000}),
    st.just({"type": "float", "min": -3, "max": 3, "scale": 3}),
    st.just({"type": "boolean"}),
    st.just({"type": "date"}),
    st.just({"type": "datetime"}),
    st.just({"type": "email"}),
    st.just({"type": "uuid"}),
    st.lists(st.sampled_from(NASTY), min_size=1, max_size=6, unique=True).map(lambda v: {"type": "enum", "values": v}),
    st.just({"type": "string", "regex": "[a-c,\"'\\\\\n]{0,4}"}),
)


def _with_presence(fields: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    presence = st.fixed_dictionaries({"required": st.booleans(), "nullable": st.booleans()})
    return st.builds(lambda spec, there: {**spec, **there}, fields, presence)


def _members(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), _with_presence(inner), min_size=1, max_size=5)


def _object(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return _members(inner).map(lambda fields: {"type": "object", "fields": fields})


def _array(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    sizes = st.tuples(st.integers(0, 2), st.integers(0, 3))
    return st.builds(
        lambda item, size: {
            "type": "array",
            "item_schema": item,
            "min_items": size[0],
            "max_items": max(1, size[0] + size[1]),
        },
        inner,
        sizes,
    )


nested = st.recursive(scalars, lambda inner: _object(inner) | _array(scalars) | _array(_object(inner)), max_leaves=8)
schemas = _members(nested).map(lambda fields: {"name": "thing", "fields": fields})


#: A JSON Schema of what tables have no columns for: several kinds, arrays of arrays, nulls wherever they may be.
VARIED: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "varied",
    "type": "object",
    "required": ["id", "kind", "grid", "tags", "number", "listed"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {
            "oneOf": [
                {"type": "integer", "minimum": 0, "maximum": 9},
                {"type": "string", "maxLength": 8},
                {"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "number"}}},
            ]
        },
        "grid": {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "maxItems": 3}},
        "tags": {"type": "array", "items": {"type": ["string", "null"]}, "minItems": 1, "maxItems": 4},
        "number": {"type": ["integer", "null"]},
        "listed": {"enum": [1, "a", None, True]},
        "part": {
            "type": ["object", "null"],
            "properties": {
                "flag": {"type": "boolean"},
                "either": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}},
            },
        },
        "many": {
            "type": "array",
            "items": {
                "type": ["object", "null"],
                "properties": {
                    "n": {"type": ["number", "null"]},
                    "below": {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}}}},
                },
            },
        },
    },
}


def run_of(schema: dict[str, Any], output_format: str, *, count: int = 12, hints: tuple[str, ...] = ()) -> Run:
    """The run of a schema, without envelope."""
    return GENERATOR.prepare_now(
        GenerationRequest(
            schema_source=SchemaSource(kind="inline_schema", text=json.dumps(schema)),
            output_format=OutputFormat(output_format),
            envelope=False,
            count=count,
            seed=5,
            hints=hints,
        )
    )


def text_of(run: Run) -> str:
    """The whole text of a run."""
    return run.document(run.rows(0, run.count))


def records_of(schema: dict[str, Any], count: int = 12) -> list[dict[str, Any]]:
    """What JSON says."""
    return run_of(schema, "json", count=count).records(0, count)
