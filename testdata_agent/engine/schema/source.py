"""Schemas that come with a request."""

import json
from collections.abc import Mapping

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.json_schema.reader import read_json_schema
from testdata_agent.engine.schema.model import Schema

#: Longest schema text, in characters.
MAX_SCHEMA_TEXT = 4_000_000

#: What tells a JSON Schema from the house form, which has `fields`.
_JSON_SCHEMA_KEYS = frozenset(
    {"$schema", "$id", "$ref", "$defs", "definitions", "type", "properties", "allOf", "anyOf", "oneOf"}
)


def given_schema(source: SchemaSource, name: str) -> Schema:
    """The schema that fields or a text of the request describe; `name` is for one that gives itself none.

    Raises:
        InvalidRequest: naming every fault.
    """
    if source.fields is not None:
        return read_schema({"name": name or "custom", "fields": source.fields}, source.kind)
    if len(source.text) > MAX_SCHEMA_TEXT:
        words = f"a schema takes at most {MAX_SCHEMA_TEXT} characters"
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", words)])
    try:
        data = json.loads(source.text)
    except json.JSONDecodeError as error:
        words = f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", words)]) from error
    except RecursionError as error:
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", "it nests too deep")]) from error
    except ValueError as error:  # a whole number of more digits than Python reads
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", "a number has too many digits")]) from error
    if not _is_text(source.text):
        words = "\\ud800 to \\udfff are halves of a character: write both, or the character itself"
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", words)])
    if isinstance(data, Mapping) and _JSON_SCHEMA_KEYS & data.keys() and "fields" not in data:
        return read_json_schema(data, source.kind, name=name)
    return read_schema(data, source.kind, default_name=name or "custom")


def _is_text(source: str) -> bool:
    """Whether the JSON's texts are whole characters; a lone surrogate can be written in JSON and nowhere else."""
    if "\\ud" not in source.lower():
        return True
    try:
        json.dumps(json.loads(source), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
