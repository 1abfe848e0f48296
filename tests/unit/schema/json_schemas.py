"""Random JSON Schemas over the keywords that are read, and what an independent validator says of records."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
from hypothesis import strategies as st

from testdata_agent.engine.errors import InvalidRequest, Violation
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.generator import Generator, default_generator

#: Some speak of a meaning, some are words of SQL or of the rules, some are odd.
NAMES = [
    *("id", "name", "email", "price", "currency", "status", "city", "zip", "country", "created_at", "updated_at"),
    *("tags", "items", "select", "order", "if", "exists", "a b", 'say "hi"', "naïve", "$type", "@id", "first_name"),
    *("phone", "total", "rating", "description", "url", "ip", "x", "y", "value", "count"),
]
FORMATS = [
    *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6"),
    *("uri", "uri-reference", "iri", "uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex"),
]
PATTERNS = ["^[A-Z]{2,4}$", "[0-9]+", "^x-", "^(foo|bar)-\\d{3}$", "z$", "^\\S+$", ".", "^[^@]+@example\\.com$"]


def generated(
    schema: Any, *, count: int = 12, seed: int = 7, generator: Generator | None = None, first_row: int = 0
) -> list[str]:
    """Rows of records, without envelope; raises InvalidRequest."""
    source = SchemaSource(kind="inline_schema", text=schema if isinstance(schema, str) else json.dumps(schema))
    request = GenerationRequest(
        count=count, seed=seed, envelope=False, schema_source=source, entity="probe", first_row=first_row
    )
    return (generator or default_generator()).prepare_now(request).rows(0, count)


def refusals(schema: Any) -> tuple[Violation, ...]:
    """What a schema is refused for; it must be."""
    try:
        generated(schema, count=1)
    except InvalidRequest as refused:
        return refused.violations
    raise AssertionError(f"not refused: {json.dumps(schema)[:300]}")


def faults_of(schema: dict[str, Any], rows: list[str]) -> Iterator[str]:
    """What an independent validator finds wrong with records, formats included."""
    validator_class = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator = validator_class(schema, format_checker=validator_class.FORMAT_CHECKER)
    for row in rows:
        for error in validator.iter_errors(json.loads(row)):
            yield f"{error.json_path}: {error.message} in {row[:300]}"


_WHOLES = st.integers(-1000, 1000)
_REALS = st.one_of(_WHOLES, st.decimals(-100, 100, places=2).map(float))
_SCALARS = st.one_of(st.text(max_size=5), _WHOLES, st.booleans(), st.none(), _REALS)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
    max_leaves=3,
)


def _some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


_ANNOTATIONS = _some(
    title=st.text(max_size=8),
    description=st.text(max_size=8),
    default=_VALUES,
    examples=st.lists(_VALUES, max_size=2),
    deprecated=st.booleans(),
)
_LENGTHS = st.integers(0, 30)
_STRINGS = _some(
    minLength=_LENGTHS, maxLength=_LENGTHS, pattern=st.sampled_from(PATTERNS), format=st.sampled_from(FORMATS)
)
_NUMBERS = _some(
    minimum=_REALS,
    maximum=_REALS,
    exclusiveMinimum=_REALS,
    exclusiveMaximum=_REALS,
    multipleOf=st.sampled_from([1, 2, 3, 5, 7, 0.01, 0.5, 0.1, 2.5, 0.25]),
)
_LISTED = st.lists(_VALUES, min_size=1, max_size=4).map(lambda values: {"enum": values}) | _VALUES.map(
    lambda value: {"const": value}
)
_LEAVES = st.one_of(
    _STRINGS.map(lambda keywords: {"type": "string", **keywords}),
    st.sampled_from(FORMATS).map(lambda name: {"type": "string", "format": name}),
    _NUMBERS.map(lambda keywords: {"type": "number", **keywords}),
    _NUMBERS.map(lambda keywords: {"type": "integer", **keywords}),
    st.just({"type": "boolean"}),
    _LISTED,
    st.sampled_from([True, {}, {"type": "null"}, {"type": "object"}, {"type": "array"}, {"$ref": "#/$defs/leaf"}]),
    st.lists(st.sampled_from(["string", "integer", "null", "boolean", "number"]), min_size=1, max_size=3).map(
        lambda types: {"type": types}
    ),
    _STRINGS,
    _NUMBERS,
)


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    named = draw(st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=4))
    schema: dict[str, Any] = {"type": "object", "properties": named, **draw(_ANNOTATIONS)}
    names = list(named)
    schema["required"] = draw(st.lists(st.sampled_from(names), unique=True))
    schema |= draw(
        _some(
            additionalProperties=st.booleans() | _LEAVES,
            unevaluatedProperties=st.booleans(),
            minProperties=st.integers(0, 2),
            maxProperties=st.integers(1, 5),
            propertyNames=st.sampled_from([True, {"maxLength": 20}, {"pattern": "^[a-z_]+$"}]),
            dependentRequired=st.dictionaries(
                st.sampled_from(names), st.lists(st.sampled_from(names), max_size=1), max_size=1
            ),
            patternProperties=st.dictionaries(st.sampled_from(["^a", "_at$"]), inner, max_size=1),
        )
    )
    return schema


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    sizes = st.integers(0, 4)
    return _some(items=inner, minItems=sizes, maxItems=sizes, uniqueItems=st.booleans()).map(
        lambda keywords: {"type": "array", **keywords}
    )


def _choices(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    branches = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        branches.map(lambda held: {"anyOf": held}),
        branches.map(lambda held: {"oneOf": held}),
        branches.map(lambda held: {"allOf": held}),
        st.tuples(inner, inner).map(lambda pair: {"allOf": [pair[0]], "not": pair[1]}),
    )


_SCHEMAS = st.recursive(
    _LEAVES
    | st.tuples(_LEAVES.filter(lambda leaf: isinstance(leaf, dict)), _ANNOTATIONS).map(
        lambda pair: {**pair[1], **pair[0]}
    ),
    lambda inner: st.one_of(_objects(inner), _arrays(inner), _choices(inner), st.just({"$ref": "#/$defs/node"})),
    max_leaves=8,
)


@st.composite
def json_schemas(draw: st.DrawFn) -> dict[str, Any]:
    """A JSON Schema of records, with definitions that its parts refer to."""
    root = draw(_objects(_SCHEMAS))
    root["$defs"] = {
        "leaf": draw(_LEAVES.filter(lambda leaf: leaf != {"$ref": "#/$defs/leaf"})),
        "node": {"type": "object", "properties": {"value": draw(_LEAVES), "next": {"$ref": "#/$defs/node"}}},
    }
    return root
