"""Objects that nothing names: what stands in them tells what they are."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.semantics.names import singular
from testdata_agent.engine.semantics.understanding import Taken, understood


def readings(fields: dict[str, Any], title: str = "") -> Mapping[str, Taken]:
    """What the fields of a JSON Schema were taken for."""
    schema = {"title": title} | {"type": "object", "properties": fields, "required": list(fields)}
    return understood(given_schema(SchemaSource(kind="custom_schema", text=orjson.dumps(schema).decode()), "")).taken


def taken(*names: str, **more: Any) -> Taken:
    """What `name` was taken for beside fields of these names."""
    fields = {name: {"type": "string"} for name in ("name", *names)} | {
        name: {"type": kind} for name, kind in more.items()
    }
    return readings(fields)["name"]


@pytest.mark.parametrize(
    ("beside", "meaning"),
    [
        (("email",), "full_name"),
        (("job_title",), "full_name"),
        (("gender",), "full_name"),
        (("industry", "email"), "company_name"),
        (("website", "phone"), "company_name"),
        (("brand", "email"), "full_name"),
        (("contact_email",), "name_of_thing"),
        (("url", "email"), "name_of_thing"),
    ],
)
def test_a_name_is_of_what_the_fields_beside_it_tell(beside: tuple[str, ...], meaning: str) -> None:
    found = taken(*beside).meaning
    assert found is not None
    assert found.name == meaning


@pytest.mark.parametrize(
    ("field", "beside", "meaning"),
    [
        ("origin", ("flight_number", "airline"), "origin_airport"),
        ("make", ("vin", "model"), "vehicle_make"),
        ("title", ("assignee", "reporter"), "ticket_subject"),
        ("status", ("invoice_number",), "invoice_status"),
        ("name", ("venue", "start_date"), "event_title"),
        ("type", ("policy_number", "premium"), "policy_type"),
        ("price", ("bedrooms", "bathrooms"), "property_price"),
        ("title", ("isbn",), "book_title"),
        ("title", ("album", "artist"), "song_title"),
        ("title", ("director", "genre"), "film_title"),
        ("name", ("ingredients", "servings"), "dish"),
        ("level", ("message", "trace_id"), "log_level"),
        ("name", ("firmware_version",), "device_name"),
        ("title", ("salary_min", "salary_max"), "job_title"),
        ("title", ("slug", "published_at"), "article_title"),
        ("type", ("iban", "balance"), "account_type"),
        ("name", ("budget", "deadline", "start_date"), "project_name"),
    ],
)
def test_what_stands_beside_a_field_tells_what_it_is_of(field: str, beside: tuple[str, ...], meaning: str) -> None:
    numbers = {"price", "premium", "bedrooms", "bathrooms", "salary_min", "salary_max", "balance", "budget", "servings"}
    fields = {name: {"type": "number" if name in numbers else "string"} for name in (field, *beside)}
    found = readings(fields)[field].meaning
    assert found is not None
    assert found.name == meaning


@pytest.mark.parametrize("title", ["", "Listing", "Record", "Property data"])
def test_a_title_that_anything_may_have_says_less_than_the_fields(title: str) -> None:
    fields = {"price": {"type": "number"}, "bedrooms": {"type": "integer"}, "address": {"type": "string"}}
    found = readings(fields, title)["price"].meaning
    assert found is not None
    assert found.name == "property_price"


def test_a_name_is_of_the_object_that_holds_it() -> None:
    fields: dict[str, Any] = {
        "battery": {"type": "object", "properties": {"level": {"type": "number"}}},
        "country": {"type": "object", "properties": {"name": {"type": "string"}, "code": {"type": "string"}}},
    }
    found = {path: taken.meaning.name for path, taken in readings(fields).items() if taken.meaning is not None}
    assert found == {"battery.level": "battery_level", "country.name": "country", "country.code": "country_code"}


def test_a_price_and_a_category_make_a_product() -> None:
    found = taken("category", price="number")
    assert (found.meaning and found.meaning.name, found.why) == ("product_name", "by its name, beside `price`")


def test_a_name_that_the_schema_gives_counts_more() -> None:
    fields = {"name": {"type": "string"}, "email": {"type": "string"}}
    text = orjson.dumps({"title": "Hotel", "type": "object", "properties": fields, "required": list(fields)}).decode()
    meaning = understood(given_schema(SchemaSource(kind="custom_schema", text=text), "")).taken["name"].meaning
    assert meaning is not None
    assert meaning.name != "full_name"


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("expenses", "expense"),
        ("courses", "course"),
        ("addresses", "address"),
        ("statuses", "status"),
        ("houses", "house"),
        ("diagnoses", "diagnosis"),
        ("boxes", "box"),
        ("batches", "batch"),
        ("categories", "category"),
        ("skills", "skill"),
    ],
)
def test_one_of_many_is_called_by_its_singular(many: str, one: str) -> None:
    assert singular((many,)) == (one,)
