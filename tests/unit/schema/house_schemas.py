"""Random schemas in the house form, sensible and not, and what an independent validator says of records of them."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

NAMES = (
    "id", "name", "title", "email", "isbn", "vin", "card_number", "latitude", "city", "zip", "status", "closed_at",
    "created_at", "end_date", "price", "quantity", "total", "subtotal", "tax", "age", "birth_date", "unit", "value",
    "currency", "select", "a b", 'q"t', "order", "x",
)  # fmt: skip
SEMANTICS = ("isbn13", "iban", "vin", "ip_address", "city", "price", "url", "none", "nonsense", "latitude")
FORMATS = ("email", "phone", "url", "uuid", "iso8601", "ipv4", "X-{random:4}", "O-{year}-{random:6}", "nothing")
REGEXES = ("[A-Z]{2,4}", "[0-9]{6}", "a|b|cc", "(x", r"\d+", "[a-c]{0,3}")
TEXTS = ("string", "email", "phone", "uuid", "address", "enum")


def _sparse(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects in which most members are left out."""
    return st.fixed_dictionaries({}, optional=members).flatmap(
        lambda found: (
            st.sets(st.sampled_from(sorted(found)), max_size=3).map(lambda kept: {k: found[k] for k in kept})
            if found
            else st.just({})
        )
    )


lengths = st.integers(0, 24)
texts = st.builds(
    lambda kind, limits: {"type": kind, **limits},
    st.sampled_from(TEXTS),
    _sparse(
        min_length=lengths,
        max_length=lengths,
        regex=st.sampled_from(REGEXES),
        format=st.sampled_from(FORMATS),
        semantic=st.sampled_from(SEMANTICS),
        values=st.lists(st.sampled_from(["A", "BB", "ab", "a@example.com", "7", 'say "x"']), max_size=4, unique=True),
        unique=st.booleans(),
    ),
)
bounds = st.integers(-50, 4000)
numbers = st.builds(
    lambda kind, limits: {"type": kind, **limits},
    st.sampled_from(["integer", "float"]),
    _sparse(
        min=bounds,
        max=bounds,
        multiple_of=st.sampled_from(["1", "2.5", "7"]),
        values=st.lists(st.integers(-5, 60), max_size=4, unique=True),
        unique=st.booleans(),
        semantic=st.sampled_from(["price", "latitude", "age"]),
        scale=st.integers(0, 3),
    ),
)
moments = st.sampled_from(["2019-01-01", "2020-06-30", "2024-02-29", "2025-12-31"])
times = st.builds(
    lambda kind, limits: {"type": kind, **limits},
    st.sampled_from(["date", "datetime"]),
    _sparse(min=moments, max=moments),
)
leaves = st.one_of(texts, numbers, times, st.just({"type": "boolean"}))


def _with_presence(fields: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    flags = _sparse(required=st.booleans(), nullable=st.booleans())
    return st.builds(lambda spec, there: {**spec, **there}, fields, flags)


def _members(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), _with_presence(inner), min_size=1, max_size=5)


def _object(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return _members(inner).map(lambda fields: {"type": "object", "fields": fields})


def _array(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda item, limits: {"type": "array", "item_schema": item, **limits},
        inner,
        _sparse(min_items=st.integers(0, 3), max_items=st.integers(0, 4), unique_items=st.booleans()),
    )


def _some_rule(fields: Mapping[str, Any]) -> st.SearchStrategy[list[str]]:
    numeric = [name for name, spec in fields.items() if spec["type"] in {"integer", "float"} and name.isidentifier()]
    if len(numeric) < 2:
        return st.just([])
    return st.sampled_from([[], [], [f"{numeric[0]} <= {numeric[1]}"]])


nested = st.recursive(leaves, lambda inner: _object(inner) | _array(leaves) | _array(_object(inner)), max_leaves=6)
house_schemas = _members(nested).flatmap(
    lambda fields: _some_rule(fields).map(lambda rules: {"name": "thing", "fields": fields, "coherence_rules": rules})
)

_TYPES = {"integer": "integer", "float": "number", "boolean": "boolean", "object": "object", "array": "array"}
_SAME = {"min": "minimum", "max": "maximum", "min_length": "minLength", "max_length": "maxLength",
         "min_items": "minItems", "max_items": "maxItems", "unique_items": "uniqueItems", "values": "enum"}  # fmt: skip


def as_json_schema(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a field of the house form says, as far as JSON Schema can say it."""
    timed = spec["type"] in {"date", "datetime"}
    found: dict[str, Any] = {"type": _TYPES.get(spec["type"], "string")}
    found |= {
        _SAME[key]: value for key, value in spec.items() if key in _SAME and not (timed and key in {"min", "max"})
    }
    if "regex" in spec:
        found["pattern"] = f"^(?:{spec['regex']})$"
    if spec["type"] == "object":
        found |= members_as_json_schema(spec["fields"])
    if spec["type"] == "array":
        found["items"] = as_json_schema(spec["item_schema"])
    return {"anyOf": [found, {"type": "null"}]} if spec.get("nullable") else found


def members_as_json_schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an object."""
    return {
        "properties": {name: as_json_schema(spec) for name, spec in fields.items()},
        "required": [name for name, spec in fields.items() if spec.get("required", True)],
        "additionalProperties": False,
    }


def faults_of(schema: Mapping[str, Any], records: list[Any]) -> list[str]:
    """What the validator finds wrong."""
    validator = Draft202012Validator({"type": "object", **members_as_json_schema(schema["fields"])})
    return [error.message for record in records for error in validator.iter_errors(record)]
