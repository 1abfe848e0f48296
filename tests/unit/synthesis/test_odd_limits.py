"""Limits that few schemas have: they hold, or are refused by field."""

from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest


def _made(field: dict[str, Any], **more: Any) -> list[Any]:
    schema = {"name": "note", "fields": {"a": field}}
    return [record["a"] for record in generate(schema=schema, count=30, seed=7, **more)]


@pytest.mark.parametrize("step", [5, 0.25, "2.5"])
def test_a_step_is_a_number_or_its_text(step: Any) -> None:
    assert {value % float(step) for value in _made({"type": "float", "multiple_of": step})} == {0.0}


@pytest.mark.parametrize("step", [0, -1, "many", "nan", "1e300", 1e300])
def test_a_step_that_no_number_keeps_is_refused(step: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"multiple_of is a number above 0|has more"):
        _made({"type": "integer", "multiple_of": step})


def test_unique_multiples_of_a_wide_step_stay_exact() -> None:
    values = _made({"type": "integer", "multiple_of": 10**10, "unique": True})

    assert len(set(values)) == len(values)
    assert all(0 <= value <= 2**53 and value % 10**10 == 0 for value in values)


def test_a_bound_that_no_number_of_so_many_digits_reaches_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="too large for a number of 4 decimal digits"):
        _made({"type": "float", "min": 9007199254740992, "scale": 4})


def test_items_that_cannot_differ_are_one_at_most() -> None:
    item = {"type": "object", "properties": {}, "additionalProperties": False}
    array = {"type": "array", "items": item, "uniqueItems": True}
    schema = {"type": "object", "properties": {"a": array}, "required": ["a"]}

    assert {len(record["a"]) for record in generate(schema=schema, count=30, seed=7)} <= {0, 1}
    array["minItems"] = 2
    with pytest.raises(InvalidRequest, match="unique items need a field of their own"):
        generate(schema=schema, count=1)


def test_places_in_arrays_of_arrays_are_the_same_on_every_page() -> None:
    inner = {"type": "array", "item_schema": "phone", "min_items": 1}
    schema = {"name": "note", "fields": {"a": {"type": "array", "item_schema": inner, "min_items": 2}}}
    whole = generate(schema=schema, count=20, seed=7)

    assert [generate(schema=schema, count=1, seed=7, first_row=row)[0] for row in range(20)] == whole


def test_a_value_that_is_set_is_the_listed_one_of_its_own_kind() -> None:
    schema = {"type": "object", "properties": {"a": {"enum": [1, 2.5, "x", True]}}, "required": ["a"]}

    def found(**more: Any) -> set[str]:
        return {repr(record["a"]) for record in generate(schema=schema, count=30, seed=7, **more)}

    assert found(overrides={"a": "2.5"}) == {"2.5"}
    assert found(overrides={"a": "true"}) == {"True"}
    assert found(constraints={"a": {"enum_values": ["1", "x"]}}) == {"1", "'x'"}


def test_not_required_leaves_objects_alone() -> None:
    part = {"type": ["object", "null"], "properties": {"b": {"type": "integer"}}, "not": {"required": ["c"]}}
    schema = {"type": "object", "properties": {"a": part}, "required": ["a"]}

    assert {type(record["a"]) for record in generate(schema=schema, count=60, seed=7)} == {dict}


def test_what_follows_from_others_is_unique_only_with_one_of_them() -> None:
    fields: dict[str, dict[str, Any]] = {"a": {"type": "integer", "unique": True}, "b": {"type": "integer"}}
    schema = {"name": "note", "fields": fields, "coherence_rules": ["a = b + 7"]}

    with pytest.raises(InvalidRequest, match="is not made to differ: leave unique out"):
        generate(schema=schema, count=2)
    fields["b"]["unique"] = True
    assert len({record["a"] for record in generate(schema=schema, count=50, seed=7)}) == 50


def test_a_number_is_made_of_coordinates_whatever_stands_first() -> None:
    latitude = {"type": "float", "min": -90, "max": 1e300, "semantic": "latitude"}
    fields = {"half": "float", "height": latitude, "city": "datetime"}
    schema = {"name": "note", "fields": fields, "coherence_rules": ["half = height * 0.5"]}

    assert all(
        abs(record["half"] * 2 - record["height"]) <= 0.01 for record in generate(schema=schema, count=9, seed=7)
    )


def test_a_number_that_is_set_is_a_multiple_of_the_step_and_a_range_need_not_end_at_one() -> None:
    field = {"type": "integer", "multiple_of": 10}

    with pytest.raises(InvalidRequest, match="a is a multiple of 10, not 5"):
        _made(field, overrides={"a": "5"})
    with pytest.raises(InvalidRequest, match="a is a multiple of 10, not 5"):
        _made(field, constraints={"a": {"enum_values": ["5", "10"]}})
    assert set(_made(field, overrides={"a": "1-30"})) == {10, 20, 30}


@pytest.mark.parametrize("asked", ["[A-Z]{3}", "[0-9]+", ".{4}"])
def test_an_expression_that_leaves_the_schemas_own_is_refused(asked: str) -> None:
    field = {"type": "string", "regex": "[0-9]{4}"}

    with pytest.raises(InvalidRequest, match="not all texts of"):
        _made(field, constraints={"a": {"regex": asked}})
    assert {text[:2] for text in _made(field, constraints={"a": {"regex": "42[0-9]{2}"}})} == {"42"}


def test_names_that_a_request_lists_are_taken_and_their_addresses_agree() -> None:
    limits = {"first_name": {"enum_values": ["Zoë", "Ann"]}, "last_name": {"enum_values": ["Öz", "Smith"]}}
    users = generate("user", count=60, seed=7, constraints=limits)

    assert {(user["first_name"], user["last_name"]) for user in users} == {
        (first, last) for first in ("Zoë", "Ann") for last in ("Öz", "Smith")
    }
    slugs = {"Zoë": "zoe", "Ann": "ann", "Öz": "oz", "Smith": "smith"}
    for user in users:
        assert user["email"].startswith(f"{slugs[user['first_name']]}.{slugs[user['last_name']]}")


def test_a_reference_that_keeps_to_the_limits_asked_for_stays_one() -> None:
    plain = [cart["customer_id"] for cart in generate("cart", count=20, seed=7)]
    limits = {"customer_id": {"min_length": 3, "max_length": 11}}

    assert [cart["customer_id"] for cart in generate("cart", count=20, seed=7, constraints=limits)] == plain


def test_null_stands_once_at_most_among_items_that_differ() -> None:
    item = {"type": ["object", "null"], "properties": {"b": {"type": "string"}}, "required": ["b"]}
    array = {"type": "array", "items": item, "minItems": 3, "maxItems": 6, "uniqueItems": True}
    schema = {"type": "object", "properties": {"a": array}, "required": ["a"]}

    assert all(record["a"].count(None) <= 1 for record in generate(schema=schema, count=200, seed=7))


@pytest.mark.parametrize(("depth", "items"), [(14, 3), (4, 100), (2, 5000)])
def test_arrays_of_arrays_that_no_memory_holds_are_refused(depth: int, items: int) -> None:
    inner: dict[str, Any] = {"type": "integer"}
    for _ in range(depth):
        inner = {"type": "array", "item_schema": inner, "max_items": items}

    with pytest.raises(InvalidRequest, match="could hold more than 1,000,000 items") as refused:
        _made(inner)
    assert {fault.reason for fault in refused.value.violations} == {"SCHEMA_TOO_LARGE"}
