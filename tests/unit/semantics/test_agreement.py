"""What stands beside each other in schemas without hints agrees."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import jsonschema
import pytest

from testdata_agent import generate
from testdata_agent.engine.catalog.linetables import line_table
from testdata_agent.engine.catalog.places import load_places
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.generator import Generator

GENERATOR = Generator()


def made(name: str, fields: dict[str, Any], count: int = 200, **request: Any) -> list[dict[str, Any]]:
    """Records of a schema of the house form whose fields have nothing but their types."""
    source = SchemaSource(kind="inline_schema", text=json.dumps({"name": name, "fields": fields}))
    run = GENERATOR.prepare_now(
        GenerationRequest(schema_source=source, count=count, seed=11, envelope=False, **request)
    )
    return run.records(0, count)


def test_an_address_is_one_real_place() -> None:
    fields = {"street": "string", "city": "string", "state": "string", "zipCode": "string", "country": "string"}
    table = load_places("en_US")
    assert table is not None
    known = set(zip(table.cities, table.regions, table.postcodes, strict=True))
    for record in made("customer", fields):
        assert (record["city"], record["state"], record["zipCode"]) in known
        assert record["country"] == "United States"


def test_two_addresses_of_one_object_are_two_places() -> None:
    fields = {f"{whose}_{part}": "string" for whose in ("billing", "shipping") for part in ("city", "zip")}
    table = load_places("en_US")
    assert table is not None
    known = set(zip(table.cities, table.postcodes, strict=True))
    records = made("order", fields)
    assert all((r[f"{whose}_city"], r[f"{whose}_zip"]) in known for r in records for whose in ("billing", "shipping"))
    assert sum(r["billing_zip"] != r["shipping_zip"] for r in records) > 190


def test_an_address_of_mail_holds_the_name_beside_it() -> None:
    for record in made("user", {"fullName": "string", "contact_email": "string", "username": "string"}):
        first = "".join(filter(str.isalpha, record["fullName"].split()[0].lower()))
        assert first in record["contact_email"]
        assert first in record["username"]
        assert record["contact_email"].partition("@")[2] in {
            "example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.test",
        }  # fmt: skip


def test_pay_lies_in_the_range_of_the_job_in_whole_hundreds() -> None:
    jobs = line_table("jobs").columns
    ranges = dict(zip(zip(jobs["title"], jobs["department"], strict=True), jobs["salary"], strict=True))
    for record in made("employee", {"job_title": "string", "department": "string", "salary": "float"}):
        low, high = map(int, ranges[record["job_title"], record["department"]].split(".."))
        assert low <= record["salary"] <= high
        assert record["salary"] % 100 == 0


def test_an_age_fits_the_birth_date() -> None:
    for record in made("patient", {"birth_date": "date", "age": "integer"}):
        born = date.fromisoformat(record["birth_date"])
        assert record["age"] == 2026 - born.year - ((born.month, born.day) > (1, 1))


@pytest.mark.parametrize(
    ("earlier", "later", "kind"),
    [
        ("hire_date", "termination_date", "date"),
        ("start_date", "end_date", "date"),
        ("created_at", "updated_at", "datetime"),
        ("check_in", "check_out", "date"),
        ("departure_time", "arrival_time", "datetime"),
        ("invoice_date", "due_date", "date"),
        ("birth_date", "hire_date", "date"),
    ],
)
def test_what_comes_later_is_later(earlier: str, later: str, kind: str) -> None:
    assert all(record[earlier] < record[later] for record in made("thing", {later: kind, earlier: kind}))


def test_a_total_is_the_sum_of_its_parts() -> None:
    fields = dict.fromkeys(("total", "subtotal", "tax", "shipping_cost", "discount"), "float")
    for record in made("invoice", fields):
        parts = record["subtotal"] + record["tax"] + record["shipping_cost"] - record["discount"]
        assert record["total"] == pytest.approx(parts, abs=0.001)
        assert 0 <= record["discount"] <= record["subtotal"]


def test_limits_of_a_time_hold_over_its_meaning() -> None:
    for record in made("lease", {"start_date": {"type": "date", "min": "2020-01-01", "max": "2020-03-01"}}):
        assert "2020-01-01" <= record["start_date"] <= "2020-03-01"


def test_a_flight_arrives_when_its_duration_has_passed() -> None:
    fields = {"flight_number": "string", "departure": "datetime", "arrival": "datetime", "duration_minutes": "integer"}
    for record in made("flight", fields):
        spent = datetime.fromisoformat(record["arrival"]) - datetime.fromisoformat(record["departure"])
        assert spent == timedelta(minutes=record["duration_minutes"])
        assert 40 <= record["duration_minutes"] <= 960


@pytest.mark.parametrize(
    ("name", "fields", "least", "most"),
    [
        ("insurance_policy", ("start_date", "end_date"), 180, 731),
        ("event", ("start_date", "end_date"), 0, 4),
        ("subscription", ("started_at", "renews_at"), 27, 366),
        ("library_loan", ("loan_date", "due_date"), 13, 29),
        ("project", ("end_date", "deadline"), 0, 61),
    ],
)
def test_spans_are_those_of_the_kind(name: str, fields: tuple[str, str], least: int, most: int) -> None:
    for record in made(name, dict.fromkeys(fields, "date")):
        first, last = (date.fromisoformat(record[field]) for field in fields)
        assert least <= (last - first).days <= most


def test_a_point_in_time_that_is_always_there_says_where_its_object_stands() -> None:
    fields = {"title": "string", "status": "string", "created_at": "datetime", "resolved_at": "datetime"}
    assert {record["status"] for record in made("ticket", fields)} == {"resolved", "closed"}


def test_the_address_of_a_house_is_of_its_name() -> None:
    for record in made("company", dict.fromkeys(("name", "email", "website", "support_email"), "string")):
        domain = record["website"].removeprefix("https://www.")
        assert record["email"] == f"info@{domain}"
        assert record["support_email"] == f"support@{domain}"
        assert domain.removesuffix(".example") == "".join(filter(str.isalnum, record["name"].lower()))[:40]
    for record in made("hotel", {"name": "string", "email": "email", "website": "string"}):
        assert record["email"].partition("@")[2] == record["website"].removeprefix("https://www.")


def test_the_codes_of_an_account_are_of_one_country() -> None:
    for record in made("account", {"iban": "string", "bic": "string"}):
        assert record["iban"][:2] == record["bic"][4:6]
        assert record["bic"][7] == "0"


def test_the_address_of_mail_is_of_the_customer_beside_it() -> None:
    for record in made("invoice", {"invoice_number": "string", "customer_name": "string", "customer_email": "email"}):
        first = "".join(filter(str.isalpha, record["customer_name"].split()[0].lower()))
        assert record["customer_email"].startswith(first)


def test_breeds_are_of_their_species_and_ingredients_in_their_units() -> None:
    pets, kitchen = line_table("pets").columns, line_table("ingredients").columns
    breeds = set(zip(pets["species"], pets["breed"], strict=True))
    assert all((r["species"], r["breed"]) in breeds for r in made("pet", {"species": "string", "breed": "string"}))
    units = set(zip(kitchen["name"], kitchen["unit"], strict=True))
    item = {"type": "object", "fields": {"name": "string", "unit": "string"}}
    recipes = made("recipe", {"ingredients": {"type": "array", "item_schema": item}})
    assert all((part["name"], part["unit"]) in units for recipe in recipes for part in recipe["ingredients"])


def test_homes_cost_what_homes_do() -> None:
    for record in made("listing", {"bedrooms": "integer", "sqft": "integer", "price": "float", "city": "string"}):
        assert 400 <= record["sqft"] <= 6000
        assert record["price"] >= 70_000
        assert record["price"] % 1000 == 0


def test_money_in_steps_of_a_cent_is_what_things_cost() -> None:
    schema = {
        "title": "Product",
        "type": "object",
        "properties": {"name": {"type": "string"}, "price": {"type": "number", "minimum": 0, "multipleOf": 0.01}},
        "required": ["name", "price"],
    }
    records = generate(schema=schema, count=300, seed=3)
    validator = jsonschema.Draft202012Validator(schema)
    assert all(validator.is_valid({"name": record["name"], "price": record["price"]}) for record in records)
    assert sum(str(record["price"]).endswith("9") or record["price"] % 1 == 0 for record in records) > 150


def test_a_loan_ends_when_its_months_are_over_and_an_address_is_one_place() -> None:
    loan = {"start_date": "date", "maturity_date": "date", "term_months": "integer", "principal": "float"}
    for record in made("loan", loan | {"outstanding_balance": "float"}):
        first, last = (date.fromisoformat(record[name]) for name in ("start_date", "maturity_date"))
        assert (last.year - first.year) * 12 + last.month - first.month == record["term_months"]
        assert 0 <= record["outstanding_balance"] <= record["principal"]
    table = load_places("en_US")
    assert table is not None
    known = {f"{city}, {region}" for city, region in zip(table.cities, table.regions, strict=True)}
    jobs = made("job_posting", {"title": "string", "location": "string"})
    assert all(record["location"] in known for record in jobs)


def test_a_discount_is_of_its_percentage() -> None:
    for record in made("order", {"subtotal": "float", "discount_percent": "float", "discount": "float"}):
        assert record["discount"] == pytest.approx(record["subtotal"] * record["discount_percent"] / 100, abs=0.0051)
