"""Fields that are there under a condition, and are set by the request."""

import pytest

from testdata_agent import generate
from testdata_agent.engine.errors import InvalidRequest


@pytest.mark.parametrize(
    ("name", "value", "of", "allowed"),
    [
        ("card_last_four", "4242", "method", {"credit_card", "debit_card"}),
        ("captured_at", "2025-06-01T00:00:00Z", "status", {"captured", "refunded"}),
        ("authorized_at", "2025-06-01T00:00:00Z", "status", {"authorized", "captured", "refunded"}),
    ],
)
def test_a_field_that_is_set_is_there_and_what_it_hangs_on_agrees(
    name: str, value: str, of: str, allowed: set[str]
) -> None:
    payments = generate("payment", count=300, seed=7, overrides={name: value})

    assert {payment.get(name) for payment in payments} == {value}
    assert {payment[of] for payment in payments} == allowed


def test_a_share_sets_it_for_its_own_rows() -> None:
    share = {"name": "settled", "count": 20, "overrides": {"captured_at": "2025-06-01T00:00:00Z"}}
    payments = generate("payment", count=100, seed=7, scenarios=[share])

    assert {payment["status"] for payment in payments[:20]} <= {"captured", "refunded"}
    assert {payment["status"] for payment in payments[20:]} > {"captured", "refunded"}


@pytest.mark.parametrize("constrained", [True, False])
def test_a_field_that_can_not_be_there_is_refused(constrained: bool) -> None:
    constraints = {"status": {"enum_values": ["pending", "failed"]}} if constrained else {}
    overrides = {"captured_at": "2025-06-01"} | ({} if constrained else {"status": "pending"})

    with pytest.raises(InvalidRequest, match="captured_at is there only where status in") as caught:
        generate("payment", count=3, overrides=overrides, constraints=constraints)

    assert [(fault.field, fault.reason) for fault in caught.value.violations] == [
        ("overrides[captured_at]", "CONTRADICTION")
    ]


def test_a_condition_that_the_schema_gets_wrong_is_named_as_ever() -> None:
    hint = {"kind": "digits", "length": 4, "when": "nope in [1]"}
    fields = {"code": {"type": "string", "generate": hint}}

    with pytest.raises(InvalidRequest, match="when: no field 'nope'"):
        generate(schema={"name": "note", "fields": fields}, count=1, overrides={"code": "1234"})
