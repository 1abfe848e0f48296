import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from testdata_agent.engine.catalog.articles import load_articles
from testdata_agent.engine.request import FieldConstraint, GenerationRequest, Scenario, SchemaSource
from testdata_agent.engine.synthesis.slugs import slug
from testdata_agent.engine.variation.exemplars import Exemplar
from testdata_agent.engine.variation.patterns import Variation, Varied
from tests.unit.engine.making import GENERATOR, made

ENTITIES = ["cart", "order", "payment", "product", "review", "user"]


def stored(entity: str, *locked: str, count: int = 10, **request: Any) -> list[Exemplar]:
    """Records such as somebody may have stored."""
    records = made(entity, count, seed=99, envelope=False, **request)
    return [Exemplar(number, plain(record), locked) for number, record in enumerate(records)]


def plain(record: Any) -> Any:
    return json.loads(json.dumps(record, default=float))


def varied(exemplars: list[Exemplar], entity: str, count: int = 100, **request: Any) -> tuple[Variation, Varied]:
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=count, **{"seed": 7, **request}))
    variation = Variation(run, exemplars)
    return variation, variation.rows(0, count)


def records_of(found: Varied) -> list[dict[str, Any]]:
    return [json.loads(found.rows[at], parse_float=Decimal) for at in sorted(found.rows)]


def bare(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not name.startswith("_")}


@pytest.mark.parametrize("entity", ENTITIES)
def test_rows_are_whole_valid_and_no_copies(entity: str) -> None:
    exemplars = stored(entity)
    _, found = varied(exemplars, entity, 300)
    records = records_of(found)
    assert [record["_index"] for record in records] == list(range(300))
    run = GENERATOR.prepare_now(GenerationRequest(entity=entity, count=300, seed=7))
    report = run.score([found.rows[at] for at in range(300)])
    assert not [fault for fault in report.faults if fault.check not in {"categories", "sentiment"}]
    assert (found.passed, found.applied) == (report.passed, report.applied)
    originals = [exemplar.record for exemplar in exemplars]
    assert not [record for record in records if plain(bare(record)) in originals]


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_row_is_a_function_of_seed_number_and_exemplars(entity: str) -> None:
    exemplars = stored(entity)
    variation, whole = varied(exemplars, entity, 60)
    parts = Varied()
    for start, stop in ((0, 1), (1, 20), (20, 57), (57, 60)):
        parts.rows |= variation.rows(start, stop).rows
    assert parts.rows == whole.rows
    _, later = varied(exemplars, entity, 20, first_row=40)
    assert [bare(record) for record in records_of(later)] == [bare(record) for record in records_of(whole)[40:]]
    assert varied(exemplars, entity, 60, seed=8)[1].rows != whole.rows


def test_the_exemplars_are_used_alike() -> None:
    _, found = varied(stored("cart"), "cart", 100)
    assert set(found.used.values()) == {10}


def test_ids_and_times_are_the_engines_and_never_a_stored_one() -> None:
    exemplars = stored("order")
    _, found = varied(exemplars, "order")
    records = records_of(found)
    for name in ("order_id", "customer_id", "created_at"):
        known = {exemplar.record[name] for exemplar in exemplars}
        assert not known & {record[name] for record in records}
    assert len({record["order_id"] for record in records}) == 100


def test_what_belongs_together_moves_together() -> None:
    exemplars = stored("cart", count=40)
    stock = load_articles()
    known = {(item["sku"], item["name"], item["category"]) for each in exemplars for item in each.record["items"]}
    known |= set(zip(stock.skus, stock.names, stock.categories, strict=True))
    _, found = varied(exemplars, "cart")
    items = [item for record in records_of(found) for item in record["items"]]
    assert {(item["sku"], item["name"], item["category"]) for item in items} <= known
    assert len({(item["sku"], item["price"]) for item in items}) == len({item["sku"] for item in items})


