"""`testdata_agent.generate`: arguments in plain data, and what is said of wrong ones."""

from datetime import UTC, datetime
from typing import Any

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest


def test_allowed_values_come_as_any_collection() -> None:
    for values in (["paypal", "apple_pay"], ("paypal", "apple_pay")):
        payments = generate("payment", count=50, seed=1, constraints={"method": {"enum_values": values}})
        assert {payment["method"] for payment in payments} == set(values)


def test_scenarios_take_their_share_of_the_rows() -> None:
    orders = generate(
        "order", count=5, seed=1, scenarios=[{"name": "late", "count": 2, "overrides": {"status": "shipped"}}]
    )

    assert [order["_scenario"] for order in orders] == ["late", "late", "default", "default", "default"]
    assert {order["status"] for order in orders[:2]} == {"shipped"}


def test_an_instant_is_a_datetime_or_epoch_seconds() -> None:
    instant = datetime(2024, 2, 29, 12, tzinfo=UTC)

    assert generate("user", seed=1, as_of=instant) == generate("user", seed=1, as_of=int(instant.timestamp()))


def test_every_wrong_argument_is_named_at_once() -> None:
    wrong: dict[str, Any] = {
        "count": "3",
        "locale": None,
        "as_of": datetime(2024, 2, 29, 12),
        "overrides": {"total": object()},
        "constraints": {"total": {"enum": ["1"], "min": "a"}, "tax": 5},
        "scenarios": [{"name": "late"}],
        "output_format": "xml",
    }

    with pytest.raises(InvalidRequest) as caught:
        generate("cart", **wrong)

    assert {fault.field for fault in caught.value.violations} == {
        "count",
        "locale",
        "as_of",
        "overrides[total]",
        "constraints[total].enum",
        "constraints[total].min",
        "constraints[tax]",
        "scenarios[0].count",
        "output_format",
    }


def test_overrides_are_texts_or_pythons_values() -> None:
    values = {"total": 20, "items.length": 1, "updated_at": datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)}
    texts = {"total": "20", "items.length": "1", "updated_at": "2025-03-04T05:06:07Z"}

    assert generate("cart", seed=1, overrides=values) == generate("cart", seed=1, overrides=texts)
