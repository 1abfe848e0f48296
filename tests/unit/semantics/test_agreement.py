"""What stands beside each other in schemas without hints agrees."""

import json
from datetime import date
from typing import Any

import pytest

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