def test_items_are_lent_among_those_of_a_kind() -> None:
    record = stored("cart")[0].record
    item = {**record["items"][0], "category": "What no shop has"}
    carts = [{**record, "items": [{**item, "name": f"Thing {each}", "sku": str(each)}]} for each in "abc"]
    _, found = varied([Exemplar(number, cart) for number, cart in enumerate(carts)], "cart", 3)
    _, many = varied([Exemplar(number, cart) for number, cart in enumerate(carts)], "cart", 60)
    owner = {int(key): records_of(many)[key]["items"][0]["name"] for key in range(60)}
    assert len(found.rows) == 3
    assert set(owner.values()) == {"Thing a", "Thing b", "Thing c"}


def test_numbers_move_a_little_and_prices_keep_their_endings() -> None:
    exemplars = stored("product")
    before = {exemplar.record["name"]: Decimal(str(exemplar.record["price"])) for exemplar in exemplars}
    moved = 0
    _, found = varied([replace(each, locked_paths=("name",)) for each in exemplars], "product")
    for record in records_of(found):
        price, was = record["price"], before[record["name"]]
        assert abs(price - was) <= was / 8 + 1
        moved += price != was
        if was >= 5:
            assert price % 1 == was % 1
    assert moved > 50


@pytest.mark.parametrize(
    ("locked", "kept"),
    [
        (("items.quantity",), lambda record: [item["quantity"] for item in record["items"]]),
        (("items[].quantity",), lambda record: [item["quantity"] for item in record["items"]]),
        (("/items/0/quantity",), lambda record: [item["quantity"] for item in record["items"]]),
        (("items.length",), lambda record: len(record["items"])),
        (("items",), lambda record: record["items"]),
        (("total",), lambda record: [record["total"], record["tax"], record["subtotal"]]),
        (("total = subtotal + tax",), lambda record: [record["total"], record["tax"], record["subtotal"]]),
    ],
)
def test_locked_paths_are_kept_in_every_row(locked: tuple[str, ...], kept: Any) -> None:
    exemplars = stored("cart", *locked)
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=10, seed=7))
    for exemplar in exemplars:
        found = Variation(run, [exemplar]).rows(0, 10)
        assert len(found.rows) == 10
        assert all(kept(plain(record)) == kept(exemplar.record) for record in records_of(found))


def test_a_locked_length_leaves_the_items_free() -> None:
    exemplars = stored("cart", "items.length")
    _, found = varied(exemplars, "cart", 40)
    sizes = {each.key: len(each.record["items"]) for each in exemplars}
    assert sum(sizes.values()) * 4 == sum(len(record["items"]) for record in records_of(found))
    prices = {item["price"] for each in exemplars for item in each.record["items"]}
    assert {float(item["price"]) for record in records_of(found) for item in record["items"]} - prices


def captured_late(record: dict[str, Any], days: int = 40) -> dict[str, Any]:
    at = datetime.fromisoformat(record["authorized_at"]) + timedelta(days=days)
    return {**record, "status": "captured", "captured_at": at.isoformat().replace("+00:00", "Z")}


@pytest.mark.parametrize("request_", [{}, {"overrides": {"created_at": "2025-03-01..2025-03-31"}}])
def test_distances_between_locked_times_stay_and_the_times_are_new(request_: dict[str, Any]) -> None:
    source = stored("payment", "authorized_at", "captured_at", overrides={"status": "captured"})
    exemplars = [Exemplar(each.key, captured_late(dict(each.record)), each.locked_paths) for each in source]
    _, found = varied(exemplars, "payment", **request_)
    records = records_of(found)
    assert len(records) == 100
    moments = [
        [datetime.fromisoformat(record[name]) for name in ("authorized_at", "captured_at")] for record in records
    ]
    assert {later - first for first, later in moments} == {timedelta(days=40)}
    assert not {each.record["captured_at"] for each in exemplars} & {record["captured_at"] for record in records}
    assert all(later <= datetime.fromisoformat("2026-01-01T00:00:00Z") for _, later in moments)


