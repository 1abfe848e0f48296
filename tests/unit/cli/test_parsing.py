"""The command line's notations are read, and every fault in them is named at once."""

import pytest

from testdata_agent.cli import parsing
from testdata_agent.engine.request import FieldConstraint, Scenario


def test_a_constraint_names_a_path_and_its_limits() -> None:
    assert parsing.constraints(["items.price=min:5,max:20.5"]) == (
        {"items.price": FieldConstraint(min=5.0, max=20.5)},
        [],
    )


def test_two_constraints_on_one_path_are_taken_together() -> None:
    found, faults = parsing.constraints(["name=min_length:2", "name=max_length:9,format:email"])

    assert found == {"name": FieldConstraint(min_length=2, max_length=9, format="email")}
    assert faults == []


def test_a_regex_keeps_its_commas_and_colons() -> None:
    found, _ = parsing.constraints(["code=min_length:3,regex:[a-z]{2,5}:[0-9]"])

    assert found["code"] == FieldConstraint(min_length=3, regex="[a-z]{2,5}:[0-9]")


def test_the_values_of_an_enum_stand_between_bars() -> None:
    found, _ = parsing.constraints(["status=enum:paid|sent, later"])

    assert found["status"].enum_values == ("paid", "sent")


def test_every_fault_of_every_constraint_is_named_with_what_would_be_right() -> None:
    _, faults = parsing.constraints(["price", "price=min:low,max_length:2.5", "price=least:3", "price=min"])

    assert len(faults) == 5
    assert "items.price=min:5,max:20" in faults[0]
    assert "min takes a number, not 'low'" in faults[1]
    assert "max_length takes a number, not '2.5'" in faults[2]
    assert "known: min, max, enum, regex" in faults[3]
    assert "write min:VALUE" in faults[4]


def test_a_scenario_has_a_name_a_count_and_overrides_whose_values_may_hold_commas() -> None:
    found, faults = parsing.scenarios(["gift:20", 'big:5:total=50-90,items.length=3,address={"a": 1, "b": 2}'])

    assert faults == []
    assert found == (
        Scenario(name="gift", count=20),
        Scenario(name="big", count=5, overrides={"total": "50-90", "items.length": "3", "address": '{"a": 1, "b": 2}'}),
    )


@pytest.mark.parametrize("text", ["gift", "gift:", "gift:many", ":3", "gift:3:total", "a:" + "9" * 5_000])
def test_a_scenario_that_cannot_be_read_is_named(text: str) -> None:
    _, faults = parsing.scenarios([text])

    assert len(faults) == 1
    assert faults[0].startswith("--scenario")


def test_a_negative_count_is_left_to_the_engine_which_refuses_it_with_the_rest() -> None:
    assert parsing.scenarios(["gift:-1"]) == ((Scenario(name="gift", count=-1),), [])


def test_the_later_of_two_overrides_holds() -> None:
    assert parsing.overrides(["total=1", "total=2=3"]) == ({"total": "2=3"}, [])


def test_an_override_may_be_empty_but_not_nameless() -> None:
    assert parsing.overrides(["note="]) == ({"note": ""}, [])
    assert parsing.overrides(["=1"])[1] == ["--set '=1': write field=value, such as currency=EUR or total=20-50"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("2026-01-01T00:00:00Z", 1767225600),
        ("2026-01-01T01:00:00+01:00", 1767225600),
        ("2026-01-01", 1767225600),
    ],
)
def test_instants_are_read_in_their_zone_and_dates_as_midnight_utc(text: str | None, seconds: int | None) -> None:
    assert parsing.instant(text) == (seconds, [])


def test_an_instant_that_is_none_is_named() -> None:
    assert parsing.instant("yesterday")[1] == [
        "--as-of 'yesterday': write an instant such as 2026-01-01T00:00:00Z, or a date"
    ]


def test_what_is_shown_as_an_instant_reads_back() -> None:
    assert parsing.instant(parsing.rfc3339(1767225601)) == (1767225601, [])
