"""Schemas of forty domains that say nothing but names and types: what stands in one record agrees."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from testdata_agent import generate
from testdata_agent.engine.catalog.linetables import line_table
from testdata_agent.engine.request import SchemaSource
from testdata_agent.engine.schema.source import given_schema
from testdata_agent.engine.semantics.understanding import understood

FILE = Path(__file__).parents[2] / "fixtures" / "domains.yaml"
DOMAINS: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
JSON_TYPES = {
    "s": {"type": "string"},
    "i": {"type": "integer"},
    "n": {"type": "number"},
    "b": {"type": "boolean"},
    "d": {"type": "string", "format": "date"},
    "t": {"type": "string", "format": "date-time"},
}
HOUSE_TYPES = {"s": "string", "i": "integer", "n": "float", "b": "boolean", "d": "date", "t": "datetime"}
Record = dict[str, Any]


def json_schema(shape: Any) -> dict[str, Any]:
    """The shape in JSON Schema, everything required."""
    if isinstance(shape, str):
        return JSON_TYPES[shape]
    if isinstance(shape, list):
        return {"type": "array", "items": json_schema(shape[0])}
    return {
        "type": "object",
        "properties": {name: json_schema(inner) for name, inner in shape.items()},
        "required": list(shape),
    }


def house(shape: Any) -> Any:
    """The shape in the house form."""
    if isinstance(shape, str):
        return {"type": HOUSE_TYPES[shape]}
    if isinstance(shape, list):
        return {"type": "array", "item_schema": house(shape[0])}
    return {"type": "object", "fields": {name: house(inner) for name, inner in shape.items()}}


def forms(domain: str) -> Iterator[dict[str, Any]]:
    """The domain in both dialects, and once more without any name."""
    shape = DOMAINS[domain]
    yield {"name": domain.replace(" ", "_"), "fields": house(shape)["fields"]}
    yield {"title": domain, **json_schema(shape)}
    yield json_schema(shape)


def cents(value: Any) -> Decimal:
    """A number rounded to cents, halves away from zero."""
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def lasts(record: Record, start: str, end: str, **unit: int) -> bool:
    """Whether so much time lies between two points."""
    spent = datetime.fromisoformat(record[end]) - datetime.fromisoformat(record[start])
    return spent == timedelta(**unit)


def rows(table: str, *parts: str) -> set[tuple[str, ...]]:
    """What belongs together in a table."""
    columns = line_table(table).columns
    return set(zip(*(columns[part] for part in parts), strict=True))


TESTS = rows("labtests", "name", "code", "unit", "range")
CROPS = rows("crops", "crop", "variety")
WORKS = rows("artworks", "kind", "medium", "period")
EVENTS = rows("smarthome", "event", "state", "room")
CLAIMS = rows("claims", "type", "description")

AGREEMENTS: list[tuple[str, Callable[[Record], bool]]] = [
    ("clinic visit", lambda r: r["admitted_at"] <= r["discharged_at"] and 35 < r["vitals"]["temperature"] < 41),
    ("lab result", lambda r: (r["test_name"], r["loinc_code"], r["unit"], r["reference_range"]) in TESTS),
    ("lab result", lambda r: r["collected_at"] <= r["resulted_at"]),
    ("call detail record", lambda r: lasts(r, "start_time", "end_time", seconds=r["duration_seconds"])),
    ("call detail record", lambda r: r["caller_number"].startswith("+1-") and r["cost"] < 10),
    (
        "energy meter",
        lambda r: (
            cents(r["consumption_kwh"]) == cents(r["current_reading"]) - cents(r["previous_reading"])
            and r["period_start"] < r["period_end"]
        ),
    ),
    ("logistics waypoint", lambda r: r["arrived_at"] <= r["departed_at"] and r["city"] in r["facility"]),
    (
        "airline booking",
        lambda r: (
            r["passenger_count"] == len(r["passengers"])
            and r["booked_at"] < r["departure_time"] < r["arrival_time"]
            and r["origin"] != r["destination"]
            and len(r["origin"]) == len(r["destination"]) == 3
            and cents(r["total_fare"]) == cents(r["base_fare"]) + cents(r["taxes"])
        ),
    ),
    (
        "hotel folio",
        lambda r: (
            cents(r["subtotal"]) == sum((cents(c["amount"]) for c in r["charges"]), Decimal(0))
            and r["email"].startswith(r["guest_name"].split()[0].lower()[:3])
        ),
    ),
    (
        "restaurant order",
        lambda r: (
            cents(r["subtotal"])
            == sum((cents(i["quantity"] * Decimal(str(i["price"]))) for i in r["items"]), Decimal(0))
            and all(4 <= item["price"] <= 48 for item in r["items"])
            and cents(r["total"]) == sum(map(cents, (r["subtotal"], r["tax"], r["tip"])))
        ),
    ),
    (
        "insurance claim",
        lambda r: (
            r["incident_date"] <= r["reported_date"]
            and (r["claim_type"], r["description"]) in CLAIMS
            and cents(r["approved_amount"]) == cents(r["claim_amount"]) - cents(r["deductible"]) >= 0
        ),
    ),
    (
        "payroll slip",
        lambda r: (
            cents(r["net_pay"])
            == cents(r["gross_pay"]) - sum(map(cents, (r["income_tax"], r["social_security"], r["pension"])))
            and r["pay_period_start"] < r["pay_period_end"] <= r["pay_date"]
        ),
    ),
    ("leave request", lambda r: r["requested_at"][:10] <= r["start_date"] <= r["end_date"]),
    ("opportunity", lambda r: 0 <= r["probability"] <= 100 and r["amount"] >= 1000),
    (
        "campaign metrics",
        lambda r: (
            r["conversions"] <= r["clicks"] <= r["impressions"]
            and cents(r["ctr"]) == cents(Decimal(r["clicks"] * 100) / r["impressions"])
        ),
    ),
    (
        "social post",
        lambda r: (
            r["comment_count"] == len(r["comments"])
            and all(comment["created_at"] >= r["posted_at"] for comment in r["comments"])
        ),
    ),
    (
        "quiz attempt",
        lambda r: (
            lasts(r, "started_at", "completed_at", minutes=r["duration_minutes"])
            and r["correct_answers"] <= r["total_questions"]
            and r["score"] <= r["max_score"]
        ),
    ),
    ("bank statement line", lambda r: r["booking_date"] <= r["value_date"] and r["counterparty"] in r["description"]),
    (
        "court case",
        lambda r: r["title"] == f"{r['plaintiff']} v. {r['defendant']}" and r["filed_date"] < r["next_hearing"],
    ),
    (
        "property tax",
        lambda r: r["assessed_value"] == r["land_value"] + r["improvement_value"] and 2019 <= r["tax_year"] <= 2026,
    ),
    ("harvest", lambda r: (r["crop"], r["variety"]) in CROPS and r["planting_date"] < r["harvest_date"]),
    ("museum object", lambda r: (r["object_type"], r["medium"], r["period"]) in WORKS),
    ("sports match", lambda r: r["home_team"] != r["away_team"] and 0 <= r["home_score"] <= 9),
    ("smart home event", lambda r: (r["event_type"], r["state"], r["room"]) in EVENTS),
    (
        "ride",
        lambda r: (
            r["requested_at"] <= r["pickup_time"]
            and lasts(r, "pickup_time", "dropoff_time", minutes=r["duration_minutes"])
            and r["tip"] <= r["base_fare"] * r["surge_multiplier"]
        ),
    ),
    ("bike share", lambda r: lasts(r, "started_at", "ended_at", minutes=r["duration_minutes"])),
    ("parking session", lambda r: lasts(r, "entry_time", "exit_time", minutes=r["duration_minutes"])),
    ("library loan", lambda r: r["loan_date"] < r["due_date"] and r["loan_date"] < r["returned_on"]),
    (
        "warehouse pick",
        lambda r: (
            r["started_at"] <= r["completed_at"]
            and r["status"] == "completed"
            and all(item["picked_quantity"] <= item["quantity"] for item in r["items"])
        ),
    ),
    (
        "purchase order",
        lambda r: (
            cents(r["total"]) == sum(map(cents, (r["subtotal"], r["vat"], r["shipping"])))
            and r["supplier"]["email"].partition("@")[2] == r["supplier"]["website"].removeprefix("https://www.")
        ),
    ),
    ("return", lambda r: r["requested_at"] <= r["received_at"] and r["status"] in {"received", "refunded"}),
    ("gift card", lambda r: 0 <= r["balance"] <= r["initial_amount"]),
    ("loyalty ledger", lambda r: r["balance_after"] >= r["points"]),
    (
        "subscription invoice",
        lambda r: cents(r["subtotal"]) == cents(r["seats"] * Decimal(str(r["unit_price"]))) and r["unit_price"] < 500,
    ),
    ("audit event", lambda r: (r["action"], r["resource_type"]) in rows("audits", "action", "target")),
    ("feature flag", lambda r: (r["key"], r["name"]) in rows("flags", "key", "name")),
    (
        "ci build",
        lambda r: (
            lasts(r, "started_at", "finished_at", seconds=r["duration_seconds"])
            and r["tests_failed"] <= r["tests_total"]
        ),
    ),
]


@pytest.mark.parametrize(("domain", "agrees"), AGREEMENTS, ids=[domain for domain, _ in AGREEMENTS])
def test_records_of_a_domain_agree(domain: str, agrees: Callable[[Record], bool]) -> None:
    for schema in forms(domain):
        wrong = [record for record in generate(schema=schema, count=60, seed=8) if not agrees(record)]
        assert not wrong, wrong[0]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_field_of_a_domain_has_a_meaning(domain: str) -> None:
    for schema in forms(domain):
        text = orjson.dumps(schema).decode()
        taken = understood(given_schema(SchemaSource(kind="custom_schema", text=text), "")).taken
        assert not [path for path, found in taken.items() if found.meaning is None]