def test_a_single_locked_time_is_kept_to_the_second_and_so_is_a_leap_day() -> None:
    times = {"created_at": "2024-02-29T23:59:58Z", "updated_at": "2024-02-29T23:59:59Z"}
    cart = {**stored("cart")[0].record, **times}
    for locked in (("updated_at",), ("created_at", "updated_at")):
        _, found = varied([Exemplar("leap", cart, locked)], "cart", 10)
        assert {record["updated_at"] for record in records_of(found)} == {times["updated_at"]}


def test_the_wishes_of_the_request_hold() -> None:
    exemplars = stored("cart", count=40)
    _, found = varied(exemplars, "cart", overrides={"total": "20-50"})
    assert all(20 <= record["total"] <= 50 for record in records_of(found))
    _, found = varied(exemplars, "cart", overrides={"items.length": "2"})
    assert {len(record["items"]) for record in records_of(found)} == {2}
    longer = [exemplar for exemplar in exemplars if len(exemplar.record["items"]) >= 2]
    assert len(found.used) == len(longer)
    _, found = varied(stored("product"), "product", constraints={"price": FieldConstraint(min=500)})
    assert all(record["price"] >= 500 for record in records_of(found))
    _, found = varied(stored("product"), "product", overrides={"stock_quantity": "0"})
    assert len(found.rows) == 100
    assert not found.rejected
    scenarios = (Scenario(name="back", count=30, overrides={"status": "refunded"}),)
    _, found = varied(stored("order"), "order", scenarios=scenarios)
    records = records_of(found)
    assert [record["_scenario"] for record in records] == ["back"] * 30 + ["default"] * 70
    assert all(record["status"] == "refunded" for record in records[:30])


def test_exemplars_that_cannot_meet_the_request_are_passed_over_with_the_reason() -> None:
    statuses = {exemplar.record["status"] for exemplar in stored("order")}
    variation, found = varied(stored("order", "status"), "order", overrides={"status": "pending"})
    assert "pending" not in statuses
    assert (variation.usable(), variation.passed_over(), found.rows) == (0, {"request_differs": 10}, {})
    assert varied(stored("order", "no.such"), "order")[0].passed_over() == {"locks_no_field": 10}
    wrong = Exemplar("wrong", {**stored("order")[0].record, "status": "teleported"}, ("status",))
    assert varied([wrong], "order")[0].passed_over() == {"locks_unfit_value": 1}


def test_a_bound_that_only_other_locked_values_could_meet_takes_another_exemplar() -> None:
    exemplars = stored("cart", "items.price", "items.quantity", count=40)
    fitting = [each for each in exemplars if 20 <= each.record["total"] <= 50]
    assert fitting
    _, found = varied(exemplars, "cart", 20, overrides={"total": "20-50"})
    assert set(found.used) <= {each.key for each in exemplars}
    for record in records_of(found):
        assert 20 <= record["total"] <= 50
        priced = [(float(item["price"]), item["quantity"]) for item in record["items"]]
        assert priced in [[(i["price"], i["quantity"]) for i in each.record["items"]] for each in fitting]


def test_a_locked_name_has_its_own_address_and_a_locked_state_its_own_city() -> None:
    exemplars = stored("user", "first_name", "last_name", "addresses.state")
    _, found = varied(exemplars, "user")
    records = records_of(found)
    assert len({record["email"] for record in records}) == len(records) == 100
    assert not {record["email"] for record in records} & {each.record["email"] for each in exemplars}
    names = {each.record["first_name"]: each.record for each in exemplars}
    for record in records:
        original = names[record["first_name"]]
        assert record["last_name"] == original["last_name"]
        assert [a["zip"] for a in record["addresses"]] == [a["zip"] for a in original["addresses"]]


