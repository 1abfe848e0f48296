"""Test data by call: what is the same, what differs, and what is said of a call that cannot be."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.testing import Record, RequestRefused, SharedTestData, TestData
from testdata_agent.testing.process_source import ProcessSource

EMPLOYEE = {
    "name": "employee",
    "fields": {"badge": {"type": "string", "unique": True, "format": "EMP-{random:6}"}, "method": {"type": "string"}},
}


def data(seed: int = 7, **more: object) -> TestData:
    return TestData(seed, ProcessSource(), **more)  # type: ignore[arg-type]


def test_a_record_is_what_generate_makes_of_the_seed() -> None:
    assert [data().one("cart")] == generate("cart", count=1, seed=7, envelope=False)


def test_the_same_calls_give_the_same_records() -> None:
    first, second = data(), data()

    assert [first.one("cart"), first.many("user", 2)] == [second.one("cart"), second.many("user", 2)]


def test_calls_go_on_where_the_last_one_of_the_entity_ended() -> None:
    given = data()
    carts = [given.one("cart"), *given.many("cart", 3), *given.stream("cart", 2)]
    given.one("user")

    assert [*carts, given.one("cart")] == generate("cart", count=7, seed=7, envelope=False)


def test_references_hold_between_the_calls_of_one_seed() -> None:
    given = data()
    users = {user["user_id"] for user in given.many("user", 1000)}

    assert {cart["customer_id"] for cart in given.many("cart", 20)} <= users


def test_forks_have_other_data_and_move_nobodys() -> None:
    alone, forked = data(), data()
    forked.fork("orders").many("cart", 5)

    assert forked.one("cart") == alone.one("cart")
    assert forked.fork("a").one("cart") == alone.fork("a").one("cart")
    assert len({str(each.one("cart")) for each in (data(), data().fork("a"), data().fork("b"))}) == 3


def test_shared_data_begins_anew_wherever_it_is_taken() -> None:
    shared = SharedTestData(data())

    assert shared.fork("users").many("user", 3) == shared.fork("users").many("user", 3)
    with pytest.raises(AttributeError, match=r"write \.fork\('a name of yours'\)\.one\("):
        shared.one("user")


def test_fields_are_set_by_keyword_in_pythons_values() -> None:
    class Tier(Enum):
        GOLD = "gold"

    cart = data().one("cart", currency="EUR", **{"items.length": 3}, created_at=dt.date(2025, 3, 4))
    user = data().one("user", loyalty_tier=Tier.GOLD)
    product = data().one("product", price=Decimal("19.90"))

    assert (cart["currency"], len(cart["items"]), cart["created_at"][:10]) == ("EUR", 3, "2025-03-04")
    assert user["loyalty_tier"] == "gold"
    assert product["price"] == 19.90


def test_a_range_is_a_text() -> None:
    assert all(50 <= cart["total"] <= 100 for cart in data().many("cart", 10, total="50-100"))


def test_a_field_whose_name_means_something_else_is_an_override() -> None:
    assert data().one("payment", overrides={"method": "paypal"})["method"] == "paypal"


def test_records_are_plain_but_for_what_scenarios_and_defects_say() -> None:
    late = {"name": "late", "count": 1, "overrides": {"status": "shipped"}}

    assert not {"_index", "_scenario"} & data().one("order").keys()
    assert [each["_scenario"] for each in data().many("order", 2, scenarios=[late])] == ["late", "default"]
    assert data().one("order", defects=["boundary"])["_defect"]["class"] == "boundary"
    assert "_index" in data().one("order", envelope=True)


def test_a_schema_is_plain_data_a_text_or_a_file_beside_the_test(tmp_path: Path) -> None:
    (tmp_path / "employee.json").write_text(json.dumps(EMPLOYEE))
    given = data(folders=(tmp_path / "nowhere", tmp_path))

    by_file = given.one(schema="employee.json")
    assert by_file == data().one(schema=EMPLOYEE) == data().one(schema=json.dumps(EMPLOYEE))
    assert given.one(schema=Path("employee.json"))["badge"] != by_file["badge"]


def test_a_file_beside_the_code_that_asks_is_found(tmp_path: Path) -> None:
    (tmp_path / "employee.json").write_text(json.dumps(EMPLOYEE))
    helper = tmp_path / "helper.py"
    helper.write_text("def employee(data):\n    return data.one(schema='employee.json')\n")
    names: dict[str, Callable[[TestData], Record]] = {}
    exec(compile(helper.read_text(), str(helper), "exec"), names)  # noqa: S102

    assert names["employee"](data()) == data().one(schema=EMPLOYEE)


def test_a_schema_that_is_not_there_is_named_with_the_places_looked_at(tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"there is no file .*/x\.json or .*/a/x\.json or .*/b/x\.json"):
        data(folders=(tmp_path / "a", tmp_path / "b")).one(schema="x.json")


def test_a_seed_or_row_of_the_calls_own_moves_no_other_call() -> None:
    given = data()

    assert (
        given.one("cart", seed=3) == given.one("cart", seed=3) == generate("cart", count=1, seed=3, envelope=False)[0]
    )
    assert given.one("cart", first_row=5) == generate("cart", count=6, seed=7, envelope=False)[5]
    assert given.one("cart") == data().one("cart")


def test_defaults_hold_unless_a_call_says_otherwise() -> None:
    given = data(defaults={"locale": "de_DE"})

    assert given.one("user")["addresses"][0]["country"] == "DE"
    assert given.one("user", locale="en_US")["addresses"][0]["country"] == "US"


def test_every_fault_of_a_call_is_named_at_once() -> None:
    with pytest.raises(RequestRefused) as refused:
        data().many("cart", 5, totl=3, currency="XXXX", context="for parents", method="rag")

    assert {fault.field for fault in refused.value.faults} == {
        "context",
        "method",
        "overrides[totl]",
        "overrides[currency]",
    }
    assert "takes a server: name one with --testdata-server" in str(refused.value)


def test_what_the_engine_makes_anyway_may_be_said() -> None:
    assert data().one("cart", method="traditional") == data().one("cart")


@pytest.mark.parametrize(
    "wrong",
    [
        {"scenarios": [5]},
        {"constraints": {"total": 5}},
        {"schema": {1, 2}},
        {"overrides": 5, "total": 1},
        {"as_of": "x"},
    ],
)
def test_what_is_no_argument_at_all_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(RequestRefused):
        data().one("cart", **wrong)


@pytest.mark.parametrize("count", ["3", None, 0, -1])
def test_a_count_that_is_none_is_refused_and_told(count: object) -> None:
    given = data()

    with pytest.raises(RequestRefused, match="count"):
        given.many("cart", count)  # type: ignore[arg-type]
    assert given.journal.lines()[0].startswith("testdata.many('cart'")
    assert given.one("cart") == data().one("cart")


def test_a_stream_makes_records_as_they_are_taken_and_is_admitted_at_once() -> None:
    stream = data().stream("user", 1_000_000)

    assert next(stream) == data().one("user")
    with pytest.raises(RequestRefused):
        data().stream("crat", 5)


def test_a_report_tells_the_last_calls_and_shortens_what_is_long() -> None:
    given = data()
    for _ in range(30):
        given.one("cart")
    given.fork("b").many("user", 2, **{"addresses.length": 1}, overrides={"first_name": "x" * 20})
    lines = given.journal.lines()

    assert lines[0] == "(6 calls before)"
    assert lines[-1].startswith("testdata.fork('b').many('user', 2, **{'addresses.length': 1}, overrides={")
    assert lines[-1].endswith("# rows 0 to 1")
    assert max(map(len, lines)) < 200
