"""Schemas of many trades with nothing but names and types: what stands beside each other agrees."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.request import GenerationRequest, SchemaSource
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator

SCHEMAS = sorted((Path(__file__).parents[2] / "fixtures" / "schemas" / "house").glob("*.json"))
GENERATOR = Generator()
COUNT = 200
Record = dict[str, Any]


def run_of(name: str, seed: int = 11) -> Run:
    text = next(path for path in SCHEMAS if path.stem == name).read_text(encoding="utf-8")
    source = SchemaSource(kind="inline_schema", text=text)
    return GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=COUNT, seed=seed, envelope=False))


@cache
def rows(name: str) -> tuple[str, ...]:
    return tuple(run_of(name).rows(0, COUNT))


def days(start: str, end: str) -> int:
    return (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days


def in_name(name: str, address: str) -> bool:
    return "".join(filter(str.isalpha, name.split(maxsplit=1)[0].lower())) in address


@pytest.mark.parametrize("name", [path.stem for path in SCHEMAS])
def test_records_score_full_marks_and_come_again(name: str) -> None:
    report = run_of(name).score(list(rows(name)))
    assert report.passed == report.applied > 0, report.faults[:3]
    assert tuple(run_of(name).rows(0, COUNT)) == rows(name)
    assert tuple(run_of(name, seed=12).rows(0, COUNT)) != rows(name)


AGREEMENTS: list[tuple[str, str, Callable[[Record], bool]]] = [
    ("bank_account", "numbers have their form", lambda r: r["iban"][:2].isalpha() and len(r["bic"]) in {8, 11}),
    ("course_enrollment", "mail is the student's", lambda r: in_name(r["student_name"], r["student_email"])),
    (
        "course_enrollment",
        "a course takes weeks, and is over once it is completed",
        lambda r: (
            (r["completed_on"] is not None) == (r["status"] == "completed")
            and (r["completed_on"] is None or 21 <= days(r["enrolled_on"], r["completed_on"]) <= 200)
        ),
    ),
    ("event", "it ends after it began", lambda r: r["start_time"] < r["end_time"]),
    (
        "flight_booking",
        "booked before it flies, and the price is the sum",
        lambda r: (
            r["booked_at"] <= r["departure_time"] < r["arrival_time"]
            and round(r["fare"] + r["taxes"], 2) == r["total_price"]
            and r["origin"] != r["destination"]
        ),
    ),
    (
        "github_issue",
        "closed issues alone were closed",
        lambda r: (
            (r["closed_at"] is not None) == (r["state"] == "closed")
            and (r["closed_at"] is None or r["created_at"] <= r["closed_at"])
        ),
    ),
    ("hotel", "mail is the house's, not a person's", lambda r: "." not in r["email"].partition("@")[0]),
    (
        "insurance_claim",
        "happened, filed, settled; not more than was claimed",
        lambda r: (
            r["incident_date"] <= r["filed_date"]
            and (r["settled_date"] is None or r["filed_date"] <= r["settled_date"])
            and r["approved_amount"] <= r["claim_amount"]
        ),
    ),
    (
        "invoice",
        "due after it was written, and the sum is right",
        lambda r: (
            r["invoice_date"] <= r["due_date"]
            and abs(r["subtotal"] + r["tax_amount"] - r["discount"] - r["total"]) < 0.001
            and all(abs(i["quantity"] * i["unit_price"] - i["line_total"]) < 0.001 for i in r["line_items"])
        ),
    ),
    ("iot_device", "seen after it was installed", lambda r: r["installed_at"] <= r["last_seen"]),
    (
        "job_posting",
        "a range of pay in whole thousands; few are looked for",
        lambda r: (
            r["salary_min"] <= r["salary_max"]
            and r["salary_min"] % 1000 == r["salary_max"] % 1000 == 0
            and 1 <= r["openings"] <= 10
            and r["posted_date"] <= r["application_deadline"]
        ),
    ),
    ("movie", "points of ten", lambda r: 1 <= r["imdb_score"] <= 10 and 60 <= r["runtime"] <= 240),
    (
        "patient",
        "age, mail, pressure, weight and height agree",
        lambda r: (
            0 <= r["age"] <= 120
            and in_name(r["first_name"], r["email"])
            and r["diastolic"] < r["systolic"]
            and abs(r["weight_kg"] / (r["height_cm"] / 100) ** 2 - r["bmi"]) < 0.11
            and 15 < r["bmi"] < 46
            and r["admitted_at"] <= r["discharged_at"]
        ),
    ),
    (
        "product_inventory",
        "counted in units of goods, and cheaper to buy",
        lambda r: r["unit"] not in {"°C", "hPa", "%"} and r["cost_price"] < r["unit_price"],
    ),
    ("real_estate_listing", "homes cost whole thousands", lambda r: r["price"] >= 50_000 and r["price"] % 1000 == 0),
    (
        "shipment",
        "delivered after it was sent, once it is delivered",
        lambda r: (
            (r["delivered_at"] is not None) == (r["status"] == "delivered")
            and (r["delivered_at"] is None or r["shipped_at"] <= r["delivered_at"])
        ),
    ),
    (
        "song",
        "minutes long, of the year of its day",
        lambda r: (
            60_000 <= r["duration_ms"] <= 600_000
            and str(r["release_year"]) == r["release_date"][:4]
            and r["isrc"].startswith("ZZ")
            and len(r["isrc"]) == 12
        ),
    ),
    (
        "support_ticket",
        "resolved tickets alone were resolved",
        lambda r: (
            (r["resolved_at"] is not None) == (r["status"] in {"resolved", "closed"})
            and r["created_at"] <= r["first_response_at"]
        ),
    ),
    ("trade", "bought or sold", lambda r: r["side"] in {"buy", "sell"}),
    ("web_user", "mail is the user's", lambda r: in_name(r["full_name"], r["email"])),
]


@pytest.mark.parametrize(("name", "words", "agrees"), AGREEMENTS, ids=[f"{a[0]}: {a[1]}" for a in AGREEMENTS])
def test_neighbours_agree(name: str, words: str, agrees: Callable[[Record], bool]) -> None:
    wrong = [record for record in map(json.loads, rows(name)) if not agrees(record)]
    assert not wrong, f"{words}: {len(wrong)} of {COUNT}, such as {wrong[0]}"


def test_a_time_that_must_be_there_is_there_whatever_the_status() -> None:
    fields = {"state": "string", "created_at": "datetime", "closed_at": "datetime"}
    source = SchemaSource(kind="inline_schema", text=json.dumps({"name": "issue", "fields": fields}))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=50, seed=1, envelope=False))
    assert all(record["closed_at"] for record in run.records(0, 50))


def test_a_time_that_may_be_absent_is_absent_until_the_status_says_it_came() -> None:
    fields = {
        "status": {"type": "enum", "values": ["Open", "Closed"]},
        "closed_at": {"type": "date", "required": False},
    }
    source = SchemaSource(kind="inline_schema", text=json.dumps({"name": "case", "fields": fields}))
    run = GENERATOR.prepare_now(GenerationRequest(schema_source=source, count=50, seed=1, envelope=False))
    records = run.records(0, 50)
    assert {("closed_at" in record) == (record["status"] == "Closed") for record in records} == {True}


@pytest.mark.parametrize(
    "form", ['{"fields": {"a": "integer"}}', '{"type": "object", "properties": {"a": {"type": "integer"}}}']
)
def test_a_text_may_begin_with_a_byte_order_mark(form: str) -> None:
    marked = "\ufeff" + form
    assert generate(schema=marked, count=3, seed=7) == generate(schema=form, count=3, seed=7)