@pytest.mark.parametrize(
    ("locked", "value", "other"), [("last_name", "Null", "first_name"), ("first_name", "Zoé", "last_name")]
)
def test_of_a_person_whose_one_name_is_locked_the_other_varies_and_the_address_holds_both(
    locked: str, value: str, other: str
) -> None:
    record = {**stored("user")[0].record, locked: value, "email": "somebody@example.com"}
    _, found = varied([Exemplar("named", record, (locked,))], "user")
    records = records_of(found)
    assert {each[locked] for each in records} == {value}
    assert len({each[other] for each in records}) > 50
    assert len({each["email"] for each in records}) == 100
    for each in records:
        local = each["email"].partition("@")[0]
        assert local.rstrip("0123456789") == f"{slug(each['first_name'], 'en_US')}.{slug(each['last_name'], 'en_US')}"


def test_a_locked_address_is_kept_but_for_the_number_that_tells_the_rows_apart() -> None:
    long = "a" * 60 + ".bcd"
    record = {**stored("user")[0].record, "first_name": "Dora", "last_name": "Aaa"}
    for address in ("dora.sy+shop@example.com", f"{long}@example.com"):
        _, found = varied([Exemplar(address, {**record, "email": address}, ("email",))], "user")
        emails = [each["email"] for each in records_of(found)]
        assert len(set(emails)) == 100
        assert all(len(email.partition("@")[0]) <= 64 for email in emails)
        begun = address.partition("@")[0][:60]
        assert all(email.startswith(begun) for email in emails)


def test_money_is_exchanged_unless_it_is_locked() -> None:
    _, yen = varied(stored("product"), "product", locale="ja_JP")
    assert min(record["price"] for record in records_of(yen)) > 300
    locked = stored("product", "price")
    locked = [Exemplar(f"whole {each.key}", {**each.record, "price": 1200}, ("price",)) for each in locked]
    _, kept = varied(locked, "product", locale="ja_JP")
    assert {record["price"] for record in records_of(kept)} == {1200}
    halves = [Exemplar(f"half {each.key}", {**each.record, "price": 12.5}, ("price",)) for each in locked]
    variation, none = varied(halves, "product", locale="ja_JP")
    assert (none.rows, variation.passed_over()) == ({}, {"locks_unfit_value": 10})


def test_sums_that_no_rule_names_are_kept() -> None:
    schema = {
        "fields": {
            "net": {"type": "float"},
            "vat": {"type": "float"},
            "gross": {"type": "float"},
            "weight": {"type": "float"},
        }
    }
    source = SchemaSource(kind="custom_schema", text=json.dumps(schema))
    exemplars = [Exemplar(1, {"net": 100.0, "vat": 19.0, "gross": 119.0, "weight": 55.5})]
    _, found = varied(exemplars, "", schema_source=source)
    records = records_of(found)
    assert all(record["gross"] == record["net"] + record["vat"] for record in records)
    assert len({record["weight"] for record in records}) > 50


def test_where_nothing_can_differ_there_is_no_row() -> None:
    source = SchemaSource(kind="custom_schema", text='{"fields": {"size": {"type": "enum", "values": ["S", "M"]}}}')
    variation, found = varied([Exemplar(1, {"size": "S"}, ("size",))], "", 3, schema_source=source)
    assert variation.usable() == 1
    assert not found.rows
    assert set(found.rejected) == {"copy"}


def test_records_of_an_older_schema_are_filled_up() -> None:
    exemplars = [Exemplar(1, {"items": [{"name": "Cot", "quantity": 1, "price": 99.5, "category": "Nursery"}], "x": 1})]
    _, found = varied(exemplars, "cart", 10)
    assert {record["items"][0]["name"] for record in records_of(found)} == {"Cot"}
    assert all(record["cart_id"] and record["items"][0]["sku"] for record in records_of(found))


def test_at_least_one_exemplar_is_needed() -> None:
    run = GENERATOR.prepare_now(GenerationRequest(entity="cart", count=1, seed=7))
    with pytest.raises(ValueError, match="at least one exemplar"):
        Variation(run, [])
    with pytest.raises(IndexError):
        Variation(run, stored("cart")).rows(0, 2)
