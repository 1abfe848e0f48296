"""A JSON Schema document to the house model."""

import re
from collections.abc import Mapping
from typing import Any

from testdata_agent.engine.errors import InvalidRequest
from testdata_agent.engine.schema.json_schema.builder import Builder
from testdata_agent.engine.schema.json_schema.document import Document
from testdata_agent.engine.schema.json_schema.faults import EndlessError, Faults, TooLargeError
from testdata_agent.engine.schema.json_schema.reading import Reading
from testdata_agent.engine.schema.json_schema.spot import Spot
from testdata_agent.engine.schema.model import Field, FieldType, Schema

#: How often a place may stand within itself; fewer where that makes too many fields.
_RECURRENCES = (2, 1)
#: Longest name of a schema, in characters.
_MAX_NAME = 60
_DIALECT = re.compile(
    r"https?://json-schema\.org/(?:draft/2020-12/schema|draft/2019-09/schema|draft-0[34567]/schema|schema)#?"
    r"|https://spec\.openapis\.org/oas/3\.1/dialect/base"
)


def read_json_schema(data: Mapping[str, Any], where: str, *, name: str = "") -> Schema:
    """The schema that a JSON Schema document describes.

    Args:
        data: What JSON gave.
        where: The request field it came in; violations name it and a JSON Pointer (`inline_schema#/properties/x`).
        name: Name of the schema; empty: its title's.

    Raises:
        InvalidRequest: naming every fault.
    """
    faults = Faults(where)
    _check_dialect(data, faults)
    rules = _rules(data, faults)
    schema, attempt = None, Faults(where)
    for recurrences in _RECURRENCES:
        attempt = Faults(where)
        document = Document(data, attempt)
        builder = Builder(Reading(document, attempt), attempt, recurrences)
        try:
            root = builder.field((document.root,), Spot("", "", 0, path=""))
        except EndlessError as error:
            words = "it requires itself within itself without an end: make it optional, or an array that may be empty"
            attempt.fault(error.pointer, "ENDLESS_REFERENCE", words)
            break
        except TooLargeError as error:
            attempt.fault(error.pointer, "SCHEMA_TOO_LARGE", str(error))
            if builder.recurring:
                continue
            break
        schema = _schema(root, data, name, (*rules, *builder.rules), attempt)
        break
    violations = (*faults.violations, *attempt.violations)
    if violations or schema is None:
        raise InvalidRequest(violations)
    return schema


def _schema(
    root: Field | None, data: Mapping[str, Any], name: str, rules: tuple[str, ...], faults: Faults
) -> Schema | None:
    if root is None or len(faults):
        return None
    if root.type is FieldType.VARIANT and all(form.type is FieldType.OBJECT for form in root.variants or ()):
        words = "a record has one form: put the choice into a property, or hand in one of the branches"
        faults.fault("", "UNSUPPORTED_SCHEMA", words)
        return None
    if root.type is not FieldType.OBJECT or root.nullable:
        words = "records are objects: the schema's type is 'object'; put anything else into a property"
        faults.fault("/type" if "type" in data else "", "UNSUPPORTED_SCHEMA", words)
        return None
    if not root.fields:
        faults.fault("", "INVALID_SCHEMA", "the schema describes no properties, and no others are made")
        return None
    title = data.get("title")
    description = data.get("description", title)
    return Schema(
        name=name or _slug(title if isinstance(title, str) else "") or "custom",
        description=description if isinstance(description, str) else "",
        fields=root.fields,
        coherence_rules=rules,
        open=root.open,
    )


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:_MAX_NAME]


def _check_dialect(data: Mapping[str, Any], faults: Faults) -> None:
    dialect = data.get("$schema")
    if dialect is not None and (not isinstance(dialect, str) or not _DIALECT.fullmatch(dialect)):
        words = f"{str(dialect)[:100]!r} is no dialect that is read: use https://json-schema.org/draft/2020-12/schema"
        faults.fault("/$schema", "UNSUPPORTED_SCHEMA", words)


def _rules(data: Mapping[str, Any], faults: Faults) -> tuple[str, ...]:
    rules = data.get("x-coherence-rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        faults.fault("/x-coherence-rules", "INVALID_SCHEMA", "it is a list of sentences")
        return ()
    return tuple(rules)
