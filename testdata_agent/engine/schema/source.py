"""Schemas that come with a request."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.json_schema.reader import read_json_schema
from testdata_agent.engine.schema.json_schema.validity import Validity
from testdata_agent.engine.schema.model import Schema

#: Longest schema text, in characters.
MAX_SCHEMA_TEXT = 4_000_000
#: What some editors begin a file with.
_BYTE_ORDER = "\ufeff"

#: What tells a JSON Schema from the house form, which has `fields`.
_JSON_SCHEMA_KEYS = frozenset(
    {"$schema", "$id", "$ref", "$defs", "definitions", "type", "properties", "allOf", "anyOf", "oneOf"}
)


def given_schema(source: SchemaSource, name: str) -> Schema:
    """The schema that fields or a text of the request describe.

    Args:
        source: Fields, or a text.
        name: For a schema that gives itself none. One that is registered goes by this name, whatever it calls itself.

    Raises:
        InvalidRequest: naming every fault.
    """
    if source.fields is not None:
        return _of_fields(source.fields, name or "custom")
    if len(source.text) > MAX_SCHEMA_TEXT:
        words = f"a schema takes at most {MAX_SCHEMA_TEXT} characters"
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", words)])
    try:
        data, twice = _parsed(source.text)
    except json.JSONDecodeError as error:
        words = f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", words)]) from error
    except RecursionError as error:
        raise InvalidRequest([Violation(source.kind, "SCHEMA_TOO_LARGE", "it nests too deep")]) from error
    except _NoNumberError as error:
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", str(error))]) from error
    except ValueError as error:  # a whole number of more digits than Python reads
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", "a number has too many digits")]) from error
    if not _is_text(source.text):
        words = "\\ud800 to \\udfff are halves of a character: write both, or the character itself"
        raise InvalidRequest([Violation(source.kind, "INVALID_JSON", words)])
    if twice:
        words = "the name {} stands twice in one object; only one of them can be meant"
        raise InvalidRequest(Violation(source.kind, "DUPLICATE_FIELD", words.format(repr(name[:60]))) for name in twice)
    if _is_json_schema(data):
        return read_json_schema(data, source.kind, name=name)
    schema = read_schema(data, source.kind, default_name=name or "custom")
    return schema.model_copy(update={"name": name}) if name and source.kind == "schema" else schema


def validity_of(source: SchemaSource | None) -> Validity | None:
    """What an admitted schema says of records by the words of JSON Schema alone; None: it is of another form."""
    if source is None or not source.text or source.kind == "schema.predefined_schema":
        return None
    return _validity(source.text)


@lru_cache(maxsize=64)
def _validity(text: str) -> Validity | None:
    data = json.loads(text.removeprefix(_BYTE_ORDER))
    return Validity(data) if _is_json_schema(data) else None


def _is_json_schema(data: Any) -> bool:
    return isinstance(data, Mapping) and bool(_JSON_SCHEMA_KEYS & data.keys()) and "fields" not in data


def _of_fields(fields: Mapping[str, Any], name: str) -> Schema:
    """The schema of a message's fields; faults name them as the message does."""
    try:
        return read_schema({"name": name, "fields": fields}, "schema")
    except InvalidRequest as invalid:
        raise InvalidRequest(replace(fault, field=_as_message(fault.field)) for fault in invalid.violations) from None


def _as_message(path: str) -> str:
    first, rest = path[: len("schema.fields")], path[len("schema.fields") :]
    return first + rest.replace(".item_schema.fields.", ".nested_fields.").replace(".fields.", ".nested_fields.")


class _NoNumberError(ValueError):
    """NaN or Infinity stands where JSON has a number."""


def _parsed(text: str) -> tuple[Any, list[str]]:
    """What a JSON text holds, and the names that stand twice in one of its objects; raises ValueError."""
    twice: dict[str, None] = {}

    def held(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice.update((name, None) for name, count in counts.items() if count > 1)
        return found

    return json.loads(text.removeprefix(_BYTE_ORDER), object_pairs_hook=held, parse_constant=_no_number), list(twice)


def _no_number(word: str) -> float:
    raise _NoNumberError(f"no JSON: {word} is no number there")


def _is_text(source: str) -> bool:
    """Whether the JSON's texts are whole characters; a lone surrogate can be written in JSON and nowhere else."""
    if "\\ud" not in source.lower():
        return True
    try:
        json.dumps(json.loads(source), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
